// Registers the service worker, tells it whose pages it keeps, and clears them at sign-out.

import { confirmed } from "./shell.js";
import { tellWorker, unsent } from "./report.js";
import { word } from "./words.js";

/** What this page was made of, for the worker to hold: style, scripts, drawings. */
function parts() {
  const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
  const drawn = document.querySelector("svg.icon use")?.getAttribute("href")?.split("#")[0];
  const linked = [...document.querySelectorAll('link[rel="stylesheet"], script[src]')].map((node) => node.href || node.src);
  return [...new Set([...loaded, ...linked, drawn && new URL(drawn, location.href).href])].filter((url) =>
    url?.includes("/ui/dist/"),
  );
}

async function register() {
  const { user, worker } = document.documentElement.dataset;
  if (!("serviceWorker" in navigator) || !user || !worker) return;
  await navigator.serviceWorker.register(`${worker}?u=${encodeURIComponent(user)}`, { scope: "/" });
  tellWorker({ type: "hold", urls: parts() });
  if (document.documentElement.dataset.keep) tellWorker({ type: "keep", url: location.href });
}

/** Signing out takes the kept pages off the device; reports not yet sent stay, after a question. */
async function signOut(event) {
  const form = event.target.closest("form[data-sign-out]");
  if (!form || form.dataset.leaving) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const count = await unsent();
  if (count && !(await confirmed(word("unsent_sign_out", { n: count })))) return;
  form.dataset.leaving = "1";
  if ("caches" in window) {
    const pages = (await caches.keys()).filter((name) => name.startsWith("rn-pages"));
    await Promise.all(pages.map((name) => caches.delete(name)));
  }
  form.submit();
}

/** On the offline page: what is kept on this device and can be opened. */
async function listKept() {
  const place = document.querySelector("[data-kept]");
  if (!place || !("caches" in window)) return;
  const list = place.querySelector("[data-kept-list]");
  for (const name of (await caches.keys()).filter((one) => one.startsWith("rn-pages"))) {
    const pages = await caches.open(name);
    for (const request of await pages.keys()) {
      const html = await (await pages.match(request)).text();
      const title = new DOMParser().parseFromString(html, "text/html").title.split(" · ")[0];
      const row = document.createElement("li");
      row.append(Object.assign(document.createElement("a"), { href: request.url, textContent: title, className: "rn-hit" }));
      list.append(row);
      place.hidden = false;
    }
  }
}

export function startWorker() {
  listKept();
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-reload]")) return;
    event.preventDefault();
    location.reload();
  });
  document.addEventListener("submit", signOut, true);
  if (document.readyState === "complete") register().catch(() => {});
  else addEventListener("load", () => register().catch(() => {}));
}
