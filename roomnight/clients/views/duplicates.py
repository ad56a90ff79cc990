"""Clients that are alike: looked through by managers, compared side by side, merged, linked, or called two (ACC-04)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from roomnight.clients import access, commands
from roomnight.clients.commands.merging import CHOSEN, PERSON_CHOSEN
from roomnight.clients.forms.merging import MergeForm, OtherForm, SplitForm
from roomnight.clients.models import Account, DuplicatePair, Verdict
from roomnight.clients.queries.duplicates import TONES, moved_in_words, splittable, what_moves
from roomnight.clients.queries.own_fields import seen_own_fields
from roomnight.clients.rules.company_names import taken_apart
from roomnight.clients.rules.duplicates import Reason
from roomnight.kernel.errors import Refusal
from roomnight.kernel.undo import undo
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import done, form_status, page, refusals, refused

ROWS = 50
LATELY = 10


@dataclass(frozen=True)
class Side:
    """One of the two of a pair, as it stands beside the other."""

    account: Account
    url: str
    owner: str


def home(request: DeskRequest) -> str:
    return request.seat.url("clients:duplicates")


@needs("clients.account", "approve")
@require_GET
def duplicate_list(request: DeskRequest) -> HttpResponse:
    """The pairs that were found, the likeliest first, and what was merged lately."""
    seat = request.seat
    pairs = list(access.duplicate_pairs(seat).order_by("-points", "pk")[: ROWS + 1])
    context = {
        "pairs": [shown_pair(request, pair) for pair in pairs[:ROWS]],
        "has_more": len(pairs) > ROWS,
        "lately": [
            {
                "pk": merge.pk,
                "winner": merge.winner,
                "url": seat.url("web:account", pk=merge.winner_id),
                "loser": merge.loser,
                "at": merge.at,
                "who": merge.merged_by,
                "moved": moved_in_words(merge.moved),
            }
            for merge in access.merges(seat)[:LATELY]
        ],
        "splits": [
            {"pk": deed.pk, "old": deed.values["old"], "new": deed.values["new"], "at": deed.at}
            for deed in access.split_deeds(seat)[:LATELY]
        ],
    }
    context["people"] = [
        {
            "pk": deed.pk,
            "winner": deed.values["winner"],
            "loser": deed.values["loser"],
            "url": seat.url("clients:contact", pk=deed.values["winner_id"]),
            "at": deed.at,
        }
        for deed in access.people_merges(seat)[:LATELY]
    ]
    return page(request, "clients/duplicates.html", context)


def shown_pair(request: DeskRequest, pair: DuplicatePair) -> dict[str, Any]:
    """A pair with its two sides, why it is one, and what can be done."""
    one, other = pair.one, pair.other
    return {
        "pk": pair.pk,
        "verdict": Verdict(pair.verdict).label,
        "tone": TONES[pair.verdict],
        "reasons": [Reason(reason["code"], reason["values"]) for reason in pair.reasons],
        "sides": [
            Side(x, request.seat.url("web:account", pk=x.pk), x.owner.label if x.owner else "") for x in (one, other)
        ],
        "merge_url": ""
        if pair.verdict == Verdict.BRANCH
        else request.seat.url("clients:merge", pk=one.pk, other=other.pk),
        "may_link": pair.verdict == Verdict.BRANCH and house_and_branch(pair) is not None,
    }


def house_and_branch(pair: DuplicatePair) -> tuple[Account, Account] | None:
    """Which of the two is the house and which the branch; None where both are branches."""
    first, second = bool(taken_apart(pair.one.name).branch), bool(taken_apart(pair.other.name).branch)
    if first == second:
        return None
    return (pair.other, pair.one) if first else (pair.one, pair.other)


@needs("clients.account", "approve")
@require_POST
def pair_dismiss(request: DeskRequest, pk: int) -> HttpResponse:
    """Say that two clients are two."""
    commands.dismiss_pair(actor=request.seat, pair=access.duplicate_pair(request.seat, pk))
    return done(request, home(request), _("Kept apart: this pair is not brought up again."))


@needs("clients.account", "approve")
@require_POST
def pair_link(request: DeskRequest, pk: int) -> HttpResponse:
    """Put a branch below its house."""
    pair = access.duplicate_pair(request.seat, pk)
    found = house_and_branch(pair)
    try:
        if found is None:
            raise Refusal("merge.two_branches", _("Both are branches: choose the house on the form of each."))
        commands.link_branch(actor=request.seat, parent=found[0], branch=found[1])
        commands.dismiss_pair(actor=request.seat, pair=pair)
    except Refusal as refusal:
        return refused(request, home(request), refusal)
    return done(request, home(request), _("Linked: the branch stands below its house now."))


@needs("clients.account", "approve")
def merge_choose(request: DeskRequest, pk: int) -> HttpResponse:
    """Choose the record that is the same as this one."""
    account = access.mergeable_account(request.seat, pk)
    form = OtherForm(request.seat, request.POST or None)
    if request.method == "POST" and form.is_valid():
        other = form.cleaned_data["other"]
        return done(request, request.seat.url("clients:merge", pk=pk, other=other.pk))
    context = {
        "form": form,
        "account": account,
        "title": _("Merge with another record"),
        "action": _("Compare"),
        "cancel_url": request.seat.url("web:account", pk=pk),
    }
    return page(request, "clients/decision.html", context, form_status(form))


@needs("clients.account", "approve")
def merge(request: DeskRequest, pk: int, other: int) -> HttpResponse:
    """Two records side by side: what stays of each, and what moves."""
    winner, loser = (access.mergeable_account(request.seat, one) for one in (pk, other))
    form = MergeForm(winner, loser, CHOSEN, request.POST or None, seen_own_fields(request.seat))
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            commands.merge_accounts(
                actor=request.seat, winner=winner, loser=loser, revisions=form.revisions(), take=form.taken()
            )
            return done(request, request.seat.url("web:account", pk=winner.pk), _("Merged."))
    context = {
        "form": form,
        "winner": {"label": winner.label, "code": winner.code, "owner": winner.owner},
        "loser": {"label": loser.label, "code": loser.code, "owner": loser.owner},
        "moves": what_moves(loser),
        "swap_url": request.seat.url("clients:merge", pk=loser.pk, other=winner.pk),
        "cancel_url": home(request),
    }
    return page(request, "clients/merge.html", context, form_status(form))


@needs("clients.account", "approve")
def split(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a part of a client out into a client of its own (ACC-09)."""
    account = access.mergeable_account(request.seat, pk)
    form = SplitForm(splittable(account), request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            given = {"name": form.cleaned_data["name"], "reason": form.cleaned_data["reason"]}
            new = commands.split_account(actor=request.seat, account=account, parts=form.parts(), **given)
            return done(request, request.seat.url("web:account", pk=new.pk), _("Split: this is the new client."))
    context = {
        "form": form,
        "account": account,
        "title": _("Split"),
        "action": _("Split"),
        "cancel_url": request.seat.url("web:account", pk=pk),
    }
    return page(request, "clients/decision.html", context, form_status(form))


@needs("clients.account", "approve")
@require_POST
def split_undo(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a split back as a whole (ACC-09)."""
    deed = access.split_deed(request.seat, pk)
    try:
        undo(actor=request.seat, deed=deed)
    except Refusal as refusal:
        return refused(request, home(request), refusal)
    return done(request, home(request), _("Taken back: they are one client again."))


@needs("clients.account", "approve")
@require_POST
def merge_undo(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a merge back as a whole (ACC-09)."""
    found = access.merge(request.seat, pk)
    try:
        undo(actor=request.seat, deed=found.deed)
    except Refusal as refusal:
        return refused(request, home(request), refusal)
    return done(request, home(request), _("Taken back: they are two clients again."))


@needs("clients.account", "approve")
def contact_merge(request: DeskRequest, pk: int, other: int) -> HttpResponse:
    """Two records of one person side by side."""
    seat = request.seat
    winner, loser = (access.contact(seat, one, "edit") for one in (pk, other))
    if winner.account_id != loser.account_id:
        raise Http404(str(other))
    form = MergeForm(winner, loser, PERSON_CHOSEN, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            commands.merge_contacts(
                actor=seat, winner=winner, loser=loser, revisions=form.revisions(), take=form.taken()
            )
            return done(request, seat.url("clients:contact", pk=winner.pk), _("Merged."))
    titles = [
        {"label": one.label, "code": capfirst(one.job_title) or one.account.label, "owner": None}
        for one in (winner, loser)
    ]
    context = {
        "form": form,
        "winner": titles[0],
        "loser": titles[1],
        "moves": what_moves(loser),
        "swap_url": seat.url("clients:contact_merge", pk=loser.pk, other=winner.pk),
        "cancel_url": seat.url("clients:contact", pk=pk),
    }
    return page(request, "clients/merge.html", context, form_status(form))


@needs("clients.account", "approve")
@require_POST
def contact_merge_undo(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a merge of two people back as a whole (ACC-09)."""
    deed = access.people_merge(request.seat, pk)
    try:
        undo(actor=request.seat, deed=deed)
    except Refusal as refusal:
        return refused(request, home(request), refusal)
    return done(request, home(request), _("Taken back: they are two people again."))
