// The flow chart of a case, drawn from its BPMN file, with how each step stands: by colour, by a sign and in a word.
//
// <div class="rn-flow" data-flow="address of the file" data-states="id of a json_script">…</div>
// states: {element: [state, word]}; states are done, current, late, left, failed. The same stands beside it as a list.
// The drawing scrolls as anything else does; the buttons [data-flow-zoom] around it make it larger and smaller.

import Viewer from "bpmn-js/lib/Viewer";

const SIGNS = { done: "✓", current: "●", late: "▲", left: "–", failed: "✕" };
const MARGIN = 24;
const STEP = 1.25;
const drawn = new Map();

function states(node) {
  return JSON.parse(document.getElementById(node.dataset.states)?.textContent || "{}");
}

/** Gives the drawing the room it needs at its scale, so that the frame around it scrolls. */
function fit(node, scale) {
  const { viewer } = drawn.get(node);
  const canvas = viewer.get("canvas");
  const { x, y, width, height } = canvas.viewbox().inner;
  if (!width) return;
  const room = node.parentElement.clientWidth;
  const chosen = scale ?? Math.min(1, Math.max(room < 640 ? 0.6 : 0.5, room / (width + 2 * MARGIN)));
  drawn.get(node).scale = chosen;
  node.style.width = `${Math.ceil((width + 2 * MARGIN) * chosen)}px`;
  node.style.height = `${Math.ceil((height + 2 * MARGIN) * chosen)}px`;
  canvas.resized();
  canvas.viewbox({ x: x - MARGIN, y: y - MARGIN, width: width + 2 * MARGIN, height: height + 2 * MARGIN });
}

function sign(state, text) {
  const node = document.createElement("span");
  node.className = `rn-flow-sign is-${state}`;
  node.textContent = `${SIGNS[state]} ${text}`;
  return node;
}

/** Marks every step as it stands now; what was marked before is taken off. */
function mark(node) {
  const { viewer, marked } = drawn.get(node);
  const canvas = viewer.get("canvas");
  const overlays = viewer.get("overlays");
  const elements = viewer.get("elementRegistry");
  const now = states(node);
  overlays.remove({ type: "state" });
  for (const [id, names] of marked) if (elements.get(id)) for (const name of names) canvas.removeMarker(id, name);
  marked.clear();
  for (const [id, [state, text]] of Object.entries(now)) {
    const element = elements.get(id);
    if (!element) continue;
    marked.set(id, [`is-${state}`]);
    canvas.addMarker(id, `is-${state}`);
    const isStep = element.width >= 60 && element.height >= 40;
    if (isStep && SIGNS[state]) overlays.add(id, "state", { position: { bottom: 9, left: 6 }, html: sign(state, text), scale: false });
  }
  for (const one of elements.filter((each) => each.waypoints && now[each.source?.id]?.[0] === "done" && now[each.target?.id])) {
    marked.set(one.id, ["is-passed"]);
    canvas.addMarker(one.id, "is-passed");
  }
  bringIntoSight(node, now);
}

/** Scrolls the frame to the step that is being done. */
function bringIntoSight(node, now) {
  const { viewer, scale } = drawn.get(node);
  const id = Object.keys(now).find((key) => now[key][0] === "late") ?? Object.keys(now).find((key) => now[key][0] === "current");
  const element = id && viewer.get("elementRegistry").get(id);
  const { inner } = viewer.get("canvas").viewbox();
  if (!element) return;
  node.parentElement.scrollLeft = (element.x - inner.x + MARGIN) * scale - node.parentElement.clientWidth / 3;
}

async function draw(node) {
  const colours = { defaultFillColor: "var(--rn-surface)", defaultStrokeColor: "var(--rn-ink-2)", defaultLabelColor: "var(--rn-ink)" };
  const viewer = new Viewer({ container: node, bpmnRenderer: colours });
  drawn.set(node, { viewer, marked: new Map(), scale: 1 });
  try {
    const answer = await fetch(node.dataset.flow, { headers: { Accept: "application/xml" } });
    if (!answer.ok) throw new Error(String(answer.status));
    await viewer.importXML(await answer.text());
  } catch {
    drawn.delete(node);
    node.closest("[data-flow-card]").hidden = true;
    return;
  }
  viewer.on("root.set", () => requestAnimationFrame(() => fit(node)));
  fit(node);
  mark(node);
  node.dataset.drawn = "1";
}

function zoom(event) {
  const button = event.target.closest("[data-flow-zoom]");
  const node = button?.closest("[data-flow-card]")?.querySelector("[data-flow]");
  if (!node || !drawn.has(node)) return;
  const { scale } = drawn.get(node);
  const wanted = { in: scale * STEP, out: scale / STEP }[button.dataset.flowZoom];
  fit(node, wanted && Math.min(3, Math.max(0.2, wanted)));
}

document.addEventListener("click", zoom);
document.addEventListener("htmx:load", () => {
  for (const node of drawn.keys()) if (node.isConnected && node.dataset.drawn) mark(node);
});

export async function drawFlows(scope) {
  for (const node of scope.querySelectorAll("[data-flow]")) if (!drawn.has(node)) await draw(node);
}
