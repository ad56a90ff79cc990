"""How the follow-up of an order is said on pages and papers (ORD-04, ORD-09)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from roomnight.orders.models import FollowStep, OrderComment, Rating
from roomnight.orders.queries.following import Papers, evidence, times_of
from roomnight.orders.rules.following import (
    AGREE,
    ASK,
    COMMENTS,
    FOLLOWED,
    NEEDS,
    READY,
    STEPS,
    done,
    is_past,
    stage,
)
from roomnight.organization.access import Seat

RATING_TONES = {Rating.PRAISE: "good", Rating.FAIR: "", Rating.LOW: "late"}
ARCHIVE_WORDS: Mapping[str, Any] = {
    "state": _lazy("The order is not completed yet."),
    "told": _lazy("The departments were never told of it."),
    AGREE: _lazy("A department has not confirmed it, or its last change: take the order up again for that."),
    "prices": _lazy("Something that was ordered has no price: take the order up again for that."),
    COMMENTS: _lazy("No comments were collected, nor noted that nobody had any."),
}
"""What is missing before the papers of an order are filed."""
MARKS: Mapping[str, tuple[Any, str, str]] = {
    "done": (pgettext_lazy("step of an order", "Done"), "good", "circle-check"),
    "next": (pgettext_lazy("step of an order", "Next"), "go", "player-play"),
    "late": (pgettext_lazy("step of an order", "Late"), "late", "clock-stop"),
    "past": (pgettext_lazy("step of an order", "Not noted"), "soon", "alert-triangle"),
    "ahead": (pgettext_lazy("step of an order", "To come"), "", "clock"),
}


def step_rows(seat: Seat, papers: Papers, now: datetime) -> list[dict[str, Any]]:
    """The steps of an order in their order: who has each, by when, whether it is done, and what shows that."""
    known = papers.known
    finished, turn, times = done(known), stage(known), times_of(papers)
    call = papers.opinion
    rows = []
    for step in STEPS:
        due = times[step]
        mark = (
            "done" if step in finished else "past" if is_past(step, known)
            else "late" if due <= now and (step == turn or step in (READY, NEEDS)) else "next" if step == turn else "ahead"
        )  # fmt: skip
        word, tone, drawing = MARKS[mark]
        owner = call.follow_up.owner if step == ASK and call else papers.order.follower
        rows.append({
            "step": step, "label": FollowStep(step).label, "owner": owner.label, "due": due, "mark": mark, "word": word,
            "tone": tone, "icon": drawing, "is_next": step == turn, "is_done": step in finished,
            "evidence": _evidence(papers, step), "actions": [],
        })  # fmt: skip
    return rows if papers.order.state in FOLLOWED else []


def _evidence(papers: Papers, step: str) -> dict[str, Any] | None:
    """What shows that a step was done: words, who noted it, when."""
    order, note = papers.order, evidence(papers, step)
    match step:
        case "agree":
            answered = [one.answered_at for one in papers.notices if one.answered_at]
            return _counted(papers.known.agreed, papers.known.departments, _("%(n)d of %(of)d departments confirmed"), answered) if papers.is_told else None  # fmt: skip
        case "ready":
            at = [one.ready_at for one in papers.notices if one.ready_at]
            found = _counted(papers.known.ready, papers.known.departments, _("%(n)d of %(of)d departments ready"), at)
            if note is not None:
                found["text"] += " · " + _("urged: %(note)s") % {"note": note.note}
            return found if papers.is_told else None
        case "comments" if papers.comments:
            last = papers.comments[-1]
            words = _("%(n)d comments noted and passed on") % {"n": len(papers.comments)}
            return {"text": words, "by": last.by.label, "at": last.at}
        case "stay" if note is None and order.ended_at:
            return {"text": _("Everything took place."), "by": "", "at": order.ended_at}
        case "ask" if papers.opinion is not None:
            follow_up = papers.opinion.follow_up
            words = follow_up.result or (follow_up.get_outcome_display() if follow_up.outcome else "")
            url = follow_up.get_absolute_url()
            return {
                "text": words,
                "by": follow_up.owner.label,
                "at": follow_up.done_at,
                "url": url,
                "link": follow_up.title,
            }
    return {"text": note.note, "by": note.by.label, "at": note.at} if note is not None else None


def _counted(n: int, of: int, words: str, moments: list[datetime]) -> dict[str, Any]:
    return {"text": words % {"n": n, "of": of}, "by": "", "at": max(moments, default=None)}


def tone_of(one: OrderComment) -> str:
    return RATING_TONES[Rating(one.rating)]


def comment_row(one: OrderComment) -> dict[str, Any]:
    """A comment with what the departments said to it."""
    return {"one": one, "tone": tone_of(one), "passed": list(one.passed.all())}
