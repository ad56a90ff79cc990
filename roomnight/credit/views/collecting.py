"""Collecting: the ageing with its figures, what is open of a client, the dunning ladder, promises (CRD-08, CRD-10, CRD-12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from roomnight.clients.commands import log_export
from roomnight.credit import access, commands
from roomnight.credit.forms.settling import PromiseForm, StepForm
from roomnight.credit.models import CreditAccount, DunningLetter, DunningStep, money
from roomnight.credit.queries.ageing import PARTS, SORTS, ageing_of, ageing_rows, due_within, figures
from roomnight.credit.queries.words import bucket_words
from roomnight.credit.rules.ageing import Ageing, spans
from roomnight.credit.rules.dunning import STEPS, USUAL_WAYS, WRITTEN
from roomnight.credit.views.accounts import facts, small_form
from roomnight.kernel.errors import Refusal
from roomnight.kernel.export import to_xlsx
from roomnight.kernel.money import format_money
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.models import Scope
from roomnight.ui.downloads import XLSX, download
from roomnight.ui.page import page

AT_ONCE = 100


def rows_of(seat: Seat, sort: str, most: int | None = None) -> list[tuple[CreditAccount, Ageing]]:
    """The accounts within reach with something open, and its age."""
    return ageing_rows(seat.hotel, access.credit_accounts(seat), seat.today, sort, most)


@needs("credit.account")
def ageing(request: DeskRequest) -> HttpResponse:
    """What clients owe by how long it is overdue, with DSO, collection rate, and the share over sixty days."""
    seat = request.seat
    sort = request.GET.get("sort", "") if request.GET.get("sort") in SORTS else "late"
    everything = seat.scope("credit.account") == Scope.HOTEL
    found = figures(seat.hotel, None if everything else access.credit_accounts(seat), seat.today)
    names, rows = bucket_words(), rows_of(seat, sort, AT_ONCE + 1)
    context = {
        "sort": sort, "figures": found, "has_more": len(rows) > AT_ONCE, "total": money(found.ageing.total),
        "parts": [(names[part], money(getattr(found.ageing, part))) for part in PARTS],
        "rows": [
            {"one": one, "parts": [(part, names[part], money(getattr(age, part))) for part in PARTS],
             "total": money(age.total), "is_late": age.late > 0}
            for one, age in rows[:AT_ONCE]
        ],
        "views": [
            {"label": label, "url": f"?sort={key}", "current": key == sort, "count": ""}
            for key, label in (("late", _("Longest overdue")), ("owed", _("Most owed")), ("current", _("Most not yet due")))
        ],
        "may_export": seat.may("credit.account", "export"),
    }  # fmt: skip
    return page(request, "credit/ageing.html", context)


@needs("credit.account", "export")
@require_GET
def ageing_excel(request: DeskRequest) -> HttpResponse:
    """The ageing as an Excel file. Who took it is kept."""
    seat, names = request.seat, bucket_words()
    rows = [
        [
            one.number,
            one.account.name,
            one.responsible.label,
            *(money(getattr(age, part)) for part in PARTS),
            money(age.total),
        ]
        for one, age in rows_of(seat, "late")
    ]
    log_export(
        actor=seat,
        hotel=seat.hotel,
        what="credit.account",
        query=f"ageing {seat.today}",
        rows=len(rows),
        file_format="xlsx",
    )
    heads = [_("Number"), _("Client"), _("Representative"), *(names[part] for part in PARTS), _("Balance")]
    return download(to_xlsx(_("Ageing"), heads, rows), XLSX, f"{_('Ageing')} {seat.today}.xlsx")


@needs("credit.account")
def open_lines(request: DeskRequest, pk: int) -> HttpResponse:
    """What is open of an account, by age; with `bucket` only what falls in one."""
    seat = request.seat
    one = access.credit_account(seat, pk)
    names, age = bucket_words(), ageing_of(one, seat.today)
    bucket = request.GET.get("bucket", "")
    lines = access.lines(one).filter(hotel=seat.hotel).exclude(open_cents=0).order_by("due_on", "pk")
    if bucket == "unallocated":
        lines = lines.filter(open_cents__lt=0)
    elif bucket in names:
        lines = lines.filter(due_within(spans(seat.today)[bucket]))
    context = {
        "one": one, "lines": list(lines[:AT_ONCE]), "total": money(age.total),
        "views": [
            {"label": label, "url": f"?bucket={part}", "current": part == bucket, "count": ""}
            for part, label in (("", _("All that is open")), *names.items())
        ],
        "parts": [(names[part], money(getattr(age, part))) for part in PARTS],
    }  # fmt: skip
    return page(request, "credit/open_lines.html", context)


# ---- the ladder


def days_words(one: DunningStep, seat: Seat) -> str:
    """How long the oldest charge is overdue, in words."""
    days = (seat.today - one.oldest_due_on).days
    if days <= 0:
        return ngettext("due in %(n)d day", "due in %(n)d days", -days) % {"n": -days}
    return ngettext("%(n)d day overdue", "%(n)d days overdue", days) % {"n": days}


def step_rows(
    seat: Seat, steps: Sequence[DunningStep], letters: Mapping[int, Sequence[DunningLetter]] | None = None
) -> list[dict[str, Any]]:
    """Steps of the ladder as a page shows them, with their `letters` where it shows these."""
    return [
        {"one": one, "name": STEPS.get(one.step, one.step), "days": days_words(one, seat), "letters": (letters or {}).get(one.pk, ()),
         "may_take": may, "may_write": may and one.step in WRITTEN}
        for one in steps
        for may in [one.done_at is None and access.may_take(seat, one)]
    ]  # fmt: skip


@needs("credit.account")
def dunning(request: DeskRequest) -> HttpResponse:
    """The steps that are to be taken to collect: one's own, all within reach, those that were taken."""
    seat = request.seat
    labels = {"mine": pgettext("dunning", "With me"), "all": _("All to do"), "done": _("Done")}
    tab = request.GET.get("tab", "") if request.GET.get("tab") in labels else "all"
    found = access.dunning_steps(seat).select_related("credit__hotel", "credit__account", "assigned_to")
    if tab == "done":
        found = found.filter(done_at__isnull=False).order_by("-done_at", "-pk")
    else:
        found = found.filter(done_at=None).order_by("oldest_due_on", "pk")
        if tab == "mine":
            found = found.filter(assigned_to__in=seat.stands_for)
    rows = list(found[: AT_ONCE + 1])
    context = {
        "tab": tab, "rows": step_rows(seat, rows[:AT_ONCE], access.letters_of(rows)), "has_more": len(rows) > AT_ONCE,
        "views": [
            {"label": label, "url": f"?tab={name}", "current": name == tab, "count": ""} for name, label in labels.items()
        ],
    }  # fmt: skip
    return page(request, "credit/dunning.html", context)


def known_of(seat: Seat, one: DunningStep) -> list[tuple[Any, Any]]:
    """What to know of a step before one writes or speaks to the client."""
    return [
        (_("Step"), STEPS.get(one.step, one.step)), (_("Oldest charge"), days_words(one, seat)),
        (_("Overdue"), format_money(one.amount, seat.hotel.currency, get_language() or "zh-hans")), *facts(one.credit),
    ]  # fmt: skip


@needs("credit.account")
def step(request: DeskRequest, pk: int) -> HttpResponse:
    """Note what came of a step, and what was promised."""
    seat = request.seat
    one = access.dunning_step(seat, pk)

    def do(data: dict[str, Any]) -> None:
        if not access.may_take(seat, one):
            raise Refusal("credit.not_yours", _("Whoever has it to do, or finance, notes what came of it."))
        commands.take_step(actor=seat, step=one, **data)

    return small_form(
        request, one.credit, StepForm(request.POST or None, initial={"how": USUAL_WAYS.get(one.step, "post")}), do,
        title=_("What came of it"), action=_("Note it"), said=_("Noted."), facts=known_of(seat, one), back=seat.url("credit:dunning"),
    )  # fmt: skip


@needs("credit.account")
def promise(request: DeskRequest, pk: int) -> HttpResponse:
    """Note a client's word to pay."""
    seat = request.seat
    one = access.credit_account(seat, pk)
    return small_form(
        request, one, PromiseForm(request.POST or None),
        lambda data: commands.note_promise(actor=seat, credit=one, **data),
        title=_("Promise to pay"), action=_("Note it"), said=_("Noted."), facts=facts(one),
    )  # fmt: skip
