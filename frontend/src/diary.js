// The function diary: halls × time. Day by the hour, week by the function, month at a glance. A function is dragged to another
// time or hall; by keyboard the arrows go from one to the next, with Shift they move it. The server decides, a refusal puts it back.
//
// <div class="rn-diary" data-diary data-url="…" data-move-url="…" data-view="day|week|month" data-label="…"></div>
// The answer of data-url: {first, days, now, words, spaces: [{id, name, detail, url, parts}], bookings: [{id, space, rev, from, to, start,
// end, state, kind, title, text, url, move}]}; all times are minutes on the hotel's wall since the first midnight.

import { post } from "./http.js";
import { toast } from "./toasts.js";
import { fill, locale, word } from "./words.js";

const DAY = 1440;
const OPENS = 6 * 60; // the hours before are drawn only where something is in them
const STEP = 15;
const FAR = 5; // pixels until a press is a drag
const narrow = matchMedia("(max-width: 767.98px)");
const made = new WeakSet();

const make = (tag, name, text) => Object.assign(document.createElement(tag), { className: name ?? "", textContent: text ?? "" });
const clock = (minutes) => `${String(Math.floor((minutes % DAY) / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
const dayOf = (first, ahead) => new Date(Date.parse(`${first}T00:00:00Z`) + ahead * DAY * 60000);
const iso = (first, minutes) => new Date(Date.parse(`${first}T00:00:00Z`) + minutes * 60000).toISOString().slice(0, 16);
const said = (day, options) => day.toLocaleDateString(locale, { timeZone: "UTC", ...options });

class Diary {
  constructor(node) {
    this.node = node;
    this.view = node.dataset.view;
    this.steps = Promise.resolve();
    node.addEventListener("keydown", (event) => this.byKey(event));
    node.addEventListener("pointerdown", (event) => this.press(event));
    node.addEventListener("click", (event) => this.dragged && (event.preventDefault(), (this.dragged = false)), true);
    node.addEventListener("dragstart", (event) => event.preventDefault());
  }

  async load(focus) {
    try {
      const response = await fetch(this.node.dataset.url, { headers: { "X-Requested-With": "fetch" }, credentials: "same-origin" });
      if (!response.ok) throw new Error(word("server_error"));
      this.data = await response.json();
    } catch (error) {
      toast({ text: error instanceof TypeError ? word("no_network") : error.message, tone: "late" });
      return;
    }
    this.draw();
    if (focus) this.node.querySelector(`[data-id="${focus}"]`)?.focus();
  }

  draw() {
    const { data, view } = this;
    this.opens = Math.min(OPENS, ...data.bookings.filter((one) => one.from % DAY < OPENS && view === "day").map((one) => Math.max(0, Math.floor(one.from / 60) * 60)));
    this.rowsOf = new Map();
    for (const space of data.spaces) {
      for (const part of space.parts) this.rowsOf.set(part, [...(this.rowsOf.get(part) ?? []), space.id]);
    }
    const rows = new Map(data.spaces.map((space) => [space.id, this.row(space)]));
    const parts = new Map(data.spaces.map((space) => [space.id, space.parts]));
    const names = new Map(data.spaces.map((space) => [space.id, space.name]));
    const waiting = data.bookings.filter((one) => one.state === "waiting");
    const held = data.bookings.filter((one) => one.state !== "waiting");
    for (const one of held) {
      const line = waiting.filter((other) => other.from < one.to && one.from < other.to && parts.get(other.space)?.some((part) => parts.get(one.space)?.includes(part)));
      this.put(rows.get(one.space), one, line.length);
      const shared = new Set((parts.get(one.space) ?? []).flatMap((part) => this.rowsOf.get(part) ?? []));
      shared.delete(one.space);
      for (const other of shared) this.shade(rows.get(other), one, names.get(one.space) ?? "");
    }
    if (view === "week") {
      for (const one of waiting) this.put(rows.get(one.space), one, 0);
      for (const cell of [...rows.values()].flatMap((row) => row.cells)) {
        cell.append(...[...cell.children].sort((one, other) => one.dataset.start - other.dataset.start));
      }
    }
    const body = make("div", "rn-diary-body");
    body.append(this.head(), ...[...rows.values()].map((row) => row.node));
    this.node.classList.add(`is-${view}`);
    this.node.style.setProperty("--columns", String(view === "day" ? (DAY - this.opens) / 60 : data.days));
    this.node.replaceChildren(body);
    this.nowLine(body);
    const first = this.node.querySelector("a.rn-function");
    if (first) first.tabIndex = 0;
    this.node.dataset.ready = "1";
  }

  head() {
    const { data, view } = this;
    const head = make("div", "rn-diary-head");
    head.append(make("div", "rn-diary-hall", data.words.halls));
    const lane = make("div", "rn-diary-lane");
    if (view === "day") {
      for (let hour = this.opens / 60; hour < 24; hour++) lane.append(make("div", "rn-diary-hour", String(hour).padStart(2, "0")));
    } else {
      for (let ahead = 0; ahead < data.days; ahead++) {
        const day = dayOf(data.first, ahead);
        const cell = make("a", "rn-diary-day");
        cell.href = fill(data.words.day_url, { date: day.toISOString().slice(0, 10) });
        cell.title = said(day, { dateStyle: "full" });
        if (data.now !== null && Math.floor(data.now / DAY) === ahead) cell.classList.add("is-today");
        if ([0, 6].includes(day.getUTCDay())) cell.classList.add("is-weekend");
        cell.append(make("span", "", said(day, { weekday: view === "week" ? "short" : "narrow" })), make("b", "num", String(day.getUTCDate())));
        lane.append(cell);
      }
    }
    head.append(lane);
    return head;
  }

  row(space) {
    const node = make("div", "rn-diary-row");
    const hall = make("div", "rn-diary-hall");
    const name = make("span", "rn-cut", space.name);
    name.title = space.name;
    hall.append(name);
    if (space.detail) hall.append(make("small", "t-3", space.detail));
    const lane = make("div", "rn-diary-lane");
    lane.dataset.space = space.id;
    const cells = [];
    if (this.view === "week") {
      for (let ahead = 0; ahead < this.data.days; ahead++) cells.push(make("div", "rn-diary-cell"));
      lane.append(...cells);
    }
    node.append(hall, lane);
    return { node, lane, cells };
  }

  /** Where a moment stands across a lane, in hundredths; the hours before opening are left out of every day. */
  across(minutes) {
    const { view, data, opens } = this;
    if (view === "day") return (Math.min(Math.max(minutes - opens, 0), DAY - opens) / (DAY - opens)) * 100;
    const inside = Math.min(Math.max(minutes, 0), data.days * DAY);
    const ahead = Math.floor(inside / DAY);
    return ((ahead + Math.max(0, (inside % DAY) - OPENS) / (DAY - OPENS)) / data.days) * 100;
  }

  bar(one, name) {
    const bar = make(one.url ? "a" : "span", name);
    if (one.url) bar.href = one.url;
    bar.title = one.text;
    bar.dataset.start = one.start;
    return bar;
  }

  place(bar, from, to) {
    const left = this.across(from);
    bar.style.left = `${left}%`;
    bar.style.width = `${Math.max(this.across(to) - left, 0.3)}%`;
  }

  put(row, one, line) {
    if (!row) return;
    const { view } = this;
    const days = view === "week" ? [...row.cells.keys()].filter((ahead) => one.start < (ahead + 1) * DAY && one.end > ahead * DAY) : [0];
    days.forEach((ahead, index) => {
      const bar = this.bar(one, `rn-function is-${one.state}`);
      bar.dataset.id = one.id;
      bar.tabIndex = -1;
      if (one.move) bar.classList.add("is-movable");
      if (view === "week") {
        const hours = `${one.start < ahead * DAY ? "…" : clock(one.start)}–${one.end > (ahead + 1) * DAY ? "…" : clock(one.end)}`;
        const top = make("span", "rn-function-top");
        top.append(make("b", "num", hours), make("span", "rn-function-state", one.kind));
        bar.append(top, make("span", "rn-function-title", one.title));
        if (line) bar.append(make("small", "", fill(this.data.words.waiting, { n: line })));
        if (index) bar.dataset.again = "1";
        row.cells[ahead].append(bar);
        return;
      }
      if (view === "day") {
        for (const [name, from, to] of [["is-before", one.from, one.start], ["is-after", one.end, one.to]]) {
          if (to <= from) continue;
          const edge = make("span", `rn-function-edge ${name}`);
          this.place(edge, from, to);
          row.lane.append(edge);
        }
        bar.append(make("b", "num", `${clock(one.start)} `), make("span", "", one.title), make("small", "", ` ${one.kind}${line ? ` · ${fill(this.data.words.waiting, { n: line })}` : ""}`));
        this.place(bar, one.start, one.end);
      } else {
        // a month has no room for words: elsewhere the name is what is written on it, and the title says the rest
        bar.setAttribute("aria-label", one.text + (line ? ` · ${fill(this.data.words.waiting, { n: line })}` : ""));
        this.place(bar, one.from, one.to);
      }
      row.lane.append(bar);
    });
  }

  shade(row, one, name) {
    if (!row) return;
    const text = `${fill(this.data.words.inside, { name })}: ${one.text}`;
    if (this.view === "week") {
      row.cells.forEach((cell, ahead) => {
        if (!(one.start < (ahead + 1) * DAY && one.end > ahead * DAY)) return;
        const bar = this.bar({ ...one, text }, "rn-function is-shade");
        bar.append(make("b", "num", `${clock(one.start)}–${clock(one.end)}`), make("span", "rn-function-title", name));
        bar.tabIndex = -1;
        cell.append(bar);
      });
      return;
    }
    const bar = this.bar({ ...one, text }, "rn-function is-shade");
    bar.tabIndex = -1;
    if (this.view === "day") bar.textContent = name;
    this.place(bar, one.from, one.to);
    row.lane.append(bar);
  }

  nowLine(body) {
    const { now } = this.data;
    if (now === null || this.view === "week") return;
    body.querySelectorAll(".rn-diary-row .rn-diary-lane").forEach((lane) => {
      const line = make("span", "rn-diary-now");
      line.style.left = `${this.across(now)}%`;
      lane.append(line);
    });
  }

  one(node) {
    return this.data?.bookings.find((one) => String(one.id) === node?.dataset.id);
  }

  byKey(event) {
    const bar = event.target.closest("a.rn-function[data-id]");
    const one = this.one(bar);
    if (!one || !event.key.startsWith("Arrow")) return;
    event.preventDefault();
    const across = { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
    const down = { ArrowUp: -1, ArrowDown: 1 }[event.key] ?? 0;
    if (!event.shiftKey) return this.goOn(bar, across, down);
    if (!one.move) return toast({ text: this.data.words.fixed, tone: "soon" });
    this.steps = this.steps.then(() => this.step(one.id, across, down)); // keys pressed meanwhile wait for their turn
  }

  /** One step by the keys, from where the function stands by then. */
  async step(id, across, down) {
    const one = this.data.bookings.find((each) => each.id === id);
    const spaces = this.data.spaces.map((space) => space.id);
    const space = spaces[spaces.indexOf(one?.space) + down];
    if (one && space !== undefined) await this.move(one, one.start + across * (this.view === "day" ? STEP : DAY), space);
  }

  goOn(bar, across, down) {
    const bars = (lane) => [...lane.querySelectorAll("a.rn-function[data-id]:not([data-again])")];
    const lanes = [...this.node.querySelectorAll(".rn-diary-row .rn-diary-lane")];
    const here = lanes.findIndex((lane) => lane.contains(bar));
    let next = null;
    if (across) {
      const all = lanes.flatMap(bars);
      next = all[all.indexOf(bar) + across];
    }
    for (let row = here + down; down && !next && row >= 0 && row < lanes.length; row += down) {
      const left = bar.getBoundingClientRect().left;
      next = bars(lanes[row]).sort((one, other) => Math.abs(one.getBoundingClientRect().left - left) - Math.abs(other.getBoundingClientRect().left - left))[0];
    }
    if (!next) return;
    bar.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  press(event) {
    const bar = event.target.closest(".rn-function.is-movable");
    const one = this.one(bar);
    if (!one || event.button !== 0 || event.pointerType === "touch") return;
    const from = { x: event.clientX, y: event.clientY };
    const lane = bar.closest(".rn-diary-lane").getBoundingClientRect();
    let target = null;
    const over = (at) => {
      if (!this.dragged && Math.hypot(at.clientX - from.x, at.clientY - from.y) < FAR) return;
      this.dragged = true;
      this.node.classList.add("is-dragging");
      bar.style.transform = `translate(${at.clientX - from.x}px, ${at.clientY - from.y}px)`;
      bar.classList.add("is-held");
      const row = [...this.node.querySelectorAll(".rn-diary-row .rn-diary-lane")].find((one) => {
        const box = one.getBoundingClientRect();
        return at.clientY >= box.top && at.clientY < box.bottom;
      });
      this.node.querySelectorAll(".is-target").forEach((old) => old.classList.remove("is-target"));
      row?.classList.add("is-target");
      const share = (at.clientX - from.x) / lane.width;
      const shift = this.view === "day" ? Math.round((share * (DAY - this.opens)) / STEP) * STEP : Math.round(share * this.data.days) * DAY;
      target = row ? { start: one.start + shift, space: Number(row.dataset.space) } : null;
      if (target && this.view === "day") bar.querySelector("b").textContent = `${clock(Math.max(0, target.start))} `;
    };
    const stop = (undo) => {
      removeEventListener("pointermove", over);
      removeEventListener("pointerup", drop);
      removeEventListener("keydown", cancel);
      this.node.classList.remove("is-dragging");
      this.node.querySelectorAll(".is-target").forEach((old) => old.classList.remove("is-target"));
      if (undo) this.draw();
    };
    const drop = () => {
      const moves = this.dragged && target && (target.start !== one.start || target.space !== one.space);
      stop(this.dragged && !moves);
      if (moves) this.move(one, target.start, target.space);
    };
    const cancel = (key) => key.key === "Escape" && stop(true);
    addEventListener("pointermove", over);
    addEventListener("pointerup", drop);
    addEventListener("keydown", cancel);
  }

  async move(one, start, space) {
    try {
      const fields = { id: one.id, revision: one.rev, start: iso(this.data.first, start), space };
      const response = await post(this.node.dataset.moveUrl, fields);
      const answer = await response.json().catch(() => ({}));
      if (!response.ok) throw new Error(answer.message || word("move_refused"));
      await this.load(one.id);
      toast({ text: answer.message || word("moved") });
    } catch (error) {
      this.draw();
      this.node.querySelector(`[data-id="${one.id}"]`)?.focus();
      toast({ text: error instanceof TypeError ? word("no_network") : error.message, tone: "late" });
    }
  }
}

export function drawDiaries(scope) {
  scope.querySelectorAll("[data-diary]").forEach((node) => {
    if (made.has(node)) return;
    made.add(node);
    const diary = new Diary(node);
    const show = () => narrow.matches || diary.data || diary.load();
    narrow.addEventListener("change", show);
    show();
  });
}
