// The frame around every page: menus, dialogs, navigation rail, theme, confirmation, focus after a change.

import htmx from "htmx.org";
import { post } from "./http.js";
import { word } from "./words.js";

const narrow = matchMedia("(max-width: 767.98px)");

/** The frame's places for pieces (#drawer, #notifications) get their names here, but on a page that is such a piece itself. */
function namePlaces() {
  document.querySelectorAll("[data-named]").forEach((place) => {
    if (!document.getElementById(place.dataset.named)) place.id = place.dataset.named;
  });
}

// ---- menus -------------------------------------------------------------------------------------------------------

/** Puts an open menu under (or over) its button and inside the window; on a phone the style sheet makes it a sheet. */
function place(menu) {
  const button = document.querySelector(`[popovertarget="${menu.id}"]`);
  menu.style.left = menu.style.top = "";
  if (!button || narrow.matches) return;
  const at = button.getBoundingClientRect();
  const size = menu.getBoundingClientRect();
  const left = menu.classList.contains("is-end") ? at.right - size.width : at.left;
  const below = at.bottom + 4;
  const top = below + size.height > innerHeight - 8 ? Math.max(8, at.top - 4 - size.height) : below;
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - size.width - 8))}px`;
  menu.style.top = `${top}px`;
}

function stepThroughMenu(event) {
  const menu = event.target.closest?.(".rn-menu-list:popover-open");
  if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  if (event.target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select")) return;
  const items = [...menu.querySelectorAll("a[href], button:not(:disabled), input:not(:disabled)")];
  const here = items.indexOf(document.activeElement);
  const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: items.length - 1 }[event.key];
  items[(next + items.length) % items.length]?.focus();
  event.preventDefault();
}

function startMenus() {
  document.addEventListener(
    "toggle",
    (event) => {
      const menu = event.target;
      if (!menu.matches?.(".rn-menu-list[popover]")) return;
      const open = event.newState === "open";
      document.querySelector(`[popovertarget="${menu.id}"]`)?.setAttribute("aria-expanded", String(open));
      if (!open) return;
      if (menu.querySelector("[data-named]:not([id])")) return menu.hidePopover(); // the page shows it already
      place(menu);
      htmx.trigger(menu, "opened");
    },
    true,
  );
  document.addEventListener("keydown", (event) => {
    const button = event.target.closest?.('[popovertarget][aria-expanded="false"]');
    if (button && event.key === "ArrowDown") {
      document.getElementById(button.getAttribute("popovertarget"))?.showPopover();
      event.preventDefault();
    }
    stepThroughMenu(event);
  });
  document.addEventListener("toggle", (event) => focusFirst(event), true);
  document.addEventListener("htmx:afterSettle", (event) => {
    const menu = event.target.closest?.(".rn-menu-list:popover-open");
    if (menu) place(menu);
  });
  addEventListener("resize", () => document.querySelectorAll(".rn-menu-list:popover-open").forEach(place));
}

function focusFirst(event) {
  if (event.newState !== "open" || !event.target.matches?.(".rn-menu-list[popover]")) return;
  event.target.querySelector("[autofocus], a[href], button:not(:disabled), input:not(:disabled)")?.focus({ preventScroll: true });
}

// ---- dialogs and confirmation ------------------------------------------------------------------------------------

export function openDialog(id) {
  const dialog = document.getElementById(id);
  if (dialog && !dialog.open) dialog.showModal();
  return dialog;
}

/** Asks in the page's own dialog; resolves to true when the person agrees. */
export function confirmed(question) {
  const dialog = document.getElementById("rn-confirm");
  if (!dialog) return Promise.resolve(true);
  dialog.querySelector("[data-question]").textContent = question;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

function startDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      openDialog(opener.dataset.dialog);
      if (opener.tagName === "A" && !opener.hasAttribute("hx-get")) event.preventDefault();
    }
    const closer = event.target.closest("[data-close]");
    if (closer) closer.closest("dialog")?.close();
    if (event.target.matches("dialog.rn-dialog:not([data-stay])")) event.target.close();
  });
  document.addEventListener("close-dialog", () => {
    document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
  });
  document.addEventListener(
    "submit",
    (event) => {
      const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
      if (!question || event.target.dataset.agreed) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      confirmed(question).then((yes) => {
        if (!yes) return;
        event.target.dataset.agreed = "1";
        event.target.requestSubmit(event.submitter ?? undefined);
        delete event.target.dataset.agreed;
      });
    },
    true,
  );
  document.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    confirmed(event.detail.question).then((yes) => yes && event.detail.issueRequest(true));
  });
}

// ---- navigation rail and theme -----------------------------------------------------------------------------------

function startRail() {
  const button = document.querySelector("[data-fold]");
  if (!button) return;
  const root = document.documentElement;
  const show = () => {
    const rail = root.dataset.nav === "rail";
    button.setAttribute("aria-expanded", String(!rail));
    button.title = rail ? button.dataset.unfoldLabel : button.dataset.foldLabel;
    button.setAttribute("aria-label", button.title);
  };
  show();
  button.addEventListener("click", () => {
    root.dataset.nav = root.dataset.nav === "rail" ? "wide" : "rail";
    show();
    localStorage.setItem("rn-nav", root.dataset.nav);
    if (button.dataset.url) post(button.dataset.url, { nav: root.dataset.nav }).catch(() => {});
  });
}

function startTheme() {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-theme-form]");
    const chosen = event.submitter?.value;
    if (!form || !chosen) return;
    event.preventDefault();
    document.documentElement.dataset.rnTheme = chosen;
    document.querySelectorAll('[data-theme-form] [name="theme"]').forEach((button) => {
      button.setAttribute("aria-pressed", String(button.value === chosen));
    });
    post(form.action, { theme: chosen }).catch(() => {});
  });
}

// ---- focus and announcement after a piece of the page changed ------------------------------------------------------

export function announce(text) {
  const region = document.getElementById("rn-live");
  if (!region || !text) return;
  region.textContent = "";
  requestAnimationFrame(() => (region.textContent = text));
}

function startFocus() {
  document.addEventListener("htmx:afterSettle", (event) => {
    const piece = event.detail.target;
    if (!piece?.isConnected) return;
    announce(piece.querySelector("[data-announce]")?.textContent?.trim());
    if (piece.matches("[data-panel]") || piece.closest(".rn-menu-list")) return;
    const errors = piece.querySelector(".rn-errors");
    if (errors) return errors.focus();
    if (document.activeElement && document.activeElement !== document.body) return;
    const wanted = piece.querySelector("[autofocus]") ?? piece;
    if (wanted === piece && !piece.hasAttribute("tabindex")) piece.tabIndex = -1;
    wanted.focus({ preventScroll: wanted === piece });
  });
  document.addEventListener("announce", (event) => announce(event.detail?.value));
  document.querySelector(".rn-errors")?.focus();
}

/** A name that does not fit shows whole on hover and on focus. */
function startWholeNames() {
  const explain = (event) => {
    const cut = event.target.closest?.(".rn-cut, .rn-cut2");
    if (cut && !cut.title && (cut.scrollWidth > cut.clientWidth || cut.scrollHeight > cut.clientHeight + 2)) {
      cut.title = cut.textContent.trim();
    }
  };
  document.addEventListener("mouseover", explain);
  document.addEventListener("focusin", explain);
}

function startNetworkBanner() {
  const banner = document.getElementById("rn-offline");
  if (!banner) return;
  const show = () => {
    if (banner.hidden === navigator.onLine) return;
    banner.hidden = navigator.onLine;
    announce(navigator.onLine ? word("back_online") : word("offline"));
  };
  addEventListener("online", show);
  addEventListener("offline", show);
  show();
}

export function startShell() {
  namePlaces();
  startMenus();
  startDialogs();
  startRail();
  startTheme();
  startFocus();
  startWholeNames();
  startNetworkBanner();
}
