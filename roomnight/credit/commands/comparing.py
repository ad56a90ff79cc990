"""Laying a client's own list beside ours, and what is done about the differences (CRD-06, CRD-07)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from roomnight.clients.commands.accounts import take_revision
from roomnight.credit.commands.accounts import lock_one
from roomnight.credit.commands.disputes import raise_dispute
from roomnight.credit.models import ComparedLine, Comparison, CreditAccount, LedgerLine, Statement
from roomnight.credit.queries.comparing import our_lines
from roomnight.credit.rules.comparing import (
    MOST_ROWS,
    NEEDED,
    TOLERANCE,
    TOLERANCE_DAYS,
    Pair,
    compare,
    places,
    read_rows,
    totals,
)
from roomnight.kernel.commands import Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.tables import Table
from roomnight.organization.working_days import day_at

AT_ONCE = 500


@command
def compare_list(
    *,
    actor: Actor,
    credit: CreditAccount,
    table: Table,
    name: str,
    statement: Statement | None,
    named: Mapping[str, str],
) -> Comparison:
    """Lay a list that the client sent beside a statement of ours, or beside what is open (`statement` None); keep what came of
    every line (CRD-06).

    `named` are the headings of columns that are not known by themselves. Nothing on the ledger changes. Refused: a list without
    a column of amounts, an empty one, one that is too long.
    """
    one = lock_one(credit)
    if any(field not in places(table.header, named) for field in NEEDED):
        shown = ", ".join(heading for heading in table.header if heading)[:200]
        raise Refusal(
            "compare.columns", _("Which column holds the amounts? The list has: %(columns)s.") % {"columns": shown}, field="amount"
        )  # fmt: skip
    theirs = list(read_rows(table.header, table.rows(), named))
    if not theirs:
        raise Refusal("compare.empty", _("The list has no lines."), field="file")
    if len(theirs) > MOST_ROWS:
        raise Refusal("compare.long", _("The list has more than %(most)d lines.") % {"most": MOST_ROWS}, field="file")
    today = day_at(one.hotel, timezone.now())
    tolerance, days = TOLERANCE.at(one.hotel.code, today), TOLERANCE_DAYS.at(one.hotel.code, today)
    ours, others = our_lines(one, statement, with_payments=any(row.cents < 0 for row in theirs))
    pairs = compare(theirs, ours, others, tolerance=int(tolerance.scaleb(2)), days=days)
    made = Comparison.objects.create(
        credit=one, statement=statement, file_name=name[:200], sha256=table.sha256, made_at=timezone.now(), made_by=actor.code,
        sums=[[row.kind, row.count, row.theirs, row.ours] for row in totals(pairs)],
        parameters={"tolerance": str(tolerance), "days": days},
    )  # fmt: skip
    ComparedLine.objects.bulk_create(
        (_row(made, place, pair) for place, pair in enumerate(pairs)), batch_size=AT_ONCE
    )  # fmt: skip
    record(
        made, account=one.number, statement=statement.number if statement else "", file=made.file_name, sha256=made.sha256,
        lines=len(pairs),
    )  # fmt: skip
    return made


def _row(made: Comparison, place: int, pair: Pair) -> ComparedLine:
    row, first = pair.theirs, pair.ours[0] if pair.ours else None
    return ComparedLine(
        comparison=made, position=place, kind=pair.kind, row=row.number if row else None,
        on=row.on if row else first.on if first else None,
        reference=row.reference if row else first.reference if first else "", text=row.text if row else "",
        their_cents=pair.their_cents, our_cents=pair.our_cents, line_id=first.pk if first else None,
        ours=[one.pk for one in pair.ours], problem=row.problem if row else "",
    )  # fmt: skip


def _now(line: ComparedLine) -> ComparedLine:
    lock_one(line.comparison.credit)
    return ComparedLine.objects.select_related("comparison__credit__hotel", "line").get(pk=line.pk)


@command
def explain_difference(*, actor: Actor, line: ComparedLine, revision: int, note: str) -> ComparedLine:
    """Note why a line differs, where nothing is to be done about it. Refused: nothing said, a line that is the same."""
    if not note.strip():
        raise Refusal("compare.note", _("Say why they differ."), field="note")
    one = _now(line)
    if one.kind == "same":
        raise Refusal("compare.same", _("This line is the same on both lists."))
    take_revision(one, revision)
    changes = changed(one, note=note.strip()[:300], noted_by=actor.code)
    one.save(update_fields=[*changes])
    record(one, **changes)
    return one


@command
def dispute_difference(*, actor: Actor, line: ComparedLine, text: str, said_by: str = "") -> ComparedLine:
    """Make a dispute of a difference (CRD-07): about our line, or about what only the client's list has. Refused: a line that is
    the same or disputed already, and as `raise_dispute`."""
    one = _now(line)
    if one.kind == "same" or one.dispute_id is not None:
        raise Refusal("compare.disputed", _("This line is the same on both lists, or disputed already."))
    credit = one.comparison.credit
    about = one.line if one.line is not None and one.line.credit_id == credit.pk and _is_disputable(one.line) else None
    amount = abs(Decimal(one.their_cents - one.our_cents).scaleb(-2)) or abs(one.theirs)
    made = raise_dispute(actor=actor, credit=credit, text=text, said_by=said_by, line=about, amount=amount or None)
    changes = changed(one, dispute=made, revision=one.revision + 1)
    one.save(update_fields=[*changes])
    record(one, **changes)
    return one


def _is_disputable(line: LedgerLine) -> bool:
    return line.amount_cents > 0 and not LedgerLine.objects.filter(reverses=line.pk).exists()
