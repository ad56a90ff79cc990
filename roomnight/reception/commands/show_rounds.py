"""Tours of clients through the house, and what they thought of it (RCP-10)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients.commands.accounts import take_revision
from roomnight.kernel.commands import Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.kernel.numbering import form_number
from roomnight.organization.commands import refuse_unqualified
from roomnight.organization.models import Hotel, Staff
from roomnight.organization.rules.qualifications import RECEIVE
from roomnight.organization.working_days import day_at
from roomnight.reception.models import ShowRound


@command
def plan_show_round(*, actor: Actor, hotel: Hotel, **values: Any) -> ShowRound:
    """Plan a tour, or enter one that was just made. The guide may receive clients (TGT-05)."""
    _refuse_nobody(values)
    _refuse_unfit(hotel, values["guide"], values["starts_at"])
    today = day_at(hotel, timezone.now())
    one = ShowRound.objects.create(hotel=hotel, number=form_number("CG", hotel.code, today), **values)
    record(one, number=one.number, company=one.company, starts_at=one.starts_at)
    return one


@command
def change_show_round(*, actor: Actor, show_round: ShowRound, revision: int, **values: Any) -> ShowRound:
    """Change who comes, when, or who guides."""
    _refuse_nobody(values)
    take_revision(show_round, revision)
    changes = changed(show_round, **values)
    if {"guide", "starts_at"} & changes.keys():
        _refuse_unfit(show_round.hotel, show_round.guide, show_round.starts_at)
    show_round.save(update_fields=[*changes])
    record(show_round, **changes)
    return show_round


@command
def note_opinions(*, actor: Actor, show_round: ShowRound, opinions: str, head: Staff | None) -> ShowRound:
    """What the visitors thought, passed to the head of the department."""
    if not opinions.strip():
        raise Refusal("show_round.opinions", _("Say what they think."), field="opinions")
    if show_round.starts_at > timezone.now():
        raise Refusal("show_round.ahead", _("The tour has not begun."), field="opinions")
    changes = changed(show_round, opinions=opinions.strip(), noted_at=timezone.now(), passed_to=head)
    show_round.save(update_fields=[*changes])
    record(show_round, **changes)
    if head is not None:
        notify(
            head.username, gettext_noop("What visitors of the house think: %(company)s (%(number)s)."),
            hotel_code=show_round.hotel.code, url=show_round.get_absolute_url(), company=show_round.company,
            number=show_round.number,
        )  # fmt: skip
    return show_round


def _refuse_nobody(values: dict[str, Any]) -> None:
    if values.get("people", 1) < 1:
        raise Refusal("show_round.people", _("At least one person comes."), field="people")


def _refuse_unfit(hotel: Hotel, guide: Staff, starts_at: datetime) -> None:
    refuse_unqualified(guide, hotel, RECEIVE, [day_at(hotel, starts_at)], "guide")
