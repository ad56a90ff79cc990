"""What no data can tell: asked of the owners, entered, reviewed (SCR-02, SCR-06)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients.commands.accounts import take_revision
from roomnight.clients.models import Account
from roomnight.insight.models import Judgement, JudgementState
from roomnight.insight.rules.values import SCREENING_DUE, day_of_year
from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.organization.models import Hotel, Staff
from roomnight.pms.models import Basis, ProductionMonth
from roomnight.ui.addresses import address

AT_ONCE: Final = 500
LEAST, MOST = 1, 5
TO_JUDGE = gettext_noop("Judge %(clients)s of your clients for the screening of %(year)s by %(day)s")


def due_day(hotel: Hotel, year: int) -> date:
    """The day by which the screening of a year is final, and so its judgements."""
    return day_of_year(SCREENING_DUE.at(hotel.code, date(year, 12, 31)), year + 1)


def open_judgements(hotel: Hotel, year: int, accounts: Sequence[int]) -> int:
    """Ask the owners of these clients for a judgement of the year that is not there yet; part of a command above.

    Returns how many were asked for. Each owner hears once how many; clients that nobody owns are nobody's to judge.
    """
    due, asked = due_day(hotel, year), Counter[str]()
    for start in range(0, len(accounts), AT_ONCE):
        some = Account.objects.filter(
            pk__in=accounts[start : start + AT_ONCE], merged_into=None, owner__is_active=True
        ).exclude(judgements__year=year)
        rows = list(some.values_list("pk", "owner__username"))
        Judgement.objects.bulk_create(
            (Judgement(hotel=hotel, account_id=pk, year=year, due_on=due) for pk, _owner in rows), ignore_conflicts=True
        )
        asked.update(owner for _pk, owner in rows)
    for username, count in sorted(asked.items()):
        notify(
            username, TO_JUDGE, hotel_code=hotel.code, url=address("insight:judgements", hotel.code),
            clients=count, year=year, day=f"{due:%Y-%m-%d}",
        )  # fmt: skip
    return asked.total()


@command
def ask_for_judgements(*, actor: Actor, hotel: Hotel, year: int) -> Any:
    """Ask every owner to judge their clients with bookings in the year, where they have not been asked (SCR-06)."""
    rows = ProductionMonth.objects.filter(
        hotel=hotel, basis=Basis.ARRIVAL, bookings__gt=0, month__gte=date(year, 1, 1), month__lte=date(year, 12, 1)
    )
    asked = open_judgements(hotel, year, sorted(set(rows.order_by().values_list("account_id", flat=True))))
    if not asked:
        return UNCHANGED
    record(hotel, judgements_asked=asked, year=year)
    return asked


@command
def enter_judgement(
    *, actor: Actor, judgement: Judgement, staff: Staff, trade: int, way: int, ground: str, revision: int
) -> Judgement:
    """Say where a client stands in its trade and how it does business, 1 to 5, and on what ground.

    What was reviewed before is to be reviewed again.
    """
    for name, value in (("trade", trade), ("way", way)):
        if not LEAST <= value <= MOST:
            raise Refusal("judgement.range", _("From 1 to 5."), field=name)
    if not ground.strip():
        raise Refusal("judgement.ground", _("Say on what ground."), field="ground")
    take_revision(judgement, revision)
    before = {"trade": judgement.trade, "way": judgement.way, "ground": judgement.ground, "state": judgement.state}
    judgement.trade, judgement.way, judgement.ground = trade, way, ground.strip()[:400]
    judgement.state, judgement.remark = JudgementState.ENTERED, ""
    judgement.entered_by, judgement.entered_at = staff, timezone.now()
    judgement.reviewed_by = judgement.reviewed_at = None
    judgement.save(
        update_fields=[
            "trade", "way", "ground", "state", "remark", "entered_by", "entered_at", "reviewed_by", "reviewed_at",
        ]
    )  # fmt: skip
    now = {name: getattr(judgement, name) for name in before}
    record(judgement, **{name: (old, now[name]) for name, old in before.items()})
    return judgement


@command
def review_judgement(
    *, actor: Actor, judgement: Judgement, staff: Staff, is_agreed: bool, remark: str, revision: int
) -> Judgement:
    """Agree with a judgement, which then counts, or give it back with a remark. Nobody reviews their own."""
    if judgement.state != JudgementState.ENTERED:
        raise Refusal("judgement.state", _("There is nothing to review here."))
    if judgement.entered_by_id == staff.pk:
        raise Refusal("judgement.own", _("Nobody reviews their own judgement."))
    if not is_agreed and not remark.strip():
        raise Refusal("judgement.remark", _("Say what is to be thought over."), field="remark")
    take_revision(judgement, revision)
    before = judgement.state
    judgement.state = JudgementState.REVIEWED if is_agreed else JudgementState.ASKED
    judgement.reviewed_by, judgement.reviewed_at = staff, timezone.now()
    judgement.remark = remark.strip()[:400]
    judgement.save(update_fields=["state", "reviewed_by", "reviewed_at", "remark"])
    record(judgement, state=(before, judgement.state), remark=judgement.remark)
    return judgement
