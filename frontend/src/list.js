// Lists: rows that open, ticks and the bulk bar, forms that send themselves, a table copied as a table.

import { fill, word } from "./words.js";
import { toast } from "./toasts.js";

function openRow(event) {
  const row = event.target.closest("tr[data-href]");
  if (!row || event.target.closest("a, button, input, label, select, summary, [popover]")) return;
  if (String(getSelection())) return;
  if (event.ctrlKey || event.metaKey || event.button === 1) open(row.dataset.href, "_blank", "noopener");
  else location.assign(row.dataset.href);
}

// ---- wide tables ----------------------------------------------------------------------------------------------------

/** A table that is wider than its place can be scrolled with the keys: only then can its frame be reached. */
const frames = new ResizeObserver((changes) => {
  for (const { target } of changes) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});

export function watchWideTables(scope) {
  scope.querySelectorAll(".table-responsive").forEach((frame) => frames.observe(frame));
}

// ---- ticks -------------------------------------------------------------------------------------------------------

let last = null;

function boxes(table) {
  return [...table.querySelectorAll("[data-tick]")];
}

function refresh(table) {
  const all = boxes(table);
  const ticked = all.filter((box) => box.checked);
  all.forEach((box) => box.closest("tr").classList.toggle("is-ticked", box.checked));
  const head = table.querySelector("[data-tick-all]");
  if (head) {
    head.checked = ticked.length > 0 && ticked.length === all.length;
    head.indeterminate = ticked.length > 0 && ticked.length < all.length;
  }
  const bar = document.querySelector(`[data-bulk="${table.id}"]`);
  if (!bar) return;
  bar.hidden = ticked.length === 0;
  const count = bar.querySelector("[data-count]");
  if (count) count.textContent = fill(ticked.length === 1 ? count.dataset.one : count.dataset.many, { n: ticked.length });
}

function tickedByClick(event) {
  const box = event.target.closest("[data-tick]");
  if (!box) return;
  const all = boxes(box.closest("table"));
  if (event.shiftKey && last && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    all.slice(from, to + 1).forEach((other) => (other.checked = box.checked));
  }
  last = box;
}

function changed(event) {
  const table = event.target.closest("table.rn-list");
  if (!table) return;
  if (event.target.matches("[data-tick-all]")) boxes(table).forEach((box) => (box.checked = event.target.checked));
  if (event.target.matches("[data-tick], [data-tick-all]")) refresh(table);
}

function clear(table) {
  boxes(table).forEach((box) => (box.checked = false));
  refresh(table);
}

// ---- copy --------------------------------------------------------------------------------------------------------

/** The table as tab-separated lines, without the column of ticks and the buttons of a row. */
export function asLines(table) {
  const plain = (cell) => {
    const copy = cell.cloneNode(true);
    copy.querySelectorAll(".rn-hot, .rn-sr, button, input, [popover]").forEach((node) => node.remove());
    const texts = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
    const parts = [];
    while (texts.nextNode()) parts.push(texts.currentNode.data);
    return parts.join(" ").replace(/\s+/g, " ").trim();
  };
  return [...table.rows]
    .map((row) => [...row.cells].filter((cell) => !cell.matches('.c-tick, [data-at="tick"]')).map(plain).join("\t"))
    .join("\n");
}

async function copyTable(event) {
  const button = event.target.closest("[data-copy-table]");
  if (!button) return;
  const table = document.querySelector(button.dataset.copyTable);
  if (!table) return;
  try {
    await navigator.clipboard.writeText(asLines(table));
    toast({ text: word("copied", { n: table.tBodies[0].rows.length }) });
  } catch {
    toast({ text: word("copy_failed"), tone: "late" });
  }
}

async function copyText(event) {
  const source = document.querySelector(event.target.closest("[data-copy]")?.dataset.copy ?? null);
  if (!source) return;
  source.select?.();
  try {
    await navigator.clipboard.writeText(source.value ?? source.textContent);
    toast({ text: word("copied_text") });
  } catch {
    toast({ text: word("copy_failed"), tone: "late" });
  }
}

// ---- forms that send themselves ------------------------------------------------------------------------------------

function autoSubmit(event) {
  const form = event.target.form;
  if (!form?.matches("[data-auto]") || event.target.matches("[data-no-auto]")) return;
  clearTimeout(form.waiting);
  form.waiting = setTimeout(() => form.requestSubmit(), event.type === "input" ? 300 : 0);
}

export function startLists() {
  document.addEventListener("click", openRow);
  document.addEventListener("auxclick", (event) => event.button === 1 && openRow(event));
  document.addEventListener("click", tickedByClick);
  document.addEventListener("click", copyTable);
  document.addEventListener("click", copyText);
  document.addEventListener("change", changed);
  document.addEventListener("change", (event) => !event.target.matches?.('[type="search"]') && autoSubmit(event));
  document.addEventListener("input", (event) => event.target.matches?.('[type="search"]') && autoSubmit(event));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-tick-none]");
    const table = button && document.getElementById(button.closest("[data-bulk]").dataset.bulk);
    if (table) clear(table);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open], :popover-open")) return;
    document.querySelectorAll("table.rn-list:has([data-tick]:checked)").forEach(clear);
  });
  document.addEventListener("htmx:afterSettle", () => {
    document.querySelectorAll("table.rn-list:has([data-tick])").forEach(refresh);
    document.querySelectorAll("[data-bulk]").forEach((bar) => {
      if (!document.getElementById(bar.dataset.bulk)?.querySelector("[data-tick]:checked")) bar.hidden = true;
    });
  });
  document.querySelectorAll("table.rn-list:has([data-tick])").forEach(refresh);
}
