"""What of our ledger a client's list is laid beside (CRD-06)."""

from __future__ import annotations

from roomnight.credit.models import CreditAccount, LedgerLine, LineKind, Statement
from roomnight.credit.rules.comparing import Ours

CHARGED = (LineKind.CHARGE, LineKind.ADJUSTMENT)


def our_lines(
    credit: CreditAccount, statement: Statement | None, *, with_payments: bool
) -> tuple[list[Ours], list[Ours]]:
    """What is compared, and the rest of the client's ledger: the lines of a statement, or all that is open.

    What was reversed never happened and is on neither. Payments are compared only where the client's list has any.
    """
    kinds = (*CHARGED, LineKind.PAYMENT) if with_payments else CHARGED
    rows = LedgerLine.objects.filter(credit__account=credit.account_id, kind__in=kinds, reversed_by=None).order_by(
        "on", "pk"
    )
    compared: list[Ours] = []
    rest: list[Ours] = []
    wanted = statement.pk if statement else None
    for pk, on, cents, open_cents, reference, stated in rows.values_list(
        "pk", "on", "amount_cents", "open_cents", "reference", "statement"
    ):
        is_compared = stated == wanted if statement else open_cents != 0
        (compared if is_compared else rest).append(Ours(pk, on, cents, reference, open_cents == 0))
    return compared, rest
