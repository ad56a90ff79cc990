// Talking to the server: the CSRF token, plain posts, and what htmx needs to know.

import htmx from "htmx.org";
import { toast } from "./toasts.js";
import { word } from "./words.js";

export function csrfToken() {
  return document.querySelector('meta[name="rn-csrf"]')?.content ?? "";
}

/** POST a few fields quietly; resolves to the response, rejects when there is no network. */
export function post(url, fields = {}) {
  return fetch(url, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { "X-CSRFToken": csrfToken(), "X-Requested-With": "fetch" },
    credentials: "same-origin",
  });
}

function sayWhatWentWrong(status) {
  const key = { 0: "no_network", 403: "not_allowed", 404: "not_found", 429: "too_many" }[status] ?? "server_error";
  toast({ text: word(key), tone: "late" });
}

/** A panel that could not be fetched says so in its place and offers to try again. */
function panelFailed(panel, status) {
  const template = document.getElementById("rn-panel-error");
  if (!template) return sayWhatWentWrong(status);
  const note = template.content.cloneNode(true);
  note.querySelector("[data-retry]").addEventListener("click", () => htmx.trigger(panel, "retry"));
  panel.replaceChildren(note);
}

function failed(event) {
  const status = event.detail.xhr?.status ?? 0;
  const panel = event.detail.elt.closest("[data-panel]");
  if (panel) panelFailed(panel, status);
  else sayWhatWentWrong(status);
}

/** A fragment was asked for and a whole page came: the session is over, so let the page itself go to sign-in. */
function wholePageForFragment(event) {
  const { xhr, target, requestConfig } = event.detail;
  if (!xhr.responseURL || target === document.body) return;
  const asked = new URL(requestConfig.path, location.href).pathname;
  if (new URL(xhr.responseURL).pathname !== asked && /^\s*<!doctype/i.test(xhr.responseText)) {
    event.detail.shouldSwap = false;
    location.reload();
  }
}

export function startHtmx() {
  window.htmx = htmx;
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = csrfToken();
  });
  document.addEventListener("htmx:beforeSwap", wholePageForFragment);
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:timeout", failed);
}
