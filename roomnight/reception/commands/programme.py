"""The plan of a reception: its hours, their cost against the standard, who joins, and handing it in (RCP-03, RCP-06, RCP-09)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients.commands.accounts import take_revision
from roomnight.kernel.commands import Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.organization.commands import refuse_unqualified
from roomnight.organization.models import Membership, Staff
from roomnight.organization.rules.qualifications import RECEIVE
from roomnight.organization.working_days import day_at
from roomnight.reception.commands.cases import tell_cases
from roomnight.reception.commands.preparing import draw_up
from roomnight.reception.models import (
    PLANNING,
    HostAnswer,
    Level,
    Part,
    ProgrammeLine,
    Reception,
    ReceptionHost,
    ReceptionState,
)
from roomnight.reception.queries.standards import COPIES, allowed, budget_of, is_over, standard_of
from roomnight.reception.rules.standards import MEALS, days_short
from roomnight.reception.rules.values import EXECUTIVE_NOTICE_DAYS, PLAN_DAYS

EXECUTIVE_RANK = 5
AROUND = timedelta(hours=12)


@command
def add_line(*, actor: Actor, reception: Reception, **values: Any) -> ProgrammeLine:
    """Put an hour into the plan. Refused: outside of the visit, tobacco or alcohol for official guests, above the standard without a reason."""
    _refuse_unplanned(reception)
    line = ProgrammeLine(reception=reception, **values)
    _refuse_line(reception, line)
    line.save(force_insert=True)
    draw_up(reception)
    record(reception, added=line.what, part=line.part, starts_at=line.starts_at, planned=line.planned)
    _tell_copies(reception)
    return line


@command
def change_line(*, actor: Actor, line: ProgrammeLine, revision: int, reason: str = "", **values: Any) -> ProgrammeLine:
    """Change an hour of the plan. A new amount needs a new approval; people in charge stay while guests are here (RCP-06)."""
    reception = line.reception
    _refuse_unplanned(reception)
    take_revision(line, revision)
    changes = changed(line, **values)
    is_here = reception.arrives_at <= timezone.now() <= reception.departs_at
    if "responsible" in changes and is_here and not reason.strip():
        raise Refusal(
            "reception.people_stay",
            _("The guests are here: the people in charge stay. If somebody has to change, say why."),
            field="reason",
        )
    _refuse_line(reception, line)
    if "planned" in changes:
        changes |= changed(line, over_approved_by=None, over_approved_at=None)
    line.save(update_fields=[*changes])
    draw_up(reception)
    record(reception, line=line.what, **changes, **({"reason": reason.strip()} if reason.strip() else {}))
    _tell_copies(reception)
    return line


@command
def remove_line(*, actor: Actor, line: ProgrammeLine) -> Reception:
    """Take an hour out of the plan. What was spent stays."""
    reception = line.reception
    _refuse_unplanned(reception)
    if line.actual is not None:
        raise Refusal("programme.spent", _("Money was spent on it: it stays."))
    what = line.what
    line.delete()
    draw_up(reception)
    record(reception, removed=what)
    _tell_copies(reception)
    return reception


@command
def approve_over(*, actor: Actor, line: ProgrammeLine, staff: Staff) -> ProgrammeLine:
    """Agree to a cost above the standard, before it is spent (RCP-02)."""
    reception = line.reception
    if not is_over(line, budget_of(reception, line.part)):
        raise Refusal("programme.not_over", _("This is within the standard."))
    if line.actual is not None:
        raise Refusal("programme.spent_already", _("It was spent already: it cannot be approved beforehand any more."))
    if staff in (reception.applicant, line.responsible):
        raise Refusal("programme.own", _("Somebody else than the applicant and the person responsible agrees to it."))
    changes = changed(line, over_approved_by=staff, over_approved_at=timezone.now())
    line.save(update_fields=[*changes])
    record(reception, line=line.what, planned=line.planned, **changes)
    return line


@command
def enter_cost(*, actor: Actor, line: ProgrammeLine, actual: Decimal, note: str = "") -> ProgrammeLine:
    """What it cost. More than the standard, or than was approved, needs a word about why, and stays marked (RCP-09)."""
    reception = line.reception
    if reception.state in (ReceptionState.CLOSED, ReceptionState.CANCELLED, ReceptionState.DECLINED):
        raise Refusal("programme.closed", _("The reception is over and reported."))
    if actual < 0:
        raise Refusal("programme.amount", _("An amount is 0 or more."), field="actual")
    if actual > (allowed(line, budget_of(reception, line.part)) or actual) and not note.strip():
        raise Refusal("programme.over_note", _("This is more than was allowed: say why."), field="note")
    changes = changed(line, actual=actual, actual_note=note.strip())
    line.save(update_fields=[*changes])
    record(reception, line=line.what, **changes)
    return line


@command
def ask_host(
    *, actor: Actor, reception: Reception, host: Staff, part: str = "", late_reason: str = ""
) -> ReceptionHost:
    """Ask one of us to join (RCP-03). An executive is asked in good time; later only with the general manager's reason.

    Whoever is no executive was trained and examined to receive clients, where the hotel asks for that (TGT-05).
    """
    _refuse_unplanned(reception)
    if reception.hosts.filter(staff=host).exists():
        raise Refusal("host.asked", _("Asked already."), field="host")
    place = Membership.objects.filter(hotel=reception.hotel, staff=host).select_related("role").first()
    if place is None:
        raise Refusal("host.elsewhere", _("Not a colleague of this hotel."), field="host")
    now = timezone.now()
    is_executive = place.role.rank <= EXECUTIVE_RANK
    if not is_executive:
        day = max(day_at(reception.hotel, now), day_at(reception.hotel, reception.arrives_at))
        refuse_unqualified(host, reception.hotel, RECEIVE, [day], "host")
    days = (
        days_short(
            day_at(reception.hotel, now),
            day_at(reception.hotel, reception.arrives_at),
            EXECUTIVE_NOTICE_DAYS.at(reception.hotel.code, day_at(reception.hotel, now)),
        )
        if is_executive
        else 0
    )
    if days and not late_reason.strip():
        raise Refusal(
            "host.late",
            _("An executive is asked earlier: the general manager's reason is needed now."),
            field="late_reason",
        )
    asked = ReceptionHost.objects.create(
        reception=reception, staff=host, title=place.title, rank=place.role.rank, is_executive=is_executive,
        part=part.strip(), days_late=days, late_reason=late_reason.strip() if days else "", asked_at=now,
    )  # fmt: skip
    record(reception, asked=host.username, executive=is_executive, days_late=days)
    notify(
        host.username,
        gettext_noop("Please say whether you can join: %(company)s (%(number)s)."),
        hotel_code=reception.hotel.code,
        url=reception.get_absolute_url(),
        company=reception.company,
        number=reception.number,
    )
    return asked


@command
def answer_host(*, actor: Actor, asked: ReceptionHost, answer: str) -> ReceptionHost:
    """Whether somebody joins: said by themself, or entered for them."""
    if answer not in (HostAnswer.COMES, HostAnswer.DECLINES):
        raise Refusal("host.answer", _("Choose an answer."), field="answer")
    changes = changed(asked, answer=answer, answered_at=timezone.now())
    asked.save(update_fields=[*changes])
    record(asked.reception, host=asked.staff.username, answer=answer)
    return asked


@command
def hand_in_plan(*, actor: Actor, reception: Reception, staff: Staff | None, late_reason: str = "") -> Reception:
    """Hand in the plan 接待安排表: three copies, so many days before arrival, later only with a reason (RCP-03).

    Refused: no team, no programme, a pick-up that is neither planned nor replaced by saying how to come, a cost above the
    standard that nobody approved, a late plan without a reason.
    """
    _refuse_unplanned(reception)
    _refuse_incomplete(reception)
    now = timezone.now()
    today = day_at(reception.hotel, now)
    days = days_short(today, day_at(reception.hotel, reception.arrives_at), PLAN_DAYS.at(reception.hotel.code, today))
    if days and not late_reason.strip():
        raise Refusal(
            "plan.late",
            _("The plan is %(days)s days late: say why.") % {"days": days},
            field="late_reason",
        )
    changes = changed(
        reception, state=ReceptionState.PLANNED, handed_in_at=now, handed_in_by=staff, days_late=days,
        late_reason=late_reason.strip() if days else "",
    )  # fmt: skip
    reception.save(update_fields=[*changes])
    record(reception, **changes)
    _tell_copies(reception)
    is_fetched = reception.programme.filter(part=Part.PICK_UP).exists()
    tell_cases(actor, reception, "reception_plan_handed_in", pick_up="yes" if is_fetched else "no")
    return reception


def _refuse_incomplete(reception: Reception) -> None:
    if not (reception.contact_person_id and reception.assistant_id and reception.leader_id):
        raise Refusal("plan.team", _("Name the interface person, the assistant and the leader first."))
    lines = list(reception.programme.all())
    if not lines:
        raise Refusal("plan.empty", _("The programme is empty."))
    is_fetched = any(one.part == Part.PICK_UP for one in lines)
    if reception.is_pick_up_needed and not is_fetched and not reception.how_to_come:
        raise Refusal(
            "plan.pick_up", _("Plan the pick-up, or say in the application how the guests come where no car is free.")
        )
    standard = standard_of(reception)
    for one in lines:
        budget = standard.meal(one.part, reception.people) if one.part in MEALS else None
        if is_over(one, budget) and one.over_approved_at is None:
            raise Refusal(
                "plan.over",
                _("%(what)s is above the standard of %(budget)s and not approved yet.")
                % {"what": one.what, "budget": budget},
            )


def _refuse_unplanned(reception: Reception) -> None:
    reception.state = Reception.objects.select_for_update().values_list("state", flat=True).get(pk=reception.pk)
    if reception.state not in PLANNING:
        raise Refusal("plan.state", _("Plans are made for approved receptions whose guests have not left."))


def _refuse_line(reception: Reception, line: ProgrammeLine) -> None:
    if not reception.arrives_at - AROUND <= line.starts_at <= reception.departs_at + AROUND:
        raise Refusal("programme.when", _("This is not within the visit."), field="starts_at")
    if line.ends_at is not None and line.ends_at <= line.starts_at:
        raise Refusal("programme.order", _("It ends after it begins."), field="ends_at")
    if reception.is_official and line.has_tobacco_or_alcohol:
        raise Refusal(
            "programme.official",
            _("Official guests have working meals without tobacco and alcohol."),
            field="has_tobacco_or_alcohol",
        )
    if is_over(line, budget_of(reception, line.part)) and not line.over_reason.strip():
        raise Refusal("programme.over", _("This is above the standard: say why."), field="over_reason")


def _tell_copies(reception: Reception) -> None:
    """Those who have a copy learn that there is a plan, or that it changed."""
    if reception.handed_in_at is None:
        return
    places = Membership.objects.filter(
        hotel=reception.hotel, role__code__in=COPIES[Level(reception.level)], staff__is_active=True
    )
    for username in places.values_list("staff__username", flat=True).distinct():
        notify(
            username, gettext_noop("The reception plan is there or was changed: %(company)s (%(number)s)."),
            hotel_code=reception.hotel.code, url=reception.get_absolute_url(), company=reception.company,
            number=reception.number,
        )  # fmt: skip
