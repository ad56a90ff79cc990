// The outbox: reports written without a network, sent once when there is one again. Used by pages and the service worker.
//
// A record: {id: submission key, user, key, label, url, csrfUrl, entries, at, state}. The server keeps the submission key,
// so a report whose answer was lost on the way back is recognised and not entered twice. States: "waiting", "sign-in"
// (the session is over), "refused" (the server said no: a person has to look).

import { erase, everything, read, write } from "./store.js";

const PATIENCE = 25_000;

/** The answers a report can get. */
export const SENT = "sent";
export const REFUSED = "refused";
export const SIGN_IN = "sign-in";
export const LATER = "later";

function asked(url, options = {}) {
  return fetch(url, { credentials: "same-origin", redirect: "manual", signal: AbortSignal.timeout(PATIENCE), ...options });
}

const signedOut = (response) => response.type === "opaqueredirect" || response.status === 401;

/** Sends one report. Resolves to {outcome, redirect?, html?, status?}; never rejects. */
export async function deliver(record) {
  try {
    const fresh = await asked(record.csrfUrl, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (signedOut(fresh)) return { outcome: SIGN_IN };
    if (!fresh.ok) return { outcome: LATER, status: fresh.status };
    const { token } = await fresh.json();
    const body = new FormData();
    record.entries.forEach(([name, value]) => body.append(name, value));
    const response = await asked(record.url, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": token, "X-Roomnight-Offline": "1", Accept: "application/json, text/html" },
    });
    if (signedOut(response)) return { outcome: SIGN_IN };
    if (response.ok) return { outcome: SENT, redirect: (await response.json()).redirect };
    if (response.status === 422) return { outcome: REFUSED, html: await response.text(), status: 422 };
    if (response.status >= 400 && response.status < 500 && response.status !== 429) {
      return { outcome: REFUSED, status: response.status };
    }
    return { outcome: LATER, status: response.status };
  } catch {
    return { outcome: LATER };
  }
}

export function queue(record) {
  return write("outbox", { ...record, at: Date.now(), state: "waiting" });
}

export async function waiting(user) {
  return (await everything("outbox")).filter((record) => record.user === user);
}

/** What became of a record, written down: gone when it arrived, marked when a person is needed. */
export async function settle(record, result) {
  if (result.outcome === SENT) {
    await erase("outbox", record.id);
    await erase("drafts", `${record.user}:${record.key}`);
    return;
  }
  const now = await read("outbox", record.id);
  if (now && result.outcome !== LATER) await write("outbox", { ...now, state: result.outcome });
}

/** One sender at a time on this device. Where the browser has no locks (plain http in the house) the server's key must do. */
export function alone(act, options = {}) {
  return navigator.locks ? navigator.locks.request("rn-outbox", options, act) : act({});
}

/** Sends everything this person has waiting; one page or the worker at a time. Calls `told` with (record, result). */
export function flush(user, told = () => {}) {
  return alone(async (lock) => {
    if (!lock || !user) return;
    for (const record of await waiting(user)) {
      if (record.state === "refused") continue;
      const result = await deliver(record);
      await settle(record, result);
      await told(record, result);
      if (result.outcome === LATER && !result.status) return;
    }
  }, { ifAvailable: true });
}
