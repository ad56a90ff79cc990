"""The open pool 公海: clients that nobody looks after and everybody may win (OWN-02)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from roomnight.clients import access, commands
from roomnight.clients.models import AccountKind, PoolCause, Stage
from roomnight.clients.queries.listing import SORTS
from roomnight.clients.queries.pool import LYING, leads_held, lying_in_pool, read_wish
from roomnight.clients.rules import IN_BUSINESS
from roomnight.clients.views.columns import COLUMNS, fields_of, rows_of
from roomnight.clients.views.listing import page_links
from roomnight.kernel.errors import Refusal
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.keyset import leaf
from roomnight.ui.moments import day_text
from roomnight.ui.page import done, page, refused

ROWS, MOST_AT_ONCE = 50, 50
SHOWN = ("kind", "stage", "city", "nights", "last_arrival")
SINCE = {
    "7": gettext_lazy("in the last 7 days"),
    "30": gettext_lazy("in the last 30 days"),
    "90": gettext_lazy("in the last 90 days"),
    "365": gettext_lazy("in the last year"),
}


@needs("clients.pool")
@require_GET
def pool_list(request: DeskRequest) -> HttpResponse:
    """The clients of the pool, the most productive first, with since when and why they lie there."""
    seat, wish = request.seat, read_wish(request.GET)
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS and "grade" not in sort else "-nights"
    columns = [column for column in COLUMNS if column.key in SHOWN]
    place = {"after": request.GET.get("after", ""), "before": request.GET.get("before", "")}
    leaf_ = leaf(lying_in_pool(seat, wish), [*fields_of(columns), *LYING], SORTS[sort], ROWS, **place)
    may_claim = seat.may("clients.account", "edit")
    may_assign = seat.may("clients.account", "approve") and seat.may("clients.pool", "edit")
    rows = rows_of(seat, leaf_.rows, columns)
    context: dict[str, Any] = {
        "rows": [{"row": row, **why(seat, bare)} for row, bare in zip(rows, leaf_.rows, strict=True)],
        "columns": columns,
        "wish": wish,
        "narrowed": any([wish.q, wish.cause, wish.kind, wish.stage, wish.place, wish.since]),
        "filters": [
            ("cause", _("Why it is here"), PoolCause.choices, wish.cause),
            ("since", _("Came here"), list(SINCE.items()), wish.since),
            ("kind", _("Type"), AccountKind.choices, wish.kind),
            ("stage", _("Stage"), [one for one in Stage.choices if one[0] in IN_BUSINESS], wish.stage),
        ],
        "sort": sort,
        "held": leads_held(seat) if may_claim else None,
        "may_claim": may_claim,
        "may_assign": may_assign,
        **page_links(request, leaf_),
    }
    return page(request, "clients/pool.html", context)


def why(seat: Seat, row: Mapping[str, Any]) -> dict[str, Any]:
    """Since when a client lies here, and why, in words."""
    at = row["pooled_at"]
    cause = dict(PoolCause.choices).get(row["pool_cause"] or PoolCause.NEW, "")
    return {
        "since": day_text(seat.local(at).date(), seat.today, "short") if at else "",
        "cause": cause,
        "reason": row["pool_reason"] or "",
    }


@needs("clients.account", "edit")
@require_POST
def pool_claim(request: DeskRequest) -> HttpResponse:
    """Take those that were ticked; those that somebody else took first are named."""
    seat, back = request.seat, request.seat.url("clients:pool")
    ids = [int(one) for one in request.POST.getlist("ids") if one.isdigit() and len(one) < 18][:MOST_AT_ONCE]  # noqa: PLR2004 (a bigint)
    if not ids or not seat.may("clients.pool"):
        return refused(request, back, Refusal("bulk.none", _("Tick the clients first.")))
    found = {one.pk: one for one in access.pool(seat).filter(pk__in=ids).select_related("hotel", "owner", "co_owner")}
    taken, refusals = 0, []
    for pk in ids:
        if pk not in found:
            continue
        try:
            commands.claim_account(actor=seat, account=found[pk], staff=seat.staff)
            taken += 1
        except Refusal as refusal:
            refusals.append(f"{found[pk].code}: {refusal.message}")
    said = ngettext("%(n)d client is yours now.", "%(n)d clients are yours now.", taken) % {"n": taken}
    late = len(set(ids)) - len(found)
    if late:
        text = ngettext("%(n)d was not in the pool any more.", "%(n)d were not in the pool any more.", late)
        refusals.append(text % {"n": late})
    if refusals:
        return refused(request, back, Refusal("bulk.some", " ".join([said, *refusals[:5]])))
    return done(request, back, said)
