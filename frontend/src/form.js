// Forms that do not lose what was typed, do not send twice, and show only what applies.

import { confirmed } from "./shell.js";
import { entries, fingerprint, restore } from "./fields.js";
import { clock, locale, word } from "./words.js";

const started = new WeakMap();
const sending = new WeakSet();

// ---- drafts ------------------------------------------------------------------------------------------------------

function draftKey(form) {
  return `rn-draft:${document.documentElement.dataset.user ?? ""}:${form.dataset.draft}`;
}

function keep(form) {
  const texts = entries(form).filter(([, value]) => typeof value === "string");
  localStorage.setItem(draftKey(form), JSON.stringify({ at: Date.now(), entries: texts }));
}

function forget(key) {
  localStorage.removeItem(key);
}

function bringBack(form) {
  const kept = localStorage.getItem(draftKey(form));
  if (!kept || form.querySelector(".rn-errors")) return;
  const draft = JSON.parse(kept);
  const before = fingerprint(form);
  restore(form, draft.entries);
  if (fingerprint(form) === before) return;
  const note = form.querySelector("[data-draft-note]");
  if (!note) return;
  note.querySelector("[data-draft-text]").textContent = word("draft_restored", { time: clock(new Date(draft.at)) });
  note.hidden = false;
}

/** After a form with a draft was sent, the next page decides: the same form with errors keeps the draft, all else ends it. */
function settleDraft() {
  const sent = sessionStorage.getItem("rn-sent");
  sessionStorage.removeItem("rn-sent");
  if (!sent) return;
  const again = [...document.querySelectorAll("form[data-draft]")].find((form) => draftKey(form) === sent);
  if (!again?.querySelector(".rn-errors")) forget(sent);
}

// ---- what applies ------------------------------------------------------------------------------------------------

/** data-show-when="result=refused|lost": shown, and sent, only while a control of that name holds one of the values. */
export function applyConditions(form) {
  const scope = form ?? document;
  for (const part of scope.querySelectorAll("[data-show-when]")) {
    const owner = part.closest("form");
    if (!owner) continue;
    const [name, wanted] = part.dataset.showWhen.split("=");
    const values = [...owner.elements]
      .filter((field) => field.name === name && (!field.matches("[type=checkbox], [type=radio]") || field.checked))
      .map((field) => field.value);
    const applies = wanted.split("|").some((value) => values.includes(value));
    part.hidden = !applies;
    part.querySelectorAll("input, select, textarea").forEach((field) => (field.disabled = !applies));
  }
}

// ---- small helps -------------------------------------------------------------------------------------------------

/** A control named by id, with or without #. */
const called = (name) => document.getElementById(name.replace(/^#/, ""));

function setValue(field, value) {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function clicked(event) {
  const quick = event.target.closest("[data-set]");
  if (quick) setValue(called(quick.dataset.for), quick.dataset.set);

  const eye = event.target.closest("[data-reveal]");
  if (eye) {
    const field = called(eye.dataset.reveal);
    field.type = field.type === "password" ? "text" : "password";
    eye.setAttribute("aria-pressed", String(field.type === "text"));
  }

  const discard = event.target.closest("[data-draft-discard]");
  if (discard) {
    const form = discard.closest("form");
    forget(draftKey(form));
    sending.add(form);
    location.reload();
  }

  const link = event.target.closest(".rn-errors a[href^='#']");
  if (link) {
    const field = document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.closest("details")?.setAttribute("open", "");
    (field.matches("input, select, textarea") ? field : field.querySelector("input, select, textarea"))?.focus();
    field.scrollIntoView({ block: "center" });
  }
}

/** A column copied from a spreadsheet fills the fields below: they carry the same data-paste word. */
function pasted(event) {
  const column = event.target.dataset?.paste;
  const lines = event.clipboardData?.getData("text").split(/\r?\n/).map((line) => line.trim()).filter(Boolean) ?? [];
  if (!column || lines.length < 2) return;
  event.preventDefault();
  const fields = [...event.target.form.querySelectorAll(`[data-paste="${CSS.escape(column)}"]`)];
  fields.slice(fields.indexOf(event.target)).forEach((field, index) => lines[index] && setValue(field, lines[index]));
}

function startFileDrop() {
  const zone = () => document.querySelector("[data-drop]");
  const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!zone() || !carriesFiles(event)) return;
    event.preventDefault();
    zone().classList.add("is-over");
  });
  document.addEventListener("dragleave", (event) => !event.relatedTarget && zone()?.classList.remove("is-over"));
  document.addEventListener("drop", (event) => {
    if (!zone() || !carriesFiles(event)) return;
    event.preventDefault();
    zone().classList.remove("is-over");
    const field = zone().querySelector('input[type="file"]');
    field.files = event.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

/** Dictation where the browser offers it; elsewhere the phone's keyboard has its own and the button stays away. */
function startSpeech() {
  const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
  document.querySelectorAll("[data-speech]").forEach((button) => (button.hidden = !Recognition));
  if (!Recognition) return;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-speech]");
    if (!button) return;
    const field = called(button.dataset.speech);
    const listener = new Recognition();
    listener.lang = locale;
    listener.onresult = (heard) => setValue(field, `${field.value}${heard.results[0][0].transcript}`);
    listener.onend = () => button.setAttribute("aria-pressed", "false");
    button.setAttribute("aria-pressed", "true");
    listener.start();
  });
}

// ---- sending -----------------------------------------------------------------------------------------------------

function submitted(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog") return;
  if (form.getAttribute("aria-busy") === "true") return event.preventDefault();
  if (form.method === "get") return;
  form.setAttribute("aria-busy", "true");
  sending.add(form);
  if (form.dataset.draft) sessionStorage.setItem("rn-sent", draftKey(form));
}

export function release(form) {
  form.removeAttribute("aria-busy");
  sending.delete(form);
}

function leaving(event) {
  const unsaved = [...document.querySelectorAll("form[data-dirty]")].some(
    (form) => !sending.has(form) && started.has(form) && started.get(form) !== fingerprint(form),
  );
  if (unsaved) event.preventDefault();
}

export function startForm(form) {
  if (started.has(form)) return;
  if (form.dataset.draft) bringBack(form);
  applyConditions(form);
  started.set(form, fingerprint(form));
}

function closeDirtyDialog(event) {
  const form = event.target.querySelector?.("form[data-dirty]");
  if (!form || !started.has(form) || started.get(form) === fingerprint(form)) return;
  event.preventDefault();
  confirmed(word("leave_unsaved")).then((yes) => yes && event.target.close());
}

export function startForms() {
  settleDraft();
  document.querySelectorAll("form").forEach(startForm);
  document.addEventListener("htmx:load", (event) => event.target.querySelectorAll?.("form").forEach(startForm));
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form) return;
    applyConditions(form);
    if (form.dataset.draft) {
      clearTimeout(form.draftTimer);
      form.draftTimer = setTimeout(() => form.isConnected && keep(form), 300);
    }
  });
  document.addEventListener("rn:restored", (event) => applyConditions(event.target));
  document.addEventListener("click", clicked);
  document.addEventListener("paste", pasted);
  document.addEventListener("submit", submitted);
  document.addEventListener("cancel", closeDirtyDialog, true);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches?.("textarea")) {
      event.target.form?.requestSubmit();
    }
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt;
    if (!form.matches?.("form") || event.detail.requestConfig.verb === "get") return;
    if (form.getAttribute("aria-busy") === "true") return event.preventDefault();
    form.setAttribute("aria-busy", "true");
    sending.add(form);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest?.("form");
    if (!form) return;
    release(form);
    if (event.detail.successful && form.dataset.draft && event.detail.requestConfig.verb !== "get") forget(draftKey(form));
    sessionStorage.removeItem("rn-sent");
  });
  addEventListener("pageshow", (event) => event.persisted && document.querySelectorAll("form[aria-busy]").forEach(release));
  addEventListener("beforeunload", leaving);
  startFileDrop();
  startSpeech();
}
