"""The proposed list of visits: made, accepted, dropped; and reasons pushed down from above (VIS-01)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from roomnight.activities import queries
from roomnight.activities.commands.refusals import clock, refuse
from roomnight.activities.models import ProposalState, VisitProposal, VisitSuggestion
from roomnight.activities.rules import proposals as rules
from roomnight.clients.commands import claim_account
from roomnight.clients.models import Account
from roomnight.clients.rules import OUT
from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.organization.models import Hotel, Staff
from roomnight.organization.working_days import calendar_of, day_at

UNDECIDED = (ProposalState.PROPOSED, ProposalState.LAPSED)


@command
def propose_visits(
    *, actor: Actor, hotel: Hotel, staff: Staff, week: date | None = None, at: datetime | None = None
) -> Any:
    """Make or renew a representative's list for a week (any day of it; this one if left out), each with its reasons.

    What was decided already stays; what is no longer due lapses. Returns the proposals that stand, or UNCHANGED.
    """
    today = day_at(hotel, clock(at))
    monday = monday_of(week or today)
    sunday = monday + timedelta(days=6)
    days = rules.working_days(max(today, monday), sunday, calendar_of(hotel, today))
    limits = queries.limits_of(hotel, today)
    found = {
        client.account_id: (client, why)
        for client in queries.clients_to_weigh(hotel, staff, today)
        if (why := rules.reasons(client, today, sunday, limits))
    }
    kept = {one.account_id: one for one in VisitProposal.objects.filter(staff=staff, hotel=hotel, week=monday)}
    decided = {pk for pk, one in kept.items() if one.state not in UNDECIDED}
    scored = [
        rules.Scored(pk, client.district, sum(reason.points for reason in why))
        for pk, (client, why) in found.items()
        if pk not in decided
    ]
    placed = rules.lay_out(scored, days, rules.VISITS_A_DAY.at(hotel.code, today)) if days else {}
    stale = [one.pk for pk, one in kept.items() if one.state == ProposalState.PROPOSED and pk not in placed]
    fresh = 0
    for one in scored:
        if one.account_id in placed:
            fresh += _put(hotel, staff, monday, one, placed[one.account_id], found[one.account_id][1], kept)
    lapsed = VisitProposal.objects.filter(pk__in=stale).update(state=ProposalState.LAPSED)
    if not fresh and not lapsed:
        return UNCHANGED
    record(hotel, proposals_for=staff.username, week=monday, proposed=fresh, lapsed=lapsed)
    return VisitProposal.objects.filter(staff=staff, hotel=hotel, week=monday, state=ProposalState.PROPOSED)


def _put(
    hotel: Hotel,
    staff: Staff,
    monday: date,
    one: rules.Scored,
    day: date,
    why: list[rules.Reason],
    kept: Mapping[int, VisitProposal],
) -> int:
    """Store or renew one proposal; 1 if that changed anything."""
    reasons = [{"code": reason.code, "values": _plain(reason.values)} for reason in why]
    fields = {
        "for_day": day,
        "district": one.district,
        "reasons": reasons,
        "score": one.score,
        "state": ProposalState.PROPOSED,
    }
    before = kept.get(one.account_id)
    if before is not None and all(getattr(before, name) == value for name, value in fields.items()):
        return 0
    VisitProposal.objects.update_or_create(
        staff=staff, account_id=one.account_id, week=monday, defaults=fields, create_defaults={"hotel": hotel, **fields}
    )
    return 1


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


@command
def accept_proposal(*, actor: Actor, proposal: VisitProposal) -> Any:
    """Take a proposed visit on; it waits for its plan. A client of the open pool becomes the representative's own.

    Whoever comes second is refused; other people's proposals of a client just claimed lapse. Twice is once.
    """
    if proposal.state == ProposalState.ACCEPTED:
        return UNCHANGED
    account = proposal.account
    is_claimed = account.owner_id is None
    if is_claimed:  # before any proposal is touched: whoever holds the client goes on, the others wait and are refused
        claim_account(actor=actor, account=account, staff=proposal.staff)
    if not VisitProposal.objects.filter(pk=proposal.pk, state=ProposalState.PROPOSED).update(
        state=ProposalState.ACCEPTED
    ):
        refuse("proposal.decided")
    proposal.state = ProposalState.ACCEPTED
    if is_claimed:
        others = VisitProposal.objects.filter(account=account, state=ProposalState.PROPOSED)
        others.exclude(staff=proposal.staff).update(state=ProposalState.LAPSED)
    record(proposal, state=(ProposalState.PROPOSED, ProposalState.ACCEPTED), account=account.code)
    return proposal


@command
def drop_proposal(*, actor: Actor, proposal: VisitProposal, reason: str) -> VisitProposal:
    """This visit is not needed, for a reason; the client is not proposed again this week."""
    if not reason.strip():
        refuse("proposal.reason")
    standing = VisitProposal.objects.filter(pk=proposal.pk, state__in=[ProposalState.PROPOSED, ProposalState.ACCEPTED])
    old = proposal.state
    if not standing.update(state=ProposalState.DROPPED, drop_reason=reason.strip()):
        refuse("proposal.decided")
    proposal.state, proposal.drop_reason = ProposalState.DROPPED, reason.strip()
    record(proposal, state=(old, proposal.state), reason=proposal.drop_reason)
    return proposal


@command
def suggest_visit(*, actor: Actor, account: Account, code: str, values: Mapping[str, Any], valid_until: date) -> Any:
    """A floor above has a reason to visit a client until a day; the next list weighs it. The same again changes nothing.

    `code` is one of `rules.proposals.WORDS` with the values its words need; any other needs a value `what`.
    """
    rules.WORDS.get(code, rules.WORDS["suggested"]) % dict(values)
    if account.stage in OUT:
        return UNCHANGED
    plain = _plain(values)
    before = VisitSuggestion.objects.filter(account=account, code=code).first()
    if before is not None and (before.values, before.valid_until) == (plain, valid_until):
        return UNCHANGED
    VisitSuggestion.objects.update_or_create(
        account=account, code=code, defaults={"values": plain, "valid_until": valid_until}
    )
    record(account, visit_suggested=code, valid_until=valid_until)
    return account


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())
