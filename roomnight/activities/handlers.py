"""What follows for visits and follow-ups when clients become one or two again, and when a colleague leaves (ACC-04, ACC-09, ORG-04)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from roomnight.activities.commands.next_actions import refresh_next_action
from roomnight.activities.models import (
    FollowUp,
    FollowUpState,
    ProposalState,
    Visit,
    VisitProposal,
    VisitReport,
    VisitState,
    VisitSuggestion,
)
from roomnight.clients.events import AccountsMerged, AccountSplit, ContactsMerged
from roomnight.clients.models import Contact
from roomnight.kernel.errors import Refusal
from roomnight.kernel.events import on
from roomnight.kernel.merging import merge_rule, watch_also
from roomnight.organization.events import StaffDeactivated

UNDER_WAY = (VisitState.PLANNED, VisitState.CONFIRMED, VisitState.OUT)
FURTHEST = (
    ProposalState.PLANNED,
    ProposalState.ACCEPTED,
    ProposalState.PROPOSED,
    ProposalState.DROPPED,
    ProposalState.LAPSED,
)


@merge_rule(VisitProposal, "account")
def one_proposal_a_week(winner: int, loser: int) -> int:
    """Of two proposals to one person in one week the one that came further stays; visits hang on that one (VIS-01)."""
    kept = {(row.staff_id, row.week): row for row in VisitProposal.objects.filter(account=winner)}
    moved = 0
    for row in VisitProposal.objects.filter(account=loser).order_by("pk"):
        same = kept.get((row.staff_id, row.week))
        if same is not None:
            better, worse = sorted((same, row), key=lambda one: FURTHEST.index(ProposalState(one.state)))
            Visit.objects.filter(proposal=worse).update(proposal=better)
            worse.delete()
            if better is same:
                continue
        moved += VisitProposal.objects.filter(pk=row.pk).update(account=winner)
    return moved


@merge_rule(VisitSuggestion, "account")
def longest_suggestion(winner: int, loser: int) -> int:
    """Of two reasons of one kind the one that holds longer stays."""
    kept = {row.code: row for row in VisitSuggestion.objects.filter(account=winner)}
    moved = 0
    for row in VisitSuggestion.objects.filter(account=loser):
        same = kept.get(row.code)
        if same is not None:
            shorter = min((same, row), key=lambda one: one.valid_until)
            shorter.delete()
            if shorter is row:
                continue
        moved += VisitSuggestion.objects.filter(code=row.code, account=loser).update(account=winner)
    return moved


@on(AccountsMerged)
def next_of_the_one(event: AccountsMerged) -> None:
    refresh_next_action(event.winner_id)
    refresh_next_action(event.loser_id)


@on(AccountSplit)
def next_of_both(event: AccountSplit) -> None:
    refresh_next_action(event.account_id)
    refresh_next_action(event.new_id)


@watch_also(Contact)
def reports_about(pks: list[int]) -> Any:
    """The reports that say what somebody likes, by the number of the person."""
    return VisitReport.objects.filter(likes__has_any_keys=[str(pk) for pk in pks])


@on(ContactsMerged)
def likes_of_the_one(event: ContactsMerged) -> None:
    """What was learned of the second record of a person was learned of the first (VIS-09)."""
    old, new = str(event.loser_id), str(event.winner_id)
    for report in VisitReport.objects.filter(likes__has_key=old):
        learned = "；".join(filter(None, [report.likes.get(new, ""), report.likes[old]]))
        report.likes = {**{key: text for key, text in report.likes.items() if key != old}, new: learned}
        report.save(update_fields=["likes"])


@on(StaffDeactivated)
def work_is_handed_over_first(event: StaffDeactivated) -> None:
    """Nobody leaves while something is still to be done by them: otherwise nobody would do it (ORG-04)."""
    tasks = FollowUp.objects.filter(owner=event.staff_id, state=FollowUpState.OPEN).count()
    visits = Visit.objects.filter(staff=event.staff_id, state__in=UNDER_WAY).count()
    if tasks or visits:
        raise Refusal(
            "staff.still_holds",
            _("Hand over what this person still has to do first: %(tasks)d follow-ups, %(visits)d visits.")
            % {"tasks": tasks, "visits": visits},
        )
