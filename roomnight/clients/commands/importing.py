"""Bringing the planned rows of a file in: many clients and people at once, each with its own audit line (ACC-08, ACC-09)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.apps import apps
from django.db import models
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients.commands.accounts import account_code, change_stage, name_of
from roomnight.clients.commands.indexing import index_accounts, index_contacts, index_new_accounts, index_new_contacts
from roomnight.clients.commands.ownership import assign_owner
from roomnight.clients.models import (
    Account,
    ClientImport,
    Contact,
    ExternalId,
    ImportedRow,
    ImportLine,
    ImportState,
    Ownership,
    Stage,
    Tag,
    TimelineEntry,
)
from roomnight.clients.queries.importing import PlannedPerson, PlannedRow, Planner
from roomnight.clients.rules.importing import Problem, as_candidate
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record, record_many
from roomnight.kernel.errors import Refusal
from roomnight.kernel.numbering import next_value
from roomnight.kernel.pinyin import mnemonic
from roomnight.kernel.undo import derived_table, undoable

BATCH: Final = 500
IMPORTED: Final = gettext_noop("Import of %(file)s")
OUTCOMES: Final = {
    "create": "created",
    "update": "updated",
    "unchanged": "unchanged",
    "skip": "skipped",
    "rejected": "rejected",
}
ONLY_NEW_ROWS: Final = "clients.timelineentry"
"""A table that may be long and to which rows are only added."""

DERIVED: Final = ("clients.searchentry", "clients.duplicatekey")
for one_table in DERIVED:
    derived_table(one_table)


@dataclass
class Stored:
    """What a chunk made and touched, for the journal."""

    accounts: set[int] = field(default_factory=set)
    made: set[int] = field(default_factory=set)
    people: set[int] = field(default_factory=set)
    tags: set[int] = field(default_factory=set)
    last_line: int = field(default_factory=lambda: TimelineEntry.objects.aggregate(last=Max("pk"))["last"] or 0)
    """The newest line of any timeline before."""


@command
def bring_in_rows(*, actor: Actor, run: ClientImport, planner: Planner, plans: Sequence[PlannedRow], rows: int) -> Any:
    """Store a chunk of planned rows; refused rows are kept with their problems. One journal entry lets it be taken back."""
    touched = Stored({one.account.pk for one in plans if one.account is not None and _is_kept(one)})
    if any(map(_is_kept, plans)):
        subject = f"{run._meta.label_lower}:{run.pk}"
        with undoable(
            "clients.import",
            watching=lambda: _watched(touched),
            message=IMPORTED,
            values={"file": run.file_name},
            subject=subject,
        ):
            _store(actor, run, planner, plans, touched)
    _keep_lines(run, plans)
    _count(run, plans, rows)
    record(run, rows=run.rows_read, **{name: getattr(run, name) for name in OUTCOMES.values()})
    return run


def _is_kept(one: PlannedRow) -> bool:
    """Whether anything is written of a row: of a decided one, that it was, for later rows may be about the same client."""
    return one.outcome in {"create", "update"} or (one.outcome == "unchanged" and one.is_doubtful)


def _store(actor: Actor, run: ClientImport, planner: Planner, plans: Sequence[PlannedRow], touched: Stored) -> None:
    tags = _tags(run, plans, touched)
    _create(actor, run, planner, [one for one in plans if one.outcome == "create"], tags, touched)
    for one in plans:
        if one.outcome == "update" and one.first is not None:
            one.account = one.first.account
    changing = [one for one in plans if one.outcome == "update"]
    _update(actor, run, changing, tags)
    _remember(run, [one for one in plans if one.is_doubtful and one.outcome in {"update", "unchanged"}])
    _write_people(run, [one for one in plans if one.outcome in {"create", "update"}], touched)


def _watched(touched: Stored) -> list[models.QuerySet[Any]]:
    """Every row that an import may make or change, found by the accounts and people it touches."""
    watched: list[models.QuerySet[Any]] = [
        Account.objects.filter(pk__in=touched.accounts),
        Tag.objects.filter(pk__in=touched.tags),
    ]
    for model in apps.get_app_config("clients").get_models(include_auto_created=True):
        links = [
            one
            for one in model._meta.concrete_fields
            if isinstance(one, models.ForeignKey) and one.related_model is Account
        ]
        if model is Account or not links:
            continue
        label = model._meta.label_lower
        known = touched.accounts - touched.made
        rows = model._base_manager.filter(**{f"{links[0].name}__in": known if label in DERIVED else touched.accounts})
        watched.append(rows.filter(pk__gt=touched.last_line) if label == ONLY_NEW_ROWS else rows)
    return watched


# ---- new clients


def _create(
    actor: Actor,
    run: ClientImport,
    planner: Planner,
    plans: Sequence[PlannedRow],
    tags: dict[str, Tag],
    touched: Stored,
) -> None:
    if not plans:
        return
    hotel = run.hotel
    first = next_value(f"account:{hotel.code}", len(plans))
    for n, one in enumerate(plans):
        one.account = _new_account(run, planner, one, account_code(hotel, first + n))
    accounts = [one.account for one in plans if one.account is not None]
    Account.objects.bulk_create(accounts, batch_size=BATCH)
    made = {one.pk for one in accounts}
    touched.made |= made
    touched.accounts |= made
    Ownership.objects.bulk_create((Ownership(account=one, staff=one.owner) for one in accounts), batch_size=BATCH)
    now, who = timezone.now(), name_of(actor)
    TimelineEntry.objects.bulk_create(
        (
            TimelineEntry(account=one, at=now, kind="registered", message=gettext_noop("Registered"), actor_name=who)
            for one in accounts
        ),
        batch_size=BATCH,
    )
    index_new_accounts(accounts)
    links = Account.tags.through
    links.objects.bulk_create(
        (links(account_id=one.account.pk, tag_id=tags[name].pk) for one in plans if one.account for name in one.tags),
        batch_size=BATCH,
    )
    _external(run, plans)
    _remember(run, plans)
    record_many(
        (
            one,
            {
                "name": one.name,
                "code": one.code,
                "owner": one.owner.username if one.owner else "",
                "file": run.file_name,
            },
        )
        for one in accounts
    )


def _new_account(run: ClientImport, planner: Planner, one: PlannedRow, code: str) -> Account:
    fields = {name: value for name, value in one.columns.items() if value is not None}
    fields["mnemonic"] = fields.get("mnemonic") or mnemonic(fields["name"])
    return Account(
        hotel=run.hotel,
        code=code,
        stage=one.stage or Stage.LEAD,
        owner=one.owner if one.sets_owner else planner.default_owner,
        custom={key: value for key, value in one.custom.items() if value not in (None, "")},
        **fields,
    )


def _tags(run: ClientImport, plans: Iterable[PlannedRow], touched: Stored) -> dict[str, Tag]:
    """The tags by name; those that are not there yet are made. Tags are a hotel's own words."""
    names = sorted({name for one in plans if one.outcome in {"create", "update"} for name in one.tags})
    found = {tag.name: tag for tag in Tag.objects.filter(hotel=run.hotel, name__in=names)}
    for name in names:
        if name not in found:
            found[name], made = Tag.objects.get_or_create(hotel=run.hotel, name=name)
            if made:
                touched.tags.add(found[name].pk)
    return found


def _external(run: ClientImport, plans: Iterable[PlannedRow]) -> None:
    """The numbers by which other systems, and older lists, know these clients."""
    rows = [
        ExternalId(account=one.account, hotel=run.hotel, kind=kind, value=value)
        for one in plans
        if one.account is not None
        for kind, value in one.external.items()
    ]
    ExternalId.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


def _remember(run: ClientImport, plans: Iterable[PlannedRow]) -> None:
    rows = [
        ImportedRow(hotel=run.hotel, run=run, row_number=one.read.number, digest=one.read.digest, account=one.account)
        for one in plans
        if one.account is not None
    ]
    ImportedRow.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


# ---- known clients


def _update(actor: Actor, run: ClientImport, plans: Sequence[PlannedRow], tags: dict[str, Tag]) -> None:
    changes_of: list[tuple[models.Model, dict[str, Any]]] = []
    renamed: dict[int, Account] = {}
    reason = _(IMPORTED) % {"file": run.file_name}
    for one in plans:
        account = one.account
        if account is None:
            continue
        custom = {**account.custom, **one.custom}
        custom = {key: value for key, value in custom.items() if value not in (None, "") or key not in one.custom}
        changes = changed(account, **one.columns, custom=custom)
        if changes and not _save(account, list(changes)):
            _turn_away(one)
            continue
        renamed |= {account.pk: account} if changes else {}
        if fresh := set(one.tags) - {tag.name for tag in account.tags.all()}:
            account.tags.add(*(tags[name] for name in fresh))
            changes["tags"] = ([], sorted(fresh))
        if changes:
            changes_of.append((account, {**changes, "file": run.file_name}))
        if one.stage and one.stage != account.stage:
            change_stage(actor=actor, account=account, stage=one.stage, reason=reason)
        if one.sets_owner and one.owner != account.owner:
            assign_owner(actor=actor, account=account, owner=one.owner, reason=reason)
    index_accounts(list(renamed.values()))
    record_many(changes_of)
    _external(run, plans)


def _save(account: Account, columns: Sequence[str]) -> bool:
    """Store an account's columns and raise its revision; False when somebody else was first (ACC-10)."""
    values = {name: getattr(account, name) for name in columns}
    rows = Account.objects.filter(pk=account.pk, revision=account.revision)
    account.revision += 1
    return bool(rows.update(**values, revision=F("revision") + 1))


def _turn_away(one: PlannedRow) -> None:
    one.outcome = "rejected"
    one.problems.append(Problem("", one.name, "changed_meanwhile"))


# ---- people


def _write_people(run: ClientImport, plans: Sequence[PlannedRow], touched: Stored) -> None:
    fresh, changes_of, changed_people = [], [], []
    for one in plans:
        for person in one.people:
            if person.contact is None:
                fresh.append(_new_contact(one, person))
                run.people_created += 1
            elif changes := _changed_person(person):
                changed_people.append(person.contact)
                changes_of.append((person.contact, {**changes, "file": run.file_name}))
                run.people_updated += 1
    Contact.objects.bulk_create(fresh, batch_size=BATCH)
    touched.people |= {one.pk for one in fresh}
    index_new_contacts(fresh)
    index_contacts(changed_people)
    record_many((one, {"name": one.name, "account": one.account.code, "file": run.file_name}) for one in fresh)
    record_many(changes_of)


def _new_contact(one: PlannedRow, person: PlannedPerson) -> Contact:
    assert one.account is not None
    return Contact(account=one.account, **{name: value for name, value in person.fields.items() if value is not None})


def _changed_person(person: PlannedPerson) -> dict[str, Any]:
    contact = person.contact
    assert contact is not None
    changes: dict[str, Any] = changed(contact, **person.fields)
    if changes:
        contact.revision += 1
        contact.save(update_fields=[*changes, "revision"])
    return changes


# ---- what is kept of the rows


def _keep_lines(run: ClientImport, plans: Sequence[PlannedRow]) -> None:
    """Rows turned away are kept whole; what was decided of likely duplicates stays beside them."""
    bad = [one for one in plans if one.problems]
    ImportLine.objects.filter(run=run, row_number__in=[one.read.number for one in bad]).delete()
    ImportLine.objects.bulk_create((line_of(run, one) for one in bad), batch_size=BATCH)


def line_of(run: ClientImport, one: PlannedRow) -> ImportLine:
    """A row as it is kept for somebody to look at."""
    return ImportLine(
        run=run,
        row_number=one.read.number,
        name=one.name[:160],
        cells=list(one.read.cells),
        problems=[list(problem) for problem in one.problems],
        candidates=_candidates(one),
    )


def _candidates(one: PlannedRow) -> list[dict[str, Any]]:
    """Whom a row may be, clients and earlier rows of the file, the likeliest first."""
    clients = [
        {
            "account": like.account_id,
            "code": like.code,
            "name": like.label,
            "owner": like.owner,
            "points": like.points,
            "reasons": [{"code": why.code, "values": why.values} for why in like.reasons],
        }
        for like in one.candidates
    ]
    found: list[dict[str, Any]] = [*clients, *map(as_candidate, one.alike)]
    return sorted(found, key=lambda like: -like["points"])


def _count(run: ClientImport, plans: Sequence[PlannedRow], rows: int) -> None:
    """Move on, if this run still is ours to carry out."""
    for one in plans:
        name = OUTCOMES[one.outcome]
        setattr(run, name, getattr(run, name) + 1)
    counted = {name: getattr(run, name) for name in (*OUTCOMES.values(), "people_created", "people_updated")}
    moved = ClientImport.objects.filter(pk=run.pk, state=ImportState.RUNNING, rows_read=run.rows_read).update(
        rows_read=run.rows_read + rows, alive_at=timezone.now(), **counted
    )
    if not moved:
        raise Refusal("import.taken_over", _("This import is carried out by another worker."))
    run.rows_read += rows


@command
def link_parents(*, actor: Actor, run: ClientImport, plans: Sequence[PlannedRow]) -> Any:
    """Put clients below the parents that came in further down in the same file."""
    changing = [one for one in plans if one.account is not None and one.columns.get("parent") and not one.problems]
    changing = [one for one in changing if one.account and one.account.parent != one.columns["parent"]]
    if not changing:
        return UNCHANGED
    touched = Stored({one.account.pk for one in changing if one.account})
    with undoable(
        "clients.import", watching=lambda: _watched(touched), message=IMPORTED, values={"file": run.file_name},
        subject=f"{run._meta.label_lower}:{run.pk}",
    ):  # fmt: skip
        for one in changing:
            account = one.account
            assert account is not None
            changes = changed(account, parent=one.columns["parent"])
            if _save(account, ["parent"]):
                record(account, **changes)
    return len(changing)
