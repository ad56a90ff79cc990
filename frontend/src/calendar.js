// The calendar: month, week, day; on a phone a list and a day. Moving posts to the server, and goes back when it refuses.
//
// <div class="rn-calendar" data-calendar data-url="…" data-move-url="…" data-view="month" data-date="2026-11-19"
//      data-now="2026-11-18T09:00:00+08:00" data-zone="Asia/Shanghai"></div>
// Buttons anywhere on the page: data-calendar-go="prev|next|today", data-calendar-view="month|week|day|list";
// the title goes to [data-calendar-title]. Events: {id, title, start, end, url, kind, state, className, editable}.

import "temporal-polyfill/global";
import { Calendar } from "fullcalendar";
import dayGrid from "fullcalendar/daygrid";
import interaction from "fullcalendar/interaction";
import list from "fullcalendar/list";
import chinese from "fullcalendar/locales/zh-cn";
import classic from "fullcalendar/themes/classic";
import timeGrid from "fullcalendar/timegrid";
import { post } from "./http.js";
import { toast } from "./toasts.js";
import { locale, word } from "./words.js";

const VIEWS = { month: "dayGridMonth", week: "timeGridWeek", day: "timeGridDay", list: "listWeek" };
const TONES = { done: "is-good", reported: "is-good", closed: "is-good", out: "is-go", confirmed: "is-go", planned: "is-plain", late: "is-late", missed: "is-late", soon: "is-soon" };
const narrow = matchMedia("(max-width: 767.98px)");
const made = new WeakSet();

function pressed(calendar) {
  const view = Object.keys(VIEWS).find((name) => VIEWS[name] === calendar.view.type);
  document.querySelectorAll("[data-calendar-view]").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.calendarView === view));
  });
  document.querySelectorAll("[data-calendar-title]").forEach((place) => (place.textContent = calendar.view.title));
}

async function moved(info, url) {
  const { event } = info;
  try {
    const fields = { id: event.id, start: event.startStr, end: event.endStr ?? "", all_day: event.allDay ? "1" : "" };
    const response = await post(url, fields);
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error(answer.message || word("move_refused"));
    toast({ text: answer.message || word("moved"), undo: answer.undo });
  } catch (error) {
    info.revert();
    toast({ text: error instanceof TypeError ? word("no_network") : error.message, tone: "late" });
  }
}

function make(node) {
  const { url, moveUrl, date } = node.dataset;
  const ahead = Date.parse(node.dataset.now) - Date.now() || 0; // today is the hotel's, whatever the device's clock says
  const start = narrow.matches ? "list" : (node.dataset.view ?? "month");
  const calendar = new Calendar(node, {
    plugins: [dayGrid, timeGrid, list, interaction, classic],
    locales: [chinese],
    locale: locale.toLowerCase(),
    firstDay: 1,
    initialView: VIEWS[start],
    initialDate: date || undefined,
    now: () => new Date(Date.now() + ahead).toISOString(),
    timeZone: node.dataset.zone || "local",
    headerToolbar: false,
    borderlessX: true,
    borderlessTop: true,
    borderlessBottom: true,
    height: "auto",
    titleFormat: { month: "long", day: "numeric" },
    displayEventEnd: false,
    eventTimeFormat: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    views: {
      dayGridMonth: { titleFormat: { year: "numeric", month: "long" } },
      list: { listItemEventTimeClass: "rn-event-time", listItemEventTitleClass: "rn-event-title" },
    },
    nowIndicator: true,
    dayMaxEvents: 4,
    slotMinTime: "07:00:00",
    slotMaxTime: "22:00:00",
    scrollTime: "08:00:00",
    eventInteractive: true,
    editable: Boolean(moveUrl),
    eventStartEditable: Boolean(moveUrl),
    eventDurationEditable: false,
    events: { url, failure: () => toast({ text: word("no_network"), tone: "late" }) },
    eventClass: ({ event }) => ["rn-event", TONES[event.extendedProps.state] ?? "is-plain"].join(" "),
    dayCellDidMount: ({ el }) => el.removeAttribute("aria-label"), // it would hide what the day holds
    dayLaneDidMount: ({ el }) => el.removeAttribute("aria-label"),
    eventDidMount: ({ el, event }) => (el.title = event.title),
    datesSet: () => pressed(calendar),
    eventDrop: (info) => moved(info, moveUrl),
  });
  calendar.render();
  pressed(calendar);
  document.addEventListener("click", (event) => {
    const go = event.target.closest("[data-calendar-go]")?.dataset.calendarGo;
    const view = event.target.closest("[data-calendar-view]")?.dataset.calendarView;
    if (go) calendar[go]();
    if (view) calendar.changeView(VIEWS[view]);
  });
  document.addEventListener("calendar-changed", () => calendar.refetchEvents());
}

export function drawCalendars(scope) {
  scope.querySelectorAll("[data-calendar]").forEach((node) => {
    if (made.has(node)) return;
    made.add(node);
    make(node);
  });
}
