"""Clients falling silent: each rule's verdict side by side, and how right the rules were on past months (LOST-01, CHU-01)."""

from __future__ import annotations

from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from roomnight.clients.commands import log_export
from roomnight.insight import access
from roomnight.insight.forms.silence import WorkOutForm
from roomnight.insight.jobs import queue_silences
from roomnight.insight.models import SilenceRun, SilentClient
from roomnight.insight.queries.verdicts import AreaLine, HitLine, area_lines, hit_lines, verdict_words
from roomnight.insight.rules.churn_values import DRIVING_RULE, RULE_NAMES, RULES
from roomnight.kernel.export import to_xlsx
from roomnight.organization.http import DeskRequest, needs
from roomnight.pms.models import Side
from roomnight.ui.lists import address, chips, tab
from roomnight.ui.page import page
from roomnight.ui.small_forms import small_form

ROWS: Final = 50
ALL: Final = "all"
BOOKED: Final = ("no", "yes")
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def side_of(request: DeskRequest) -> str:
    """Companies, unless the address says agencies."""
    side = request.GET.get("side", "")
    return side if side in Side.values else Side.COMPANY.value


def rule_of(request: DeskRequest) -> str:
    """The rule the address asks for; without one that which the hotel goes by."""
    rule = request.GET.get("rule", "")
    return rule if rule in (*RULES, ALL) else DRIVING_RULE.at(request.seat.hotel_code, request.seat.today)


def filtered(request: DeskRequest, found: QuerySet[SilentClient]) -> QuerySet[SilentClient]:
    """Owner, name, and whether there is something on the books."""
    booked, owner = request.GET.get("booked", ""), request.GET.get("owner", "")
    if booked in BOOKED:
        found = found.filter(on_the_books__gt=0) if booked == "yes" else found.filter(on_the_books=0)
    if owner.isdigit():
        found = found.filter(account__owner=int(owner))
    text = request.GET.get("q", "").strip()[:80]
    return found.filter(Q(account__name__icontains=text) | Q(account__code__iexact=text)) if text else found


def by_rule(found: QuerySet[SilentClient], rule: str) -> QuerySet[SilentClient]:
    """Those that one rule puts on alert; of all rules those that any does."""
    return found if rule == ALL else found.filter(**{f"by_{rule}": True})


@needs("insight.churn")
def churn(request: DeskRequest) -> HttpResponse:
    """The clients on alert within reach, by the rule chosen, and the proof of the rules on past months."""
    seat, side, rule = request.seat, side_of(request), rule_of(request)
    run = access.silence_run(seat, side)
    within_reach = access.silent_clients(seat, run)
    found = filtered(request, within_reach)
    sums = sums_by_rule(found)
    pages = Paginator(by_rule(found, rule), ROWS)
    pages.count = sums[rule]  # counted already, with the others
    leaf = pages.get_page(request.GET.get("page"))
    owners = owners_of(within_reach)
    driving = DRIVING_RULE.at(seat.hotel_code, seat.today)
    context = {
        "run": run, "rows": [row_of(one, run) for one in leaf], "rule": rule, "driving": driving, "side": side,
        "driving_name": RULE_NAMES[driving], "views": views(request, sums, rule, driving), "q": request.GET.get("q", ""),
        "filters": filters_of(request, owners), "shown": shown_words(leaf),
        "previous": address(request, page=str(leaf.number - 1)) if leaf.has_previous() else "",
        "next": address(request, page=str(leaf.number + 1)) if leaf.has_next() else "",
        "chips": chips(request, {"owner": _("Owner"), "booked": _("On the books"), "q": _("Client")}, {"owner": dict(owners), "booked": booked_words()}),
        "areas": areas(run), "hits": hits(run), "may_work_out": seat.may("insight.churn", "create"), "may_export": seat.may("insight.churn", "export"),
        "may_plan": seat.may("activities.visit", "create"), "has_client": seat.may("clients.account"), "query": request.GET.urlencode(),
    }  # fmt: skip
    return page(request, "insight/churn.html", context)


def areas(run: SilenceRun | None) -> list[AreaLine]:
    return area_lines(run.proof, run.limits) if run else []


def hits(run: SilenceRun | None) -> list[HitLine]:
    return hit_lines(run.proof) if run else []


def sums_by_rule(found: QuerySet[SilentClient]) -> dict[str, int]:
    """How many each rule puts on alert, and any."""
    return found.order_by().aggregate(
        all=Count("pk"), **{one: Count("pk", filter=Q(**{f"by_{one}": True})) for one in RULES}
    )


def views(request: DeskRequest, sums: dict[str, int], rule: str, driving: str) -> list[dict[str, Any]]:
    """A tab for each rule with its number of alerts, the one the hotel goes by first."""
    order = [driving, *(one for one in RULES if one != driving)]
    tabs = [tab(short_names()[one], address(request, rule=one, page=""), one == rule, sums[one]) for one in order]
    return [*tabs, tab(_("Any rule"), address(request, rule=ALL, page=""), rule == ALL, sums["all"])]


def short_names() -> dict[str, str]:
    """The rules in a word or two."""
    return {"model": _("Own rhythm"), "days": _("Days silent"), "month": _("Habit of a month"), "gap": _("Usual gap")}


def booked_words() -> dict[str, str]:
    return {"no": _("Nothing on the books"), "yes": _("Something on the books")}


def owners_of(found: QuerySet[SilentClient]) -> list[tuple[str, str]]:
    """Who answers for the clients on alert."""
    rows = (
        found.order_by().exclude(account__owner=None).values_list("account__owner", "account__owner__name").distinct()
    )
    return sorted(((str(pk), name) for pk, name in rows), key=lambda one: one[1])


def filters_of(request: DeskRequest, owners: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """The selects above the list."""
    parts: list[tuple[str, str, list[tuple[str, Any]]]] = [
        ("side", "", list(Side.choices)), ("booked", _("On the books"), list(booked_words().items()))
    ]  # fmt: skip
    if len(owners) > 1:
        parts.append(("owner", _("Owner"), list(owners)))
    return [
        {"name": name, "label": label, "options": options, "value": request.GET.get(name, "") or (side_of(request) if name == "side" else "")}
        for name, label, options in parts
    ]  # fmt: skip


def shown_words(leaf: Any) -> str:
    if not leaf.paginator.count:
        return ""
    return _("%(first)d–%(last)d of %(all)d") % {
        "first": leaf.start_index(), "last": leaf.end_index(), "all": leaf.paginator.count
    }  # fmt: skip


def row_of(one: SilentClient, run: SilenceRun | None) -> dict[str, Any]:
    """A client as the list shows it."""
    assert run is not None
    return {
        "one": one, "days": one.days_since(run.as_of), "verdicts": [(short_names()[rule], says) for rule, says in one.verdicts().items()],
        "alive": percent(one.p_alive) if not one.is_too_little else None, "none": percent(one.p_none) if not one.is_too_little else None,
        "expected": one.expected if not one.is_too_little else None, "is_lost": one.days_since(run.as_of) > run.limits["lost_days"],
    }  # fmt: skip


def percent(share: float | None) -> int | None:
    return None if share is None else round(100 * share)


@needs("insight.churn", "create")
def churn_new(request: DeskRequest) -> HttpResponse:
    """Have it worked out anew, by the worker, for whoever does not want to wait for the morning."""
    seat = request.seat
    form = WorkOutForm(request.POST or None, initial={"side": side_of(request)})
    return small_form(
        request, form, lambda data: queue_silences(seat.hotel, data["side"], seat.code),
        title=_("Work out who falls silent"), action=_("Work it out"), said=_("It is being worked out; look again in a minute."),
        back=seat.url("insight:churn"), detail=_("It is done every morning by itself. After an import you may not want to wait."),
    )  # fmt: skip


@needs("insight.churn", "export")
def churn_excel(request: DeskRequest) -> HttpResponse:
    """The same list as an Excel file. Who took it is kept."""
    seat, side, rule = request.seat, side_of(request), rule_of(request)
    run = access.silence_run(seat, side)
    found = by_rule(filtered(request, access.silent_clients(seat, run, "export")), rule)
    heads = [
        _("Client"), _("Code"), _("Owner"), _("Last arrival"), _("Days silent"), _("Usual gap, days"), _("Still a client, %"),
        _("Not coming, %"), _("Expected in 180 days"), *(short_names()[one] for one in RULES), _("On the books"),
    ]  # fmt: skip
    lines = [excel_line(one, run) for one in found.iterator(chunk_size=2_000)]
    log_export(
        actor=seat, hotel=seat.hotel, what="insight.churn", query=f"{side} {rule}", rows=len(lines), file_format="xlsx"
    )
    response = HttpResponse(to_xlsx(_("Falling silent"), heads, lines), content_type=XLSX)
    name = content_disposition_header(True, f"silent-{run.as_of if run else seat.today}.xlsx")
    response.headers["Content-Disposition"] = name or "attachment"
    return response


def excel_line(one: SilentClient, run: SilenceRun | None) -> list[Any]:
    row = row_of(one, run)
    return [
        one.account.name, one.account.code, one.account.owner.label if one.account.owner else "", one.last_arrival, row["days"],
        one.usual_gap, row["alive"], row["none"], None if row["expected"] is None else round(row["expected"], 2),
        *(verdict_words(says) for says in one.verdicts().values()), one.on_the_books,
    ]  # fmt: skip
