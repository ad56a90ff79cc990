// The week board: drag a card to another day, or hold Shift and press ← or →. The server decides; a refusal puts it back.
//
// <div class="rn-board" data-board data-move-url="…"> <section class="rn-day" data-date="2026-11-19"> <a class="rn-task" data-id="…">

import Sortable from "sortablejs";
import { post } from "./http.js";
import { toast } from "./toasts.js";
import { word } from "./words.js";

const made = new WeakSet();

async function move(board, card, from, to, before) {
  if (from === to) return;
  try {
    const response = await post(board.dataset.moveUrl, { id: card.dataset.id, date: to.dataset.date });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error(answer.message || word("move_refused"));
    toast({ text: answer.message || word("moved"), undo: answer.undo });
  } catch (error) {
    from.insertBefore(card, before?.isConnected ? before : null);
    toast({ text: error instanceof TypeError ? word("no_network") : error.message, tone: "late" });
  }
  card.focus();
}

function byKey(board, event) {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const card = event.target.closest(".rn-task[data-id]");
  if (!step || !event.shiftKey || !card) return;
  const days = [...board.querySelectorAll("[data-date]")];
  const from = card.closest("[data-date]");
  const to = days[days.indexOf(from) + step];
  if (!to) return;
  event.preventDefault();
  const before = card.nextElementSibling;
  to.append(card);
  move(board, card, from, to, before);
}

export function startBoards(scope) {
  scope.querySelectorAll("[data-board]").forEach((board) => {
    if (made.has(board)) return;
    made.add(board);
    board.addEventListener("keydown", (event) => byKey(board, event));
    let before = null;
    board.querySelectorAll("[data-date]").forEach((day) => {
      Sortable.create(day, {
        group: "days",
        draggable: ".rn-task[data-id]",
        animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
        ghostClass: "is-held",
        delay: 200,
        delayOnTouchOnly: true,
        onStart: (drag) => (before = drag.item.nextElementSibling),
        onEnd: (drag) => move(board, drag.item, drag.from, drag.to, before),
      });
    });
    board.dataset.ready = "1";
  });
}
