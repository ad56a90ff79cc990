// Keys that work anywhere but in a field. Two-key words (g c, n v) come from data-key on links, so the server decides them.

import { openPalette } from "./palette.js";
import { openDialog } from "./shell.js";

const WAIT = 1200;
let first = "";
let timer = null;

function typing(target) {
  return target.closest?.('input:not([type="checkbox"]):not([type="radio"]), textarea, select, [contenteditable="true"]');
}

function rows() {
  return [...document.querySelectorAll("table.rn-list > tbody > tr, [data-rows] > .rn-do")].filter((row) => row.offsetParent);
}

function hot() {
  return document.querySelector("tr.is-hot, .rn-do.is-hot");
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const here = all.indexOf(hot());
  const next = all[here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, here + step))];
  hot()?.classList.remove("is-hot");
  next.classList.add("is-hot");
  (next.querySelector("a.rn-name, a[href]") ?? next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function followWord(word) {
  const link = document.querySelector(`[data-key="${CSS.escape(word)}"]`);
  if (!link) return false;
  link.click();
  return true;
}

const single = {
  j: () => move(1),
  k: () => move(-1),
  x: () => hot()?.querySelector("[data-tick]")?.click(),
  "?": () => openDialog("rn-keys"),
  "/": () => {
    const field = [...document.querySelectorAll("[data-search], [data-page-search]")].find((one) => one.offsetParent);
    if (field) field.select();
    else openPalette();
  },
};

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "Enter" && hot() && !event.target.closest("a, button, summary")) {
    hot().querySelector("a.rn-name, a[href]")?.click();
    return;
  }
  clearTimeout(timer);
  const pair = `${first} ${event.key}`;
  if (first && followWord(pair)) {
    first = "";
    event.preventDefault();
    return;
  }
  first = "";
  if (document.querySelector(`[data-key^="${CSS.escape(event.key)} "]`)) {
    first = event.key;
    timer = setTimeout(() => (first = ""), WAIT);
    return;
  }
  const act = single[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
}

export function startKeys() {
  document.addEventListener("keydown", pressed);
}
