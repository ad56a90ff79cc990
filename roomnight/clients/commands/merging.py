"""Two records of one client, or of one person, become one (ACC-04); taken back as a whole, or parted again (ACC-09)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients.commands.accounts import name_of, refuse_wrong_particulars, take_revision
from roomnight.clients.commands.indexing import index_again
from roomnight.clients.events import AccountsMerged, AccountsParted, ContactsMerged
from roomnight.clients.models import (
    Account,
    AccountShare,
    CompetitorUse,
    Contact,
    DuplicateKey,
    DuplicatePair,
    Merge,
    Ownership,
    SearchEntry,
    Stage,
    StageChange,
    TimelineEntry,
)
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record, subject_of
from roomnight.kernel.errors import Refusal
from roomnight.kernel.events import emit
from roomnight.kernel.merging import (
    counted,
    merge_rule,
    move_all,
    moving,
    named_by_text,
    stays,
    watch_also,
    watched,
    worked_out,
)
from roomnight.kernel.models import Attachment, Deed
from roomnight.kernel.undo import derived, on_undone, undoable

MERGED = gettext_noop("%(loser)s merged into %(winner)s")
TAKEN_IN = gettext_noop("%(code)s %(name)s was merged into this client")
PERSON_TAKEN_IN = gettext_noop("A second record of %(name)s was merged")
FIGURES = ("room_nights_12m", "room_nights_prior_12m", "revenue_12m", "last_arrival_on")
NOT_CHOSEN = {
    "id", "hotel", "code", "merged_into", "created_at", "revision", *FIGURES, "last_visit_on", "next_action_on", "next_action",
    "agreement_until", "card_told_on",
}  # fmt: skip
CHOSEN = tuple(field.name for field in Account._meta.concrete_fields if field.name not in NOT_CHOSEN)
"""The particulars of which a merge keeps the one's or the other's."""
PERSON_CHOSEN = tuple(
    field.name
    for field in Contact._meta.concrete_fields
    if field.name not in {"id", "account", "merged_into", "created_at", "revision", "card_told_on"}
)

stays(DuplicatePair, "one")
stays(DuplicatePair, "other")
stays(Merge, "loser")
worked_out(SearchEntry, "account")
worked_out(SearchEntry, "contact")
worked_out(DuplicateKey, "account")
worked_out(DuplicateKey, "contact")
derived("clients.account", *FIGURES)


@command
def merge_accounts(
    *, actor: Actor, winner: Account, loser: Account, revisions: tuple[int, int], take: Collection[str] = ()
) -> Account:
    """Take one client into another: everything the loser has goes along, and its address leads to the winner (ACC-04).

    `take` names the particulars that are the loser's from now on; `revisions` are those of winner and loser that the
    person saw. Refuses `merge.done` when either was merged before, `merge.branch` where one stands above the other.
    """
    winner, loser = _both_locked(winner, loser)
    _refuse_merge(winner, loser)
    names = {"loser": f"{loser.code} {loser.name}", "winner": f"{winner.code} {winner.name}"}
    pair = [winner.pk, loser.pk]
    known = {**names, "winner_id": winner.pk, "loser_id": loser.pk, "counts": counted(Account, pair)}
    with undoable(
        "clients.merge",
        watching=lambda: watched(Account, pair),
        message=MERGED,
        values=known,
        subject=subject_of(winner),
    ) as deed:
        take_revision(winner, revisions[0])
        take_revision(loser, revisions[1])
        changes = _take(actor, winner, loser, take)
        _step_back(loser, winner)
        moved = move_all(Account, winner.pk, loser.pk)
        Attachment.objects.filter(subject=subject_of(loser)).update(subject=subject_of(winner))
        Merge.objects.create(winner=winner, loser=loser, deed=deed, moved=moved, merged_by=actor.code)
        TimelineEntry.objects.create(
            account=winner, at=timezone.now(), kind="merge", message=TAKEN_IN,
            values={"code": loser.code, "name": loser.name}, actor_name=name_of(actor),
        )  # fmt: skip
        record(winner, merged=loser.code, moved=moved, **changes)
        record(loser, merged_into=winner.code)
        emit(AccountsMerged(winner.hotel_id, winner.pk, loser.pk))
    index_again(pair)
    return winner


def _both_locked(winner: Account, loser: Account) -> tuple[Account, Account]:
    """Both as they are now, held until the end of the transaction; always in the same order, whoever is to win."""
    rows = Account.objects.select_for_update(no_key=True).filter(pk__in=[winner.pk, loser.pk]).order_by("pk")
    found = {row.pk: row for row in rows}
    return found[winner.pk], found[loser.pk]


def _refuse_merge(winner: Account, loser: Account) -> None:
    if winner.pk == loser.pk:
        raise Refusal("merge.itself", _("These are one record already."))
    if winner.hotel_id != loser.hotel_id:
        raise Refusal("merge.other_hotel", _("These clients belong to two hotels."))
    for one in (winner, loser):
        if one.merged_into_id is not None:
            into = Account.objects.get(pk=one.merged_into_id)
            raise Refusal(
                "merge.done",
                _("%(code)s was merged into %(into)s already.")
                % {"code": one.code, "into": f"{into.code} {into.label}"},
            )
    if _above(winner, loser) or _above(loser, winner):
        raise Refusal("merge.branch", _("One of them stands above the other: they are linked, not merged."))


def _above(upper: Account, one: Account) -> bool:
    parent = one.parent
    while parent is not None:
        if parent.pk == upper.pk:
            return True
        parent = parent.parent
    return False


def _take(actor: Actor, winner: Account, loser: Account, take: Collection[str]) -> dict[str, Any]:
    """Give the winner the particulars chosen from the loser; owner and stage leave their lines of history."""
    fields = {name: getattr(loser, name) for name in CHOSEN if name in take and name != "custom"}
    ours, theirs = (loser.custom, winner.custom) if "custom" in take else (winner.custom, loser.custom)
    fields["custom"] = {**theirs, **ours}
    if fields.get("owner", winner.owner) == fields.get("co_owner", winner.co_owner):
        fields["co_owner"] = None
    if fields.get("referred_by", winner.referred_by) in (winner, loser):
        fields["referred_by"] = None
    refuse_wrong_particulars(winner.hotel, {**{name: getattr(winner, name) for name in CHOSEN}, **fields}, winner)
    old_owner, old_stage = winner.owner, winner.stage
    visits = [day for day in (winner.last_visit_on, loser.last_visit_on) if day is not None]
    changes = changed(winner, **fields, last_visit_on=max(visits, default=None))
    winner.save(update_fields=[*changes]) if changes else None
    if winner.owner != old_owner:
        Ownership.objects.filter(account=winner, ended_at=None).update(ended_at=timezone.now())
        Ownership.objects.create(account=winner, staff=winner.owner, reason=_("Merged"))
    if winner.stage != old_stage:
        StageChange.objects.create(
            account=winner, old=old_stage, new=winner.stage, reason=_("Merged"), decided_by=actor.code
        )
    return changes


def _step_back(loser: Account, winner: Account) -> None:
    """The loser is a client no more: nobody's, in no stage, found by nothing but its own address."""
    loser.merged_into, loser.stage = winner, Stage.INVALID
    loser.owner = loser.co_owner = loser.parent = loser.referred_by = None
    loser.next_action_on, loser.next_action = None, ""
    loser.save(
        update_fields=[
            "merged_into", "stage", "owner", "co_owner", "parent", "referred_by", "next_action_on", "next_action"
        ]
    )  # fmt: skip


@watch_also(Account)
def _attached(pks: list[int]) -> Any:
    return Attachment.objects.filter(subject__in=[f"clients.account:{pk}" for pk in pks])


@merge_rule(Ownership, "account")
def _own_history(winner: int, loser: int) -> int:
    """The loser's time with its last owner ends now; who had it when is kept with the winner (OWN-05)."""
    Ownership.objects.filter(account=loser, ended_at=None).update(ended_at=timezone.now())
    return Ownership.objects.filter(account=loser).update(account=winner)


@merge_rule(CompetitorUse, "account")
def _competitors(winner: int, loser: int) -> int:
    """Each other hotel stands once; what the winner knows of it counts."""
    known = CompetitorUse.objects.filter(account=winner).values_list("hotel_name", flat=True)
    CompetitorUse.objects.filter(account=loser, hotel_name__in=list(known)).delete()
    return CompetitorUse.objects.filter(account=loser).update(account=winner)


@merge_rule(AccountShare, "account")
def _shares(winner: int, loser: int) -> int:
    """Each colleague once."""
    known = AccountShare.objects.filter(account=winner).values_list("staff", flat=True)
    AccountShare.objects.filter(account=loser, staff__in=list(known)).delete()
    return AccountShare.objects.filter(account=loser).update(account=winner)


@on_undone("clients.merge")
def _parted_again(deed: Deed, actor: Actor) -> None:
    """After the rows are back: refuse if the client got more meanwhile, else make both found again."""
    pair = [deed.values["winner_id"], deed.values["loser_id"]]
    before, now = deed.values["counts"], counted(Account, pair)
    grown = sorted(name for name in now if now[name] > before.get(name, 0))
    if grown:
        raise Refusal("undo.changed", _("This cannot be taken back: the client got more since then."))
    winner = Account.objects.get(pk=pair[0])
    emit(AccountsParted(winner.hotel_id, *pair))
    index_again(pair)


@command
def move_stragglers(*, actor: Actor) -> Any:
    """Let what came to a client while it was being merged follow it: nothing stays behind with a record nobody opens."""
    waiting: dict[int, int] = {}
    for field in moving(Account):
        if field.model is Account:
            continue
        rows = field.model._base_manager.filter(**{f"{field.name}__merged_into__isnull": False})
        waiting.update(rows.order_by().values_list(field.name, f"{field.name}__merged_into").distinct())
    named = named_by_text(Account.objects.filter(merged_into__isnull=False))
    followed = Account.objects.filter(pk__in=named).values_list("pk", "merged_into")
    waiting.update({loser: into for loser, into in followed if into is not None})
    for loser, winner in sorted(waiting.items()):
        account = Account.objects.select_for_update().get(pk=winner)
        moved = move_all(Account, winner, loser)
        emit(AccountsMerged(account.hotel_id, winner, loser))
        index_again([winner, loser])
        record(account, followed=moved)
    return len(waiting) or UNCHANGED


# People


@command
def merge_contacts(
    *, actor: Actor, winner: Contact, loser: Contact, revisions: tuple[int, int], take: Collection[str] = ()
) -> Contact:
    """Make two records of one person at one client one; gifts, visits and history come together (ACC-04)."""
    rows = Contact.objects.select_for_update().filter(pk__in=[winner.pk, loser.pk]).order_by("pk")
    found = {row.pk: row for row in rows}
    winner, loser = found[winner.pk], found[loser.pk]
    _refuse_merging_people(winner, loser)
    pair = [winner.pk, loser.pk]
    known = {"winner": winner.name, "loser": loser.name, "winner_id": winner.pk, "loser_id": loser.pk}
    known["counts"] = counted(Contact, pair)
    with undoable(
        "clients.merge_contacts", watching=lambda: watched(Contact, pair), message=MERGED, values=known,
        subject=subject_of(winner),
    ):  # fmt: skip
        take_revision(winner, revisions[0])
        take_revision(loser, revisions[1])
        fields = {name: getattr(loser, name) for name in PERSON_CHOSEN if name in take and name != "preferences"}
        ours, theirs = (loser, winner) if "preferences" in take else (winner, loser)
        fields["preferences"] = {**theirs.preferences, **ours.preferences}
        changes = changed(winner, **fields)
        winner.save(update_fields=list(changes)) if changes else None
        loser.merged_into, loser.is_active = winner, False
        loser.save(update_fields=["merged_into", "is_active"])
        moved = move_all(Contact, winner.pk, loser.pk)
        TimelineEntry.objects.create(
            account_id=winner.account_id, contact=winner, at=timezone.now(), kind="merge", message=PERSON_TAKEN_IN,
            values={"name": loser.name}, actor_name=name_of(actor),
        )  # fmt: skip
        record(winner, merged=loser.name, moved=moved, **changes)
        record(loser, merged_into=winner.name)
        emit(ContactsMerged(winner.account_id, winner.pk, loser.pk))
    index_again([winner.account_id])
    return winner


def _refuse_merging_people(winner: Contact, loser: Contact) -> None:
    if winner.pk == loser.pk:
        raise Refusal("merge.itself", _("These are one record already."))
    if winner.account_id != loser.account_id:
        raise Refusal("merge.other_account", _("These people are at two clients: move one first."))
    if winner.merged_into_id is not None or loser.merged_into_id is not None:
        raise Refusal("merge.done", _("One of them was merged already."))


@on_undone("clients.merge_contacts")
def _two_people_again(deed: Deed, actor: Actor) -> None:
    pair = [deed.values["winner_id"], deed.values["loser_id"]]
    before, now = deed.values["counts"], counted(Contact, pair)
    if any(now[name] > before.get(name, 0) for name in now):
        raise Refusal("undo.changed", _("This cannot be taken back: the person got more since then."))
    index_again(list(Contact.objects.filter(pk__in=pair).values_list("account_id", flat=True).distinct()))


# Pairs that were found


@command
def dismiss_pair(*, actor: Actor, pair: DuplicatePair) -> Any:
    """Say that two clients that are alike are two; they are not brought up again (ACC-04)."""
    now = timezone.now()
    if not DuplicatePair.objects.filter(pk=pair.pk, dismissed_at=None).update(
        dismissed_at=now, dismissed_by=actor.code
    ):
        return UNCHANGED
    pair.dismissed_at, pair.dismissed_by = now, actor.code
    record(pair, not_the_same=[pair.one.code, pair.other.code])
    return pair


@command
def link_branch(*, actor: Actor, branch: Account, parent: Account) -> Any:
    """Put a branch below its house; they stay two clients (ACC-04)."""
    if branch.parent_id == parent.pk:
        return UNCHANGED
    refuse_wrong_particulars(branch.hotel, {"parent": parent}, branch)
    old, branch.parent = branch.parent, parent
    branch.save(update_fields=["parent"])
    Account.objects.filter(pk=branch.pk).update(revision=branch.revision + 1)
    record(branch, parent=(str(old) if old else None, str(parent)))
    return branch
