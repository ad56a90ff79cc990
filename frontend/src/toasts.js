// Quiet words at the edge of the page: what was done, with Undo where there is one.

import htmx from "htmx.org";

const ICONS = { good: "circle-check", go: "info-circle", soon: "alert-triangle", late: "alert-circle" };

/** Show `text`. Options: tone (good, go, soon, late), undo {url, label}, seconds (0: stays until closed). */
export function toast({ text, tone = "good", undo = null, seconds = tone === "late" ? 12 : 6 }) {
  const region = document.getElementById("rn-toasts");
  const template = document.getElementById("rn-toast");
  if (!region || !template || !text) return;
  const node = template.content.firstElementChild.cloneNode(true);
  node.dataset.tone = tone;
  node.querySelector("p").textContent = text;
  const drawing = node.querySelector("use");
  drawing.setAttribute("href", drawing.getAttribute("href").replace(/#.*/, `#${ICONS[tone] ?? ICONS.good}`));
  const button = node.querySelector(".rn-undo");
  if (undo) {
    if (undo.label) button.textContent = undo.label;
    button.addEventListener("click", () => {
      node.remove();
      htmx.ajax("POST", undo.url, { target: "body", swap: "none" });
    });
  } else {
    button.remove();
  }
  region.append(node);
  watch(node, seconds);
}

/** Takes the toast away after a while, but never while it is pointed at or holds the focus. */
function watch(node, seconds) {
  node.querySelector("[data-dismiss]")?.addEventListener("click", () => node.remove());
  if (!seconds) return;
  const leave = () => (node.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : node.remove());
  setTimeout(leave, seconds * 1000);
}

export function startToasts() {
  document.querySelectorAll("#rn-toasts > .rn-toast").forEach((node) => watch(node, 6));
  document.addEventListener("toast", (event) => {
    const detail = event.detail ?? {};
    toast(typeof detail.value === "string" ? { text: detail.value } : detail);
  });
}
