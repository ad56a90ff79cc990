"""Registering and changing accounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients import rules
from roomnight.clients.commands.competitors import CompetitorRow, in_short, put_competitors
from roomnight.clients.commands.ending import follow_stage
from roomnight.clients.commands.indexing import index_account, index_new_accounts
from roomnight.clients.commands.own_fields import checked_own
from roomnight.clients.models import Account, ExternalId, Ownership, Stage, StageChange, Tag, TimelineEntry
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.numbering import next_value
from roomnight.kernel.pinyin import mnemonic
from roomnight.kernel.text import uscc_valid
from roomnight.organization.models import Hotel, Staff

BATCH = 1000


def account_code(hotel: Hotel, number: int) -> str:
    """The client number of a hotel, such as KH-00042."""
    return f"KH-{number:05d}"


def refuse_wrong_particulars(hotel: Hotel, fields: dict[str, Any], account: Account | None = None) -> None:
    """What must hold of an account's particulars whatever the way in (ACC-01, OWN-01)."""
    code = fields.get("credit_code", "")
    if code and not uscc_valid(code):
        raise Refusal(
            "account.credit_code",
            _("This is not a unified social credit code: check its 18 characters."),
            field="credit_code",
        )
    if "name" in fields and not fields["name"].strip():
        raise Refusal("account.name", _("A client needs a name."), field="name")
    for other in ("parent", "referred_by", "territory"):
        one = fields.get(other)
        if one is not None and one.hotel_id != hotel.pk:
            raise Refusal("account.other_hotel", _("This belongs to another hotel."), field=other)
    if account is not None and fields.get("parent") is not None:
        refuse_circle(account, fields["parent"])
    if account is not None and fields.get("referred_by") == account:
        raise Refusal("account.own_referrer", _("A client does not refer itself."), field="referred_by")
    owner = fields.get("owner", account.owner if account else None)
    co_owner = fields.get("co_owner", account.co_owner if account else None)
    if owner is not None and owner == co_owner:
        raise Refusal("account.same_owners", _("Owner and co-owner are two people."), field="co_owner")
    if owner is None and rules.needs_owner(fields.get("importance", "")):
        raise Refusal("account.owner_needed", owner_needed("important"), field="importance")


def owner_needed(importance: str) -> str:
    """Why a client cannot be without an owner (OWN-01)."""
    if rules.needs_owner(importance):
        return _("An important client must have an owner.")
    return _("A client with an agreement must have an owner.")


def refuse_circle(account: Account, parent: Account) -> None:
    """A client cannot be its own parent, however far up."""
    one: Account | None = parent
    while one is not None:
        if one.pk == account.pk:
            raise Refusal("account.parent_circle", _("A client cannot stand above itself."), field="parent")
        one = one.parent


def tags_together(hotel: Hotel, tags: Sequence[Tag], new_tags: Sequence[str]) -> list[Tag]:
    """The tags that are there and those made on the way. Tags are a hotel's own words."""
    if any(tag.hotel_id != hotel.pk for tag in tags):
        raise Refusal("account.other_hotel", _("This belongs to another hotel."), field="tags")
    made = [Tag.objects.get_or_create(hotel=hotel, name=name.strip())[0] for name in new_tags if name.strip()]
    return list({tag.pk: tag for tag in [*tags, *made]}.values())


@command
def register_account(
    *, actor: Actor, hotel: Hotel, name: str, owner: Staff | None = None, tags: Sequence[Tag] = (),
    new_tags: Sequence[str] = (),
    competitors: Sequence[CompetitorRow] = (), why_another: str = "", **fields: Any,
) -> Account:  # fmt: skip
    """Add a client: the code is generated, the mnemonic too unless given (ACC-01). One without owner lies in the open pool.

    `why_another` is what the person said who was shown likely duplicates and entered it all the same (ACC-04).
    """
    refuse_wrong_particulars(hotel, {"name": name, "owner": owner, **fields})
    fields["mnemonic"] = fields.get("mnemonic") or mnemonic(name)
    if "custom" in fields:
        fields["custom"] = checked_own(hotel, fields["custom"], {})
    account = Account.objects.create(
        hotel=hotel,
        name=name.strip(),
        owner=owner,
        code=account_code(hotel, next_value(f"account:{hotel.code}")),
        **fields,
    )
    account.tags.set(tags_together(hotel, tags, new_tags))
    put_competitors(account, competitors)
    Ownership.objects.create(account=account, staff=owner)
    index_account(account)
    TimelineEntry.objects.create(
        account=account,
        at=timezone.now(),
        kind="registered",
        message=gettext_noop("Registered"),
        actor_name=name_of(actor),
    )
    why = {"why_another": why_another} if why_another else {}
    record(account, name=account.name, code=account.code, owner=owner.username if owner else "", **why)
    return account


@command
def edit_account(
    *, actor: Actor, account: Account, revision: int, tags: Sequence[Tag] | None = None, new_tags: Sequence[str] = (),
    competitors: Sequence[CompetitorRow] | None = None, why_another: str = "", **fields: Any,
) -> Any:  # fmt: skip
    """Change an account's particulars. `revision` is the one the person saw: what somebody else changed is not overwritten."""
    refuse_wrong_particulars(account.hotel, fields, account)
    if "custom" in fields:
        fields["custom"] = checked_own(account.hotel, fields["custom"], account.custom)
    changes = changed(account, **fields)
    columns = list(changes)
    if tags is not None:
        tags = tags_together(account.hotel, tags, new_tags)
        old, new = sorted(t.name for t in account.tags.all()), sorted(t.name for t in tags)
        if old != new:
            changes["tags"] = (old, new)
    if competitors is not None:
        before, after = in_short(account.competitors.all()), in_short(competitors)
        if before != after:
            changes["competitors"] = (before, after)
    if not changes:
        return UNCHANGED
    take_revision(account, revision)
    if "importance" in changes:
        _refuse_ownerless_now(account)
    if tags is not None and "tags" in changes:
        account.tags.set(tags)
    if competitors is not None and "competitors" in changes:
        put_competitors(account, competitors)
    if columns:
        account.save(update_fields=columns)
        index_account(account)
    if why_another:
        changes["why_another"] = ("", why_another)
    record(account, **changes)
    return account


def _refuse_ownerless_now(account: Account) -> None:
    """Whoever puts the client back into the pool at this moment waits, or was first; then it cannot become important."""
    owner = Account.objects.select_for_update(no_key=True).values_list("owner", flat=True).get(pk=account.pk)
    if owner is None and rules.needs_owner(account.importance):
        raise Refusal("account.owner_needed", owner_needed(account.importance), field="importance")


def take_revision(row: Any, revision: int) -> None:
    """Move a record from the revision a person saw to the next; refuse when somebody else was first (ACC-10)."""
    if not type(row).objects.filter(pk=row.pk, revision=revision).update(revision=revision + 1):
        raise Refusal(
            "record.changed_meanwhile",
            _(
                "Somebody changed this record meanwhile. Your entries are kept: compare them with the record and save again."
            ),
        )
    row.revision = revision + 1


@command
def change_stage(*, actor: Actor, account: Account, stage: str, reason: str = "") -> Any:
    """Move a client to another stage, with who and why (ACC-02). The same stage again changes nothing."""
    if account.stage == stage:
        return UNCHANGED
    if stage not in Stage.values or not rules.may_move(account.stage, stage):
        to = Stage(stage).label if stage in Stage.values else stage
        raise Refusal(
            "account.stage",
            _("A client does not go from %(old)s to %(new)s.") % {"old": account.get_stage_display(), "new": to},
            field="stage",
        )
    if rules.reason_needed(account.stage, stage) and not reason.strip():
        raise Refusal("account.stage_reason", _("Say why."), field="reason")
    old = account.stage
    if not Account.objects.filter(pk=account.pk, stage=old).update(stage=stage):
        raise Refusal("record.changed_meanwhile", _("Somebody changed the stage meanwhile."), field="stage")
    account.stage = stage
    follow_stage(account, stage)
    StageChange.objects.create(account=account, old=old, new=stage, reason=reason.strip(), decided_by=actor.code)
    TimelineEntry.objects.create(
        account=account, at=timezone.now(), kind="stage", message=gettext_noop("Stage: %(old)s → %(new)s"),
        values={"old": old, "new": stage}, note=reason.strip(), actor_name=name_of(actor),
    )  # fmt: skip
    record(account, stage=(old, stage), reason=reason.strip())
    return account


@command
def register_imported_accounts(*, actor: Actor, hotel: Hotel, rows: Iterable[tuple[str, str, str, str]]) -> Any:
    """Accounts for numbers that an import brings: rows of (kind, number, account kind, name).

    Those known already stay; the others are made in the open pool, many at once. Read the ids with `known_accounts`.
    """
    wanted = {(kind, value): (account_kind, name) for kind, value, account_kind, name in rows}
    found = known_accounts(hotel, wanted)
    missing = sorted(set(wanted) - set(found))
    if not missing:
        return UNCHANGED
    first = next_value(f"account:{hotel.code}", len(missing))
    accounts = [
        Account(
            hotel=hotel,
            code=account_code(hotel, first + n),
            name=wanted[key][1],
            kind=wanted[key][0],
            mnemonic=mnemonic(wanted[key][1]),
            source="PMS",
            stage=Stage.ACTIVE,
        )  # fmt: skip
        for n, key in enumerate(missing)
    ]
    Account.objects.bulk_create(accounts, batch_size=BATCH)
    ExternalId.objects.bulk_create(
        (
            ExternalId(account=one, hotel=hotel, kind=kind, value=value)
            for one, (kind, value) in zip(accounts, missing, strict=True)
        ),
        batch_size=BATCH,
    )
    Ownership.objects.bulk_create((Ownership(account=one, staff=None) for one in accounts), batch_size=BATCH)
    index_new_accounts(accounts)
    record(hotel, imported_accounts=len(accounts), first=accounts[0].code, last=accounts[-1].code)
    return accounts


@command
def link_external_id(*, actor: Actor, account: Account, kind: str, value: str) -> Any:
    """Say by which number another system knows this client. Refuses a number that names another client already."""
    known, created = ExternalId.objects.get_or_create(
        hotel=account.hotel, kind=kind, value=value, defaults={"account": account}
    )
    if known.account_id != account.pk:
        raise Refusal("account.number_taken", _("This number names another client already."), field="value")
    if not created:
        return UNCHANGED
    record(account, external_id=f"{kind} {value}")
    return known


def known_accounts(hotel: Hotel, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The account ids behind (kind, number) pairs of another system; unknown ones are left out."""
    keys = set(wanted)
    found: dict[tuple[str, str], int] = {}
    for kind in {kind for kind, _value in keys}:
        values = [value for one, value in keys if one == kind]
        for start in range(0, len(values), BATCH):
            rows = ExternalId.objects.filter(hotel=hotel, kind=kind, value__in=values[start : start + BATCH])
            found.update({(kind, value): pk for value, pk in rows.values_list("value", "account_id")})
    return found


def name_of(actor: Actor) -> str:
    """How the timeline names whoever acts; an import or the command line needs no name there."""
    staff = getattr(actor, "staff", None)
    return staff.name if staff else ""
