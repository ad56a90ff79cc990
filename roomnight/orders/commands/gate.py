"""The client's credit before every way into a firm order: confirming, taking up again, changing (ORD-02, CRD-11)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.credit.commands.accounts import lock
from roomnight.credit.commands.ledger import refuse_override
from roomnight.credit.models import CreditAccount
from roomnight.credit.queries import words
from roomnight.kernel.commands import Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.orders.commands.steps import hold, refuse_unless, tell, write_step
from roomnight.orders.models import ALIVE, FIRM, Order, OrderStep
from roomnight.orders.queries.gate import asked, standing_of
from roomnight.orders.rules.gate import is_passed
from roomnight.organization.models import Staff
from roomnight.organization.working_days import day_at

PASSED = gettext_noop("%(who)s let order %(number)s “%(order)s” through in spite of the credit")


def hold_with_credit(order: Order) -> list[CreditAccount]:
    """The client's credit, then the order, held until the command is over; always in this order."""
    rows = lock(order.account_id)
    hold(order)
    return rows


def refuse_by_credit(order: Order, rows: Sequence[CreditAccount]) -> None:
    """Refuse, in one sentence, what the client's credit does not allow and nobody let through."""
    given, cents = standing_of(order, day_at(order.hotel, timezone.now()), rows)
    if given.is_allowed or is_passed(given, cents, order.passed_cents):
        return
    raise Refusal(given.code, words.told(order.hotel, given))


class Watch:
    """A firm order that is changed: if it comes to more afterwards, or is paid otherwise, its client's credit is asked again."""

    def __init__(self, order: Order) -> None:
        self.order, self.rows = order, hold_with_credit(order)
        self.before = self._asked() if order.state in FIRM else None

    def _asked(self) -> tuple[int, str]:
        return asked(self.order), self.order.payment

    def refuse_more(self) -> None:
        if self.before is None:
            return
        cents, payment = self._asked()
        if cents > self.before[0] or payment != self.before[1]:
            refuse_by_credit(self.order, self.rows)


@command
def let_through(*, actor: Actor, order: Order, staff: Staff, reason: str, authority: Decimal | None) -> Order:
    """Let an order through in spite of the client's credit, with a reason: up to what it asks for now (CRD-05).

    Refused: no reason, nothing in its way, what nobody can lift, more than one may decide (`authority`, in yuan).
    """
    if not reason.strip():
        raise Refusal("order.reason", _("Say why."), field="reason")
    rows = hold_with_credit(order)
    refuse_unless(order, ALIVE)
    today = day_at(order.hotel, timezone.now())
    given, cents = standing_of(order, today, rows)
    if given.is_allowed:
        raise Refusal("order.nothing_in_the_way", _("The client's credit allows this order as it is."))
    refuse_override(order.hotel, given, today, authority)
    changes = changed(order, passed_cents=cents, passed_by=staff, passed_reason=reason.strip())
    order.save(update_fields=[*changes, "passed_reason"])
    write_step(order, actor, OrderStep.LET_THROUGH, reason)
    tell(order.follower, order, PASSED, who=staff.name)
    record(order, **{**changes, "passed_by": staff.username})
    return order
