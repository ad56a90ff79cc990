// Ctrl/⌘-K: go to any client, page or action. The server finds; this moves through what it found.

import { openDialog } from "./shell.js";
import { word } from "./words.js";

const RECENT = 6;

function recentKey() {
  return `rn-recent:${document.documentElement.dataset.user ?? ""}`;
}

function recent() {
  try {
    return JSON.parse(localStorage.getItem(recentKey()) ?? "[]");
  } catch {
    return [];
  }
}

function remember(link) {
  const entry = { url: link.getAttribute("href"), text: link.querySelector(".rn-cut")?.textContent.trim() ?? "" };
  const kept = [entry, ...recent().filter((other) => other.url !== entry.url)].slice(0, RECENT);
  localStorage.setItem(recentKey(), JSON.stringify(kept));
}

class Palette {
  constructor(dialog) {
    this.dialog = dialog;
    this.input = dialog.querySelector("input");
    this.list = dialog.querySelector('[role="listbox"]');
    this.status = dialog.querySelector('[role="status"]');
    this.asked = null;
    this.input.addEventListener("input", () => this.soon());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("click", (event) => {
      const link = event.target.closest('a[role="option"]');
      if (link) remember(link);
    });
  }

  open(query = "") {
    openDialog(this.dialog.id);
    this.input.value = query;
    this.input.select();
    this.input.focus();
    this.find();
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.find(), 120);
  }

  async find() {
    const query = this.input.value.trim();
    this.asked?.abort();
    this.asked = new AbortController();
    try {
      const url = new URL(this.dialog.dataset.url, location.href);
      url.searchParams.set("q", query);
      const response = await fetch(url, { signal: this.asked.signal, headers: { "HX-Request": "true" } });
      if (!response.ok || response.redirected) throw new Error(String(response.status));
      this.list.innerHTML = await response.text();
    } catch (error) {
      if (error.name === "AbortError") return;
      this.list.replaceChildren();
      this.status.textContent = word("no_network");
      return;
    }
    if (!query) this.showRecent();
    const found = this.options();
    found.forEach((option, index) => (option.id ||= `rn-found-${index}`));
    this.status.textContent = found.length ? word("found", { n: found.length }) : "";
    this.choose(found[0]);
  }

  showRecent() {
    const entries = recent();
    if (!entries.length) return;
    const head = Object.assign(document.createElement("div"), { className: "rn-palette-group", textContent: word("recent") });
    const rows = entries.map(({ url, text }) => {
      const row = Object.assign(document.createElement("a"), { href: url, className: "rn-palette-row" });
      row.setAttribute("role", "option");
      row.append(Object.assign(document.createElement("span"), { className: "rn-cut", textContent: text }));
      return row;
    });
    this.list.prepend(head, ...rows);
  }

  options() {
    return [...this.list.querySelectorAll('[role="option"]')];
  }

  choose(option) {
    this.options().forEach((other) => other.setAttribute("aria-selected", String(other === option)));
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    const found = this.options();
    const here = found.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const next = { ArrowDown: here + 1, ArrowUp: here - 1, PageDown: here + 6, PageUp: Math.max(0, here - 6) }[event.key];
    if (next !== undefined && found.length) {
      this.choose(found[(Math.min(next, found.length) + found.length) % found.length]);
      event.preventDefault();
    } else if (event.key === "Enter" && !event.isComposing && found[here]) {
      event.preventDefault();
      remember(found[here]);
      if (event.ctrlKey || event.metaKey) open(found[here].href, "_blank", "noopener");
      else found[here].click();
    }
  }
}

let palette = null;

export function openPalette(query) {
  palette?.open(query);
}

export function startPalette() {
  const dialog = document.getElementById("rn-palette");
  if (!dialog?.dataset.url) return;
  palette = new Palette(dialog);
  document.addEventListener("click", (event) => event.target.closest("[data-palette]") && openPalette());
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      openPalette();
    }
  });
}
