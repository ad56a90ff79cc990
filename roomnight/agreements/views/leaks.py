"""Stays of agreement clients that were booked elsewhere: the list, one of them, and what people say of them (AGR-07)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST

from roomnight.agreements import access, commands, leak_words, words
from roomnight.agreements.forms.leaks import LeakForm, TakeBackForm
from roomnight.agreements.jobs import search_again
from roomnight.agreements.models import Leak, LeakState
from roomnight.kernel.errors import Refusal
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.keyset import Key, leaf
from roomnight.ui.lists import chips, count_words, pages, picked_day, tab
from roomnight.ui.page import done, page, refused
from roomnight.ui.small_forms import small_form

ROWS = 40
MOST_AT_ONCE = 100
COUNTED_UP_TO = 99
ORDER = (Key("arrival", descending=True), Key("pk", descending=True))


@needs("agreements.agreement")
def leaks(request: DeskRequest) -> HttpResponse:
    """Stays likely the agreement clients', to decide on; narrowed by client, reason and days (AGR-07)."""
    seat, query = request.seat, request.GET
    state = query.get("tab", "") if query.get("tab") in LeakState.values else LeakState.OPEN.value
    mine = access.leaks(seat)
    rows = leaf(
        _narrowed(mine.filter(state=state), request), leak_words.COLUMNS, ORDER, ROWS,
        after=query.get("after", ""), before=query.get("before", ""),
    )  # fmt: skip
    clients = _clients(mine)
    waiting = mine.filter(state=LeakState.OPEN)[: COUNTED_UP_TO + 1].count()
    kinds = {code: str(label) for code, label in leak_words.KINDS.items()}
    names = {"client": _("Client"), "kind": pgettext("leaked stay", "Reason"), "from": _("From"), "until": _("Until")}
    context = {
        "tab": state,
        "views": [
            tab(LeakState(value).label, f"?tab={value}", value == state, words_ if value == LeakState.OPEN else "")
            for value, words_ in ((value, count_words(waiting, COUNTED_UP_TO)) for value in LeakState.values)
        ],
        "rows": [leak_words.leak_row(seat, row) for row in rows.rows],
        "clients": clients.items(), "kinds": kinds.items(),
        "query": {"client": query.get("client", ""), "kind": query.get("kind", ""),
                  "from": query.get("from", ""), "until": query.get("until", "")},
        "chips": chips(request, names, {"client": clients, "kind": kinds}),
        "clear_url": f"?tab={state}",
        "may_decide": seat.may("agreements.agreement", "edit"),
        "sees_money": seat.may("pms.production"),
        **pages(request, rows),
    }  # fmt: skip
    return page(request, "agreements/leaks.html", context)


def _narrowed(found: QuerySet[Leak], request: DeskRequest) -> QuerySet[Leak]:
    query = request.GET
    if query.get("client", "").isdigit():
        found = found.filter(account=int(query["client"]))
    if query.get("kind") in leak_words.KINDS:
        found = found.filter(kinds__contains=f",{query['kind']},")
    first, last = picked_day(query.get("from", "")), picked_day(query.get("until", ""))
    within = Q()
    if first is not None:
        within &= Q(arrival__gte=first)
    if last is not None:
        within &= Q(arrival__lte=last)
    return found.filter(within)


def _clients(mine: QuerySet[Leak]) -> dict[str, str]:
    """The clients that have any, by name, as the filter offers them."""
    rows = mine.order_by("account__name").values_list("account", "account__name").distinct()
    return {str(pk): name for pk, name in rows[:MOST_AT_ONCE]}


@needs("agreements.agreement")
def leak(request: DeskRequest, pk: int) -> HttpResponse:
    """One stay: what speaks for the client, and the decision; or what was said of it, to be taken back."""
    seat = request.seat
    is_change = request.method == "POST"
    one = access.leak(seat, pk, "edit" if is_change else "read")
    facts = leak_words.facts(seat, one)
    back = f"{seat.url('agreements:leaks')}?tab={one.state}"
    if one.state == LeakState.OPEN:
        form = LeakForm(request.POST or None, initial={"decision": LeakState.ACCEPTED})

        def decide(data: dict[str, Any]) -> None:
            said = commands.accept_leaks if data["decision"] == LeakState.ACCEPTED else commands.refuse_leaks
            said(actor=seat, leaks=[one], staff=seat.staff, note=data["note"])

        return small_form(
            request, form, decide, title=_("Booked elsewhere"), action=pgettext("leaked stay", "Decide"), said=pgettext("leaked stay", "Decided."), back=back,
            detail=one.account.label, facts=facts,
        )  # fmt: skip
    return small_form(
        request, TakeBackForm(request.POST if is_change else None),
        lambda data: commands.reopen_leaks(actor=seat, leaks=[one]),
        title=_("Booked elsewhere"), action=_("Take the decision back"), said=_("To be decided again."), back=back,
        detail=one.account.label, facts=facts,
    )  # fmt: skip


@needs("agreements.agreement", "edit")
@require_POST
def decide_many(request: DeskRequest) -> HttpResponse:
    """Accept, refuse or take back what was ticked; what a colleague decided on meanwhile stays."""
    seat, said = request.seat, request.POST.get("decision", "")
    ids = [int(one) for one in request.POST.getlist("ids") if one.isdigit()][:MOST_AT_ONCE]
    found = list(access.leaks(seat, "edit").filter(pk__in=ids))
    state = LeakState.OPEN if said in (LeakState.ACCEPTED, LeakState.REFUSED) else LeakState.ACCEPTED
    url = f"{seat.url('agreements:leaks')}?tab={state}"
    try:
        match said:
            case LeakState.ACCEPTED:
                number = len(commands.accept_leaks(actor=seat, leaks=found, staff=seat.staff))
                message = ngettext("%(n)d stay is counted.", "%(n)d stays are counted.", number)
            case LeakState.REFUSED:
                number = len(commands.refuse_leaks(actor=seat, leaks=found, staff=seat.staff))
                message = ngettext("%(n)d stay is not theirs.", "%(n)d stays are not theirs.", number)
            case _other:
                number = len(commands.reopen_leaks(actor=seat, leaks=found))
                message = ngettext("%(n)d stay is to be decided again.", "%(n)d stays are to be decided again.", number)
    except Refusal as refusal:
        return refused(request, url, refusal)
    return done(request, url, message % {"n": number})


@needs("agreements.agreement", "edit")
@require_POST
def search(request: DeskRequest) -> HttpResponse:
    """Let the worker look once more, over the whole term of the agreements that run."""
    seat = request.seat
    url = seat.url("agreements:leaks")
    first = access.first_day_of_agreements(seat)
    if first is None:
        return done(request, url, _("No agreement is in force, so there is nothing to look for."))
    search_again(seat.hotel, max(first, seat.today - timedelta(days=words.MOST_DAYS_BACK)))
    return done(request, url, _("The search has begun. What it finds appears here in a few minutes."))
