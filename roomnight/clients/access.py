"""Which clients a person may see. Every list, look-up, search, export and panel starts here; a stranger gets 404."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypeVar

from django.db.models import CharField, Exists, F, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.http import Http404

from roomnight.clients.models import (
    Account,
    AccountShare,
    ClientFileProfile,
    ClientImport,
    Contact,
    ContactMove,
    DuplicatePair,
    Gift,
    ImportLine,
    Merge,
    Ownership,
    PoolNotice,
    Protection,
    ProtectionExtension,
    ProtectionState,
    ProtectionStatement,
    RequestState,
    SavedView,
    SearchEntry,
    Tag,
    Territory,
    TimelineEntry,
)
from roomnight.kernel.commands import subject_of
from roomnight.kernel.models import AuditEntry, Deed
from roomnight.organization.access import Seat, within
from roomnight.organization.models import Membership, Scope, Staff

M = TypeVar("M", bound=Model)
OUT_OF_POOL = ("invalid", "blacklisted")
ALL_RELATED = ("owner", "co_owner", "territory", "parent", "referred_by", "hotel")


def _reach(seat: Seat, resource: str, action: str, *, at: str = "", lent: str = "pk") -> Q:
    """The reach over rows whose hotel and owners stand behind `at`, and whose account is `lent`.

    Shared accounts come in by a sub-query and not by a join, so that nothing is doubled and the indexes serve.
    """
    scope = seat.scope(resource, action)
    reach = within(scope, seat, hotel=f"{at}hotel", owners=[f"{at}owner", f"{at}co_owner"])
    if scope in (Scope.SHARED, Scope.TEAM, Scope.DEPARTMENT):
        shares = AccountShare.objects.filter(staff=seat.staff.pk, account__hotel=seat.hotel.pk).values("account")
        reach |= Q(**{f"{lent}__in": shares})
    return reach


def accounts(seat: Seat, action: str = "read") -> QuerySet[Account]:
    """The accounts within the person's reach: own, co-owned and shared, the team's, or the hotel's (ORG-03)."""
    return Account.objects.filter(_reach(seat, "clients.account", action), merged_into=None)


def account(seat: Seat, pk: int, action: str = "read") -> Account:
    """One account, or 404: a stranger learns nothing, not even that it exists."""
    return _one(accounts(seat, action), pk)


def pool(seat: Seat) -> QuerySet[Account]:
    """The open pool 公海: clients of this hotel that nobody owns."""
    if not seat.may("clients.pool"):
        return Account.objects.none()
    return Account.objects.filter(hotel=seat.hotel, owner=None, merged_into=None).exclude(stage__in=OUT_OF_POOL)


def pool_account(seat: Seat, pk: int) -> Account:
    """One client of the pool, or 404."""
    return _one(pool(seat), pk)


def is_of_this_hotel(seat: Seat, pk: int) -> bool:
    """Whether there is such a client at this hotel, for telling who came too late to the pool from who has lost the way."""
    return Account.objects.filter(hotel=seat.hotel, pk=pk).exists()


def account_to_assign(seat: Seat, pk: int) -> Account:
    """A client this person may give to somebody: one within their decision, or one of the pool they look after; else 404."""
    found = accounts(seat, "approve")
    if seat.may("clients.pool", "edit"):
        found = Account.objects.filter(
            Q(pk__in=found.filter(pk=pk).values("pk")) | Q(pk__in=pool(seat).filter(pk=pk).values("pk"))
        )
    return _one(found, pk)


def accounts_or_pool(seat: Seat) -> QuerySet[Account]:
    """Everything a person may read of clients: their reach and the open pool."""
    reach = _reach(seat, "clients.account", "read")
    if seat.may("clients.pool"):
        reach |= Q(hotel=seat.hotel, owner=None) & ~Q(stage__in=OUT_OF_POOL)
    return Account.objects.filter(reach, merged_into=None)


def account_or_pool(seat: Seat, pk: int, *related: str) -> Account:
    """An account within reach or in the open pool, or 404: who looks after nobody's client may plan to win it.

    `related` are the records beside it that the page shows; every one of them makes the question longer.
    """
    return _one(accounts_or_pool(seat), pk, related, seat)


def _one(found: QuerySet[Account], pk: int, related: Sequence[str] = ALL_RELATED, seat: Seat | None = None) -> Account:
    rows = found.filter(pk=pk)
    one = next(iter(rows.select_related(*related) if related else rows), None)
    if one is None:
        raise Http404(str(pk))
    if seat is not None:
        one.hotel = seat.hotel
    return one


def contacts(seat: Seat, action: str = "read") -> QuerySet[Contact]:
    """The contacts within the person's reach, by the account they are at."""
    return Contact.objects.filter(_reach(seat, "clients.contact", action, at="account__", lent="account"))


def contact(seat: Seat, pk: int, action: str = "read") -> Contact:
    """One contact, or 404."""
    found = contacts(seat, action).select_related("account__hotel", "messaging_keeper").filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def accounts_for_contacts(seat: Seat, action: str) -> QuerySet[Account]:
    """The accounts to which the right over people reaches."""
    return Account.objects.filter(_reach(seat, "clients.contact", action))


def account_for_contact(seat: Seat, pk: int) -> Account:
    """An account at which this person may add people, or 404."""
    return _one(accounts_for_contacts(seat, "create"), pk)


def matching_contacts(seat: Seat, q: str) -> QuerySet[Contact]:
    """The contacts within reach that match what was typed."""
    entries = search_entries(seat).filter(contact__isnull=False, tokens__matches=q)
    return contacts(seat).filter(pk__in=entries.values("contact"))


def contacts_of(seat: Seat, account_: Account) -> QuerySet[Contact]:
    """The people at an account that is already within reach; empty without the right to see people."""
    if not seat.may("clients.contact"):
        return Contact.objects.none()
    return Contact.objects.filter(account=account_, is_active=True)


def search_entries(seat: Seat) -> QuerySet[SearchEntry]:
    """What a search may look through: accounts within reach or in the pool, and the people there if people may be seen.

    The scope columns ride in the search table, so no join is needed before the few candidates are known (ACC-05).
    """
    reach = _reach(seat, "clients.account", "read", lent="account")
    if seat.may("clients.pool"):
        reach |= Q(hotel=seat.hotel, owner=None)
    seen = Q(contact=None) & reach
    if seat.may("clients.contact"):
        seen |= Q(contact__isnull=False) & _reach(seat, "clients.contact", "read", lent="account")
    return SearchEntry.objects.filter(seen)


def timeline(seat: Seat, account_: Account) -> QuerySet[TimelineEntry]:
    """What happened with an account that is already within reach."""
    return TimelineEntry.objects.filter(account=account_).order_by("-at", "-id")


def history(seat: Seat, record: Account | Contact) -> QuerySet[AuditEntry]:
    """Who changed what of a record that is already within reach, or of one that was merged into it, latest first."""
    former = [subject_of(one) for one in record.merged.all()]
    return AuditEntry.objects.filter(subject__in=[subject_of(record), *former]).order_by("-id")


def former_names(pks: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    """Names and codes of what was merged into these accounts, which are within reach already."""
    found: dict[int, list[tuple[str, str]]] = {}
    rows = Account.objects.filter(merged_into__in=pks).order_by("pk")
    for pk, name, code in rows.values_list("merged_into_id", "name", "code"):
        found.setdefault(pk, []).append((name, code))
    return found


def account_instead(seat: Seat, pk: int) -> Account | None:
    """The client within sight that this one was merged into: where its old address leads (ACC-04)."""
    return accounts_or_pool(seat).filter(merged=pk).first()


def in_sight(seat: Seat, pks: Collection[int]) -> set[int]:
    """Which of these accounts the person may read; of the others only number and owner may be told (ACC-04)."""
    return set(accounts_or_pool(seat).filter(pk__in=pks).values_list("pk", flat=True)) if pks else set()


def contacts_in_sight(seat: Seat, pks: Collection[int]) -> set[int]:
    """Which of these people the person may read."""
    return set(contacts(seat).filter(pk__in=pks).values_list("pk", flat=True)) if pks else set()


def owners(seat: Seat) -> QuerySet[Staff]:
    """The salespeople whose clients this person may see: the choices of a filter."""
    reach = within(seat.scope("clients.account"), seat, hotel="hotel", owners=["staff"])
    places = Membership.objects.filter(reach, department__kind="sales")
    return Staff.objects.filter(is_active=True, pk__in=places.values("staff")).order_by("username")


def fellows(seat: Seat) -> QuerySet[Staff]:
    """The colleagues at this hotel whom a client may be shared with."""
    places = Membership.objects.filter(hotel=seat.hotel)
    return Staff.objects.filter(is_active=True, pk__in=places.values("staff")).order_by("username")


def people_of(account_: Account, but: int | None = None) -> QuerySet[Contact]:
    """The other people still at a client that is within reach."""
    found = Contact.objects.filter(account=account_, is_active=True).order_by("pk")
    return found if but is None else found.exclude(pk=but)


def card_accounts(seat: Seat, action: str = "read") -> QuerySet[Account]:
    """The clients whose relationship card this person may see: the owner's, the manager's, the director's (CARD-01)."""
    return Account.objects.filter(_reach(seat, "clients.card", action), merged_into=None)


def card_account(seat: Seat, pk: int, action: str = "read") -> Account:
    """One client's card, or 404."""
    return _one(card_accounts(seat, action), pk)


def card_contacts(seat: Seat, action: str = "read") -> QuerySet[Contact]:
    """The people whose card this person may see, by the client they are at."""
    reach = _reach(seat, "clients.card", action, at="account__", lent="account")
    return Contact.objects.filter(reach, merged_into=None)


def card_contact(seat: Seat, pk: int, action: str = "read") -> Contact:
    """One person's card, or 404."""
    found = card_contacts(seat, action).select_related("account__hotel", "account__owner", "reports_to", "keeper")
    one = found.filter(pk=pk).first()
    if one is None:
        raise Http404(str(pk))
    return one


def ownerships(account_: Account) -> QuerySet[Ownership]:
    """Who looked after a client within reach, the latest first (OWN-05)."""
    return Ownership.objects.filter(account=account_).select_related("staff").order_by("-started_at", "-pk")


def referrals(account_: Account) -> QuerySet[Account]:
    """The clients that a client within reach has brought (OWN-06)."""
    return Account.objects.filter(referred_by=account_, merged_into=None).order_by("pk")


def shares(seat: Seat, account_: Account) -> QuerySet[AccountShare]:
    """With whom an account that is already within reach is shared."""
    return AccountShare.objects.filter(account=account_).select_related("staff").order_by("pk")


def gifts(seat: Seat, contact_: Contact) -> QuerySet[Gift]:
    """What a contact within reach was given, latest first."""
    return Gift.objects.filter(contact=contact_).order_by("-given_on", "-pk")


def moves(seat: Seat, contact_: Contact) -> QuerySet[ContactMove]:
    """From where to where a contact within reach has gone."""
    return ContactMove.objects.filter(contact=contact_).select_related("old", "new").order_by("-pk")


def contact_timeline(seat: Seat, contact_: Contact) -> QuerySet[TimelineEntry]:
    """What happened with a contact within reach, at whichever client it was."""
    return TimelineEntry.objects.filter(contact=contact_).order_by("-at", "-id")


def saved_views(seat: Seat, page: str) -> QuerySet[SavedView]:
    """One's own views of a list, and those a colleague of the hotel made for everybody (ACC-07)."""
    return SavedView.objects.filter(Q(owner=seat.staff) | Q(is_shared=True), hotel=seat.hotel, page=page).order_by("pk")


def own_saved_view(seat: Seat, pk: int) -> SavedView:
    """A view that this person made, or 404."""
    found = SavedView.objects.filter(hotel=seat.hotel, owner=seat.staff, pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def territories(seat: Seat) -> QuerySet[Territory]:
    return Territory.objects.filter(hotel=seat.hotel).order_by("name")


def tags(seat: Seat) -> QuerySet[Tag]:
    return Tag.objects.filter(hotel=seat.hotel).order_by("name")


def tag(seat: Seat, pk: int) -> Tag:
    """One of the hotel's tags, or 404."""
    return _of_hotel(tags(seat), pk)


def territory(seat: Seat, pk: int) -> Territory:
    """One of the hotel's territories, or 404."""
    return _of_hotel(territories(seat), pk)


def _of_hotel(found: QuerySet[M], pk: int) -> M:
    one = found.filter(pk=pk).first()
    if one is None:
        raise Http404(str(pk))
    return one


# ---- the protection list


def protections(seat: Seat, action: str = "read") -> QuerySet[Protection]:
    """The protections of the people within this person's reach (OWN-02)."""
    scope = seat.scope("clients.protection", action)
    return Protection.objects.filter(within(scope, seat, hotel="hotel", owners=["staff"]))


def protection(seat: Seat, pk: int, action: str = "read") -> Protection:
    """One protection, or 404."""
    found = protections(seat, action).select_related("hotel", "account__hotel", "staff").filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def protection_of(pk: int) -> Protection:
    """A protection by its number, for telling its protector; nothing of it may be shown."""
    return Protection.objects.select_related("hotel", "account__hotel", "staff").get(pk=pk)


def protections_held(seat: Seat) -> QuerySet[Protection]:
    """What this person has on the protection list."""
    return Protection.objects.filter(hotel=seat.hotel, staff=seat.staff, state=ProtectionState.ACTIVE)


def extensions(seat: Seat, action: str = "read") -> QuerySet[ProtectionExtension]:
    """What was asked by people within reach; to decide it asks for the right to approve."""
    reach = within(
        seat.scope("clients.protection", action), seat, hotel="protection__hotel", owners=["protection__staff"]
    )
    return ProtectionExtension.objects.filter(reach)


def extensions_to_decide(seat: Seat) -> QuerySet[ProtectionExtension]:
    """What waits for this person's decision; nobody decides what they asked for."""
    return extensions(seat, "approve").filter(state=RequestState.ASKED).exclude(asked_by=seat.staff)


def extension(seat: Seat, pk: int) -> ProtectionExtension:
    """One request within this person's decision, or 404."""
    found = extensions(seat, "approve").select_related(
        "protection__hotel", "protection__account__hotel", "protection__staff", "asked_by"
    )
    one = found.filter(pk=pk).first()
    if one is None:
        raise Http404(str(pk))
    return one


def pool_notices(seat: Seat) -> QuerySet[PoolNotice]:
    """The clients of people within reach that are announced for the open pool (OWN-07)."""
    reach = within(seat.scope("clients.protection"), seat, hotel="hotel", owners=["staff"])
    return PoolNotice.objects.filter(reach, state=PoolNotice.State.ANNOUNCED)


def statements(seat: Seat, action: str = "read") -> QuerySet[ProtectionStatement]:
    """The filed protection lists of people within reach (OWN-08)."""
    reach = within(seat.scope("clients.protection", action), seat, hotel="hotel", owners=["staff"])
    return ProtectionStatement.objects.filter(reach)


def statement(seat: Seat, pk: int, action: str = "read") -> ProtectionStatement:
    """One filed list, or 404."""
    found = statements(seat, action).select_related("hotel", "staff").filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def mergeable(seat: Seat) -> QuerySet[Account]:
    """The clients this person may merge: those within their decision, and the pool's if they look after it (ACC-04)."""
    found = Q(pk__in=accounts(seat, "approve").values("pk"))
    if seat.may("clients.pool", "edit"):
        found |= Q(hotel=seat.hotel, owner=None)
    return Account.objects.filter(found, merged_into=None)


def mergeable_account(seat: Seat, pk: int) -> Account:
    """One client that this person may merge, or 404."""
    return _one(mergeable(seat), pk)


def duplicate_pairs(seat: Seat) -> QuerySet[DuplicatePair]:
    """The pairs that wait for a decision, both of them within it."""
    reach = mergeable(seat).values("pk")
    waiting = DuplicatePair.objects.filter(hotel=seat.hotel, dismissed_at=None, one__in=reach, other__in=reach)
    below = Q(one__parent=F("other")) | Q(other__parent=F("one"))
    return waiting.exclude(below).select_related("one__owner", "other__owner", "one__hotel", "other__hotel")


def duplicate_pair(seat: Seat, pk: int) -> DuplicatePair:
    """One pair that waits, or 404."""
    return _of_hotel(duplicate_pairs(seat), pk)


def merges(seat: Seat) -> QuerySet[Merge]:
    """The merges into clients within this person's decision, latest first."""
    found = Merge.objects.filter(winner__in=mergeable(seat).values("pk"))
    return found.select_related("winner", "loser", "deed").order_by("-pk")


def merge(seat: Seat, pk: int) -> Merge:
    """One merge, or 404."""
    return _of_hotel(merges(seat), pk)


def people_merges(seat: Seat) -> QuerySet[Deed]:
    """The merges of two records of one person, as far as this person may merge them and they were not taken back, latest first."""
    if not seat.may("clients.account", "approve"):
        return Deed.objects.none()
    prefix = Value(f"{Contact._meta.label_lower}:")
    mine = contacts(seat, "edit").annotate(named=Concat(prefix, Cast("pk", CharField())))
    waiting = Deed.objects.filter(hotel_code=seat.hotel_code, kind="clients.merge_contacts", undone_at=None)
    return waiting.filter(Exists(mine.filter(named=OuterRef("subject")))).order_by("-pk")


def people_merge(seat: Seat, pk: int) -> Deed:
    """One of them, or 404."""
    return _of_hotel(people_merges(seat), pk)


# ---- files of clients


def client_imports(seat: Seat, before: int | None = None) -> QuerySet[ClientImport]:
    """The files of clients of this hotel, latest first, or those before one of them."""
    if not seat.may("clients.import"):
        return ClientImport.objects.none()
    found = ClientImport.objects.filter(hotel=seat.hotel).order_by("-pk")
    return found if before is None else found.filter(pk__lt=before)


def client_import(seat: Seat, pk: int) -> ClientImport:
    """One of them, or 404."""
    found = client_imports(seat).select_related("hotel").filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def import_lines(seat: Seat, run: ClientImport) -> QuerySet[ImportLine]:
    """The rows of a file within reach that need somebody."""
    return ImportLine.objects.filter(run=run, run__hotel=seat.hotel).order_by("row_number")


def client_file_profiles(seat: Seat) -> QuerySet[ClientFileProfile]:
    """How this hotel reads its client files, the newest word first."""
    return ClientFileProfile.objects.filter(hotel=seat.hotel).order_by("-made_at")


def split_deeds(seat: Seat) -> QuerySet[Deed]:
    """The splits of clients within this person's decision that were not taken back, latest first."""
    waiting = Deed.objects.filter(hotel_code=seat.hotel_code, kind="clients.split", undone_at=None)
    numbers = {int(subject.rpartition(":")[2]) for subject in waiting.values_list("subject", flat=True)}
    mine = mergeable(seat).filter(pk__in=numbers).values_list("pk", flat=True)
    return waiting.filter(subject__in=[f"clients.account:{pk}" for pk in mine]).order_by("-pk")


def split_deed(seat: Seat, pk: int) -> Deed:
    """One split of a client within this person's decision, or 404."""
    return _of_hotel(split_deeds(seat), pk)
