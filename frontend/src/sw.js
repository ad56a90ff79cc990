// The service worker: the pages a representative needs in a lift or a car park, and the outbox.
//
// Kept: the files of the user interface, and pages that say data-keep (my day, a visit report), for one person only:
// the person's id is in the worker's own address, and another person's sign-in installs another worker, which throws
// the first one's pages away. Only GET is ever answered from here.

import { SENT, flush } from "./outbox.js";

const BUILD = __BUILD__;
const USER = new URL(self.location).searchParams.get("u") ?? "";
const FILES = `rn-files-${BUILD}`;
const PAGES = `rn-pages-${USER}`;
const OFFLINE = "/offline/";
const KEEP = 40;

const isFile = (url) => url.origin === self.location.origin && url.pathname.includes("/ui/dist/");
const isHashed = (url) => /(\.[0-9a-f]{12}\.\w+|-[A-Z0-9]{8}\.\w+)$/.test(url.pathname);
const usable = (response) => response.ok && response.type === "basic" && !response.redirected;

async function hold(urls) {
  const cache = await caches.open(FILES);
  await Promise.all(urls.map(async (url) => (await cache.match(url)) ?? cache.add(url).catch(() => {})));
}

/** The offline page and everything it is made of. */
async function holdOfflinePage() {
  const response = await fetch(OFFLINE, { cache: "no-store" });
  if (!usable(response)) return;
  const copy = response.clone();
  const parts = [...(await response.text()).matchAll(/(?:href|src)="([^"#]*\/ui\/dist\/[^"#]+)/g)].map((found) => found[1]);
  await (await caches.open(FILES)).put(OFFLINE, copy);
  await hold([...new Set(parts)]);
}

async function tidy() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("rn-") && name !== FILES && name !== PAGES);
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function keep(request, response) {
  if (!usable(response) || !(await response.clone().text()).includes("data-keep=")) return;
  const cache = await caches.open(PAGES);
  await cache.put(request.url, response);
  const kept = await cache.keys();
  await Promise.all(kept.slice(0, Math.max(0, kept.length - KEEP)).map((oldest) => cache.delete(oldest)));
}

async function file(event, url) {
  const cache = await caches.open(FILES);
  const held = await cache.match(event.request);
  if (held && isHashed(url)) return held;
  try {
    const response = await fetch(event.request);
    if (usable(response)) event.waitUntil(cache.put(event.request, response.clone()));
    return response;
  } catch (error) {
    if (held) return held;
    throw error;
  }
}

async function page(event) {
  try {
    const response = await fetch(event.request);
    event.waitUntil(keep(event.request, response.clone()));
    return response;
  } catch (error) {
    const pages = await caches.open(PAGES);
    const held = (await pages.match(event.request.url)) ?? (await caches.match(OFFLINE));
    if (held) return held;
    throw error;
  }
}

self.addEventListener("install", (event) => {
  event.waitUntil(holdOfflinePage().catch(() => {}));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  event.waitUntil(tidy().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const url = new URL(request.url);
  if (isFile(url)) event.respondWith(file(event, url));
  else if (request.mode === "navigate" && url.origin === self.location.origin) event.respondWith(page(event));
});

const orders = {
  hold: ({ urls }) => hold(urls),
  keep: async ({ url }) => {
    const cache = await caches.open(PAGES);
    if (!(await cache.match(url))) await keep(new Request(url), await fetch(url, { credentials: "same-origin" }));
  },
  drop: async ({ url }) => (await caches.open(PAGES)).delete(new URL(url, self.location).href),
  forget: () => caches.delete(PAGES),
};

self.addEventListener("message", (event) => {
  const order = orders[event.data?.type];
  if (order) event.waitUntil(Promise.resolve(order(event.data)).catch(() => {}));
});

self.addEventListener("sync", (event) => {
  if (event.tag !== "rn-outbox") return;
  event.waitUntil(
    flush(USER, async (record, result) => {
      if (result.outcome !== SENT) return;
      const open = await self.clients.matchAll({ type: "window" });
      open.forEach((client) => client.postMessage({ type: "sent", record: { ...record, entries: [] }, result: { redirect: result.redirect } }));
    }),
  );
});
