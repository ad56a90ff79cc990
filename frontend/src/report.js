// A visit report on a phone with a poor network: kept as it is typed, back after a reload or a restart, sent once.

import htmx from "htmx.org";
import { entries, restore } from "./fields.js";
import { release, startForm } from "./form.js";
import { LATER, REFUSED, SENT, SIGN_IN, alone, deliver, flush, queue, settle, waiting } from "./outbox.js";
import { erase, read, write } from "./store.js";
import { announce } from "./shell.js";
import { toast } from "./toasts.js";
import { clock, word } from "./words.js";

const user = () => document.documentElement.dataset.user ?? "";
const draftId = (form) => `${user()}:${form.dataset.key}`;

function say(key, values) {
  const text = word(key, values);
  document.querySelectorAll("[data-draft-status]").forEach((place) => (place.textContent = text));
  return text;
}

// ---- the form ----------------------------------------------------------------------------------------------------

/** 128 random bits as a UUID; crypto.randomUUID is missing where a hotel runs on plain http. */
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function submissionKey(form) {
  const field = form.elements.namedItem("submission_key");
  if (!field.value) field.value = newKey();
  return field.value;
}

async function keep(form) {
  submissionKey(form);
  const at = Date.now();
  await write("drafts", { id: draftId(form), user: user(), entries: entries(form), at });
  say("draft_saved", { time: clock(new Date(at)) });
}

/** What was typed and not yet kept; a form that was sent, or never touched, leaves no draft behind. */
function keepNow(form) {
  clearTimeout(form.keeping);
  form.keeping = null;
  if (form.isConnected && !form.dataset.sent) keep(form);
}

async function bringBack(form) {
  const draft = await read("drafts", draftId(form));
  if (draft && !form.querySelector(".rn-errors")) {
    restore(form, draft.entries);
    say("draft_kept", { time: clock(new Date(draft.at)) });
  }
  submissionKey(form);
  const queued = (await waiting(user())).find((record) => record.key === form.dataset.key);
  if (queued) showQueued(form, queued.state);
  form.dataset.ready = "1";
}

function showQueued(form, state) {
  const key = { waiting: "report_queued", "sign-in": "report_sign_in", refused: "report_refused" }[state];
  const note = form.querySelector("[data-queued]") ?? document.querySelector("[data-queued]");
  if (note) {
    note.querySelector("[data-queued-text]").textContent = word(key);
    note.hidden = false;
  }
  announce(say(key));
}

function recordOf(form) {
  return {
    id: submissionKey(form),
    user: user(),
    key: form.dataset.key,
    label: form.dataset.label ?? "",
    url: new URL(form.getAttribute("action") || location.pathname, location.href).pathname,
    csrfUrl: form.dataset.csrfUrl,
    entries: entries(form),
  };
}

async function send(event) {
  const form = event.target;
  if (!form.matches("form[data-offline-report]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.getAttribute("aria-busy") === "true" || !form.reportValidity()) return;
  form.setAttribute("aria-busy", "true");
  clearTimeout(form.keeping);
  form.keeping = null;
  await keep(form);
  const record = recordOf(form);
  await queue(record);
  const result = navigator.onLine ? await alone(() => deliver(record)) : { outcome: LATER };
  await settle(record, result);
  release(form);
  await afterSending(form, record, result);
}

async function afterSending(form, record, result) {
  if (result.outcome === SENT) return arrived(record, result);
  if (result.outcome === REFUSED) {
    await erase("outbox", record.id);
    return result.html ? showErrors(form, result.html) : showQueued(form, "refused");
  }
  if (result.outcome === LATER) askWorkerToSync();
  showQueued(form, result.outcome === SIGN_IN ? "sign-in" : "waiting");
  showUnsent();
}

/** The server's answer holds the same form with its errors: it takes the place of the one on the page. */
function showErrors(form, html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const again = page.querySelector(`form[data-offline-report][data-key="${CSS.escape(form.dataset.key)}"]`);
  if (!again) return showQueued(form, "refused");
  form.replaceWith(again);
  htmx.process(again);
  startForm(again);
  startReport(again);
  again.querySelector(".rn-errors")?.focus();
}

function arrived(record, result) {
  tellWorker({ type: "drop", url: record.url });
  const here = document.querySelector(`form[data-offline-report][data-key="${CSS.escape(record.key)}"]`);
  if (here) here.dataset.sent = "1";
  if (here && result.redirect) return location.assign(result.redirect);
  toast({ text: word("report_sent", { label: record.label }) });
  return showUnsent();
}

// ---- the outbox --------------------------------------------------------------------------------------------------

async function tryAgain() {
  if (!navigator.onLine || !user()) return;
  await flush(user(), (record, result) => {
    if (result.outcome === SENT) return arrived(record, result);
    if (result.outcome === REFUSED) toast({ text: word("report_refused_named", { label: record.label }), tone: "late" });
    if (result.outcome === SIGN_IN) toast({ text: word("report_sign_in"), tone: "soon" });
    return undefined;
  });
  await showUnsent();
}

/** How many reports are still on this device, wherever the page has a place for it. */
async function showUnsent() {
  const places = document.querySelectorAll("[data-unsent]");
  if (!places.length || !user()) return;
  const count = (await waiting(user())).length;
  places.forEach((place) => {
    place.hidden = count === 0;
    const text = place.querySelector("[data-unsent-text]") ?? place;
    text.textContent = count ? word("unsent", { n: count }) : "";
  });
}

export async function unsent() {
  return user() ? (await waiting(user())).length : 0;
}

async function askWorkerToSync() {
  const worker = await navigator.serviceWorker?.ready;
  await worker?.sync?.register("rn-outbox").catch(() => {});
}

export function tellWorker(message) {
  navigator.serviceWorker?.ready.then((worker) => worker.active?.postMessage(message));
}

function startReport(form) {
  document.addEventListener("input", (event) => {
    if (event.target.form !== form) return;
    clearTimeout(form.keeping);
    form.keeping = setTimeout(() => keepNow(form), 300);
  });
  addEventListener("pagehide", () => form.keeping && keepNow(form));
  bringBack(form);
}

export function startReports() {
  document.addEventListener("submit", send, true);
  document.querySelectorAll("form[data-offline-report]").forEach(startReport);
  addEventListener("online", tryAgain);
  navigator.serviceWorker?.addEventListener("message", ({ data }) => {
    if (data?.type === "sent") arrived(data.record, data.result);
  });
  tryAgain();
  showUnsent();
}
