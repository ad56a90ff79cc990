// Drawing a procedure in the browser: the canvas, a panel for what our files say beyond BPMN, and the problems found.
//
// <div data-draw data-save="address" data-check="address" data-key="…"> holds [data-draw-canvas], [data-draw-panel],
// [data-draw-problems], [data-draw-say] and the form with note, revision and tables. The chart itself comes in the json_script
// "draw-data": {xml, roles, forms, services, decisions, words}. What is drawn is kept in the browser until it was saved.

import Modeler from "bpmn-js/lib/Modeler";
import ContextPadProvider from "bpmn-js/lib/features/context-pad/ContextPadProvider";
import PaletteProvider from "bpmn-js/lib/features/palette/PaletteProvider";
import ReplaceMenuProvider from "bpmn-js/lib/features/popup-menu/ReplaceMenuProvider";
import { csrfToken } from "./http.js";
import { startPanel } from "./drawpanel.js";

const string = (name) => ({ name, isAttr: true, type: "String" });
const body = { name: "text", isBody: true, type: "String" };
const type = (name, properties) => ({ name, superClass: ["Element"], properties });
const OURS = {
  name: "Roomnight", prefix: "rn", uri: "urn:roomnight:procedure", xml: { tagAlias: "lowerCase" },
  types: [
    type("Task", [string("form"), string("due"), string("dueFrom"), string("person"), string("qualification"), { name: "instructions", type: "Instruction", isMany: true }, { name: "escalations", type: "Escalate", isMany: true }]),
    type("Instruction", [string("lang"), body]),
    type("Escalate", [string("after"), string("to")]),
    type("Command", [string("name"), string("result"), { name: "values", type: "Value", isMany: true }]),
    type("Value", [string("name"), body]),
    type("Decision", [string("ref")]),
    { name: "LaneOfRole", extends: ["bpmn:Lane"], properties: [string("role")] },
    { name: "InEnglish", extends: ["bpmn:BaseElement"], properties: [string("nameEn")] },
  ],
};

// What we do not run is not offered.
const PALETTE = /tool|start-event|intermediate-event|end-event|gateway|create\.task|subprocess|participant/;
const PAD = /^(append\.(end-event|gateway|append-task|intermediate-event|text-annotation)|replace|connect|delete|lane-)/;
const REPLACE = new RegExp(
  "^replace-with-(user-task|manual-task|service-task|rule-task|receive-task|task|call-activity|(expanded|collapsed)-subprocess|" +
    "(exclusive|parallel|inclusive)-gateway|none-start|message-start|none-end|terminate-end|" +
    "(timer|message)-intermediate-catch|(non-interrupting-)?(timer|message)-boundary|(sequence|default|conditional)-flow)$",
);
const HEADS = /^toggle-(parallel|sequential)-mi$/;
const only = (entries, wanted) => Object.fromEntries(Object.entries(entries).filter(([key]) => wanted.test(key)));

class Palette extends PaletteProvider {
  getPaletteEntries(element) {
    return only(super.getPaletteEntries(element), PALETTE);
  }
}

class Pad extends ContextPadProvider {
  getContextPadEntries(element) {
    return only(super.getContextPadEntries(element), PAD);
  }
}

class Replace extends ReplaceMenuProvider {
  getPopupMenuEntries(target) {
    return only(super.getPopupMenuEntries(target), REPLACE);
  }

  getPopupMenuHeaderEntries(target) {
    return only(super.getPopupMenuHeaderEntries(target), HEADS);
  }
}

function limited(words) {
  const translate = (text, values = {}) => (words[text] ?? text).replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
  return {
    paletteProvider: ["type", Palette], contextPadProvider: ["type", Pad], replaceMenuProvider: ["type", Replace],
    translate: ["value", translate],
  };
}

// ---- kept in the browser ----------------------------------------------------------------------------------------

const keyOf = (room) => `rn-drawing:${document.documentElement.dataset.user ?? ""}:${room.dataset.key}`;

function keepWhileDrawing(room, modeler) {
  let timer = 0;
  modeler.on("commandStack.changed", () => {
    clearTimeout(timer);
    room.dataset.dirty = "1";
    timer = setTimeout(async () => {
      if (!room.dataset.dirty) return;
      const { xml } = await modeler.saveXML({ format: true });
      localStorage.setItem(keyOf(room), JSON.stringify({ at: Date.now(), xml }));
    }, 400);
  });
  addEventListener("beforeunload", (event) => room.dataset.dirty && event.preventDefault());
}

function settled(room) {
  delete room.dataset.dirty;
  localStorage.removeItem(keyOf(room));
}

// ---- problems ---------------------------------------------------------------------------------------------------

function say(room, text, tone = "") {
  const line = room.querySelector("[data-draw-say]");
  line.textContent = text;
  line.className = tone ? `rn-draw-say is-${tone}` : "rn-draw-say";
}

function showProblems(room, modeler, problems) {
  const list = room.querySelector("[data-draw-problems]");
  const elements = modeler.get("elementRegistry");
  for (const one of elements.getAll()) modeler.get("canvas").removeMarker(one.id, "is-wrong");
  list.replaceChildren(
    ...problems.map((problem) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-quiet rn-draw-problem";
      button.textContent = `${problem.file ? `${problem.file} ` : ""}${problem.line}: ${problem.message}`;
      const element = elements.get(problem.element);
      if (element) modeler.get("canvas").addMarker(element.id, "is-wrong");
      button.addEventListener("click", () => {
        if (!element) return;
        modeler.get("selection").select(element);
        modeler.get("canvas").scrollToElement(element);
      });
      item.append(button);
      return item;
    }),
  );
  list.hidden = !problems.length;
}

// ---- sending ----------------------------------------------------------------------------------------------------

async function send(room, modeler, url, words, more = {}) {
  const { xml } = await modeler.saveXML({ format: true });
  const fields = new FormData(room.querySelector("form"));
  fields.set("xml", xml);
  for (const [name, value] of Object.entries(more)) fields.set(name, value);
  let answer;
  try {
    answer = await fetch(url, { method: "POST", body: fields, headers: { "X-CSRFToken": csrfToken(), "X-Requested-With": "fetch" }, credentials: "same-origin" });
  } catch {
    return say(room, words.no_network, "late");
  }
  if (answer.redirected || ![200, 422].includes(answer.status)) return say(room, words.not_saved, "late");
  const told = await answer.json();
  showProblems(room, modeler, told.problems);
  say(room, told.message, told.problems.length || !told.url ? (told.problems.length ? "late" : "good") : "good");
  if (told.url) {
    settled(room);
    location.assign(told.url);
  }
}

async function start(room) {
  const data = JSON.parse(document.getElementById("draw-data").textContent);
  const colours = { defaultFillColor: "var(--rn-surface)", defaultStrokeColor: "var(--rn-ink-2)", defaultLabelColor: "var(--rn-ink)" };
  const modeler = new Modeler({
    container: room.querySelector("[data-draw-canvas]"), moddleExtensions: { rn: OURS },
    additionalModules: [limited(data.words)], bpmnRenderer: colours,
  });
  const kept = JSON.parse(localStorage.getItem(keyOf(room)) ?? "null");
  const { warnings } = await modeler.importXML(kept?.xml ?? data.xml);
  room.dataset.warnings = warnings.map((one) => one.message).join("\n");
  if (kept) {
    say(room, data.words.restored, "soon");
    room.dataset.dirty = "1";
  }
  room.querySelector("[data-draw-discard]").hidden = !kept;
  modeler.get("canvas").zoom("fit-viewport", "auto");
  startPanel(room.querySelector("[data-draw-panel]"), modeler, data);
  keepWhileDrawing(room, modeler);
  const on = (name, act) => room.querySelector(`[data-draw-${name}]`)?.addEventListener("click", act);
  on("check", () => send(room, modeler, room.dataset.check, data.words));
  on("save", () => send(room, modeler, room.dataset.save, data.words));
  on("new", () => send(room, modeler, room.dataset.save, data.words, { as_new: "1" }));
  on("undo", () => modeler.get("commandStack").undo());
  on("redo", () => modeler.get("commandStack").redo());
  on("fit", () => modeler.get("canvas").zoom("fit-viewport", "auto"));
  on("discard", () => {
    settled(room);
    location.reload();
  });
  room.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  room.dataset.drawn = "1";
}

export async function startDrawing(scope) {
  for (const room of scope.querySelectorAll("[data-draw]")) if (!room.dataset.drawn) await start(room);
}
