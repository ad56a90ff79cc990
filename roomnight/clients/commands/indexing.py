"""Keeping what an account and its people are found by true, in every command that changes it: search tokens and keys of
likely duplicates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from roomnight.clients.models import Account, Contact, DuplicateKey, SearchEntry
from roomnight.clients.rules.duplicates import Particulars, keys, person_keys
from roomnight.kernel.search import index_tokens
from roomnight.kernel.search_index import join

BATCH = 1000


def account_tokens(account: Account, former: Sequence[Account] = ()) -> str:
    """An account is found by its names, pinyin, mnemonic, code, telephone and tax numbers (ACC-05), and by those of the
    records that were merged into it."""
    every = [account, *former]
    tokens = index_tokens(
        names=[name for one in every for name in (one.name, one.short_name)],
        latin=[name for one in every for name in (one.name_en, one.mnemonic)],
        phones=[one.phone for one in every],
        codes=[code for one in every for code in (one.code, one.credit_code, one.tax_number)],
    )
    return join(tokens)


def contact_tokens(contact: Contact) -> str:
    """A person is found by name, pinyin and telephone numbers (ACC-05)."""
    tokens = index_tokens(
        names=[contact.name],
        latin=[contact.name_en, contact.email, contact.wechat],
        phones=[contact.mobile, contact.phone],
        codes=[],
    )
    return join(tokens)


def index_account(account: Account) -> None:
    """Write the account's entry, and bring the scope columns of its people's entries along."""
    former = list(account.merged.order_by("pk"))
    SearchEntry.objects.update_or_create(
        account=account,
        contact=None,
        defaults={
            "hotel_id": account.hotel_id,
            "owner_id": account.owner_id,
            "co_owner_id": account.co_owner_id,
            "tokens": account_tokens(account, former),
        },
    )
    follow_owner(account)
    keep_keys(account, None, list(dict.fromkeys(key for one in (account, *former) for key in account_keys(one))))


def follow_owner(account: Account) -> None:
    """After a change of owner: every entry of the account is found within the new reach."""
    SearchEntry.objects.filter(account=account).update(owner=account.owner_id, co_owner=account.co_owner_id)


def index_contact(contact: Contact) -> None:
    """Write the person's entry; one who has left is not found any more."""
    keep_keys(contact.account, contact, contact_keys(contact))
    if not contact.is_active:
        SearchEntry.objects.filter(contact=contact).delete()
        return
    account = contact.account
    SearchEntry.objects.update_or_create(
        contact=contact,
        defaults={
            "account": account,
            "hotel_id": account.hotel_id,
            "owner_id": account.owner_id,
            "co_owner_id": account.co_owner_id,
            "tokens": contact_tokens(contact),
        },
    )


def account_keys(account: Account) -> list[tuple[str, str]]:
    """What a likely duplicate of the account is looked up by: its credit code, telephone and names (ACC-04)."""
    return keys(
        Particulars(
            name=account.name, name_en=account.name_en, short_name=account.short_name, credit_code=account.credit_code,
            phones=(account.phone,),
        )
    )  # fmt: skip


def contact_keys(contact: Contact) -> list[tuple[str, str]]:
    """What a likely duplicate of the person, or of the client, is looked up by; one who has left counts no more (ACC-04)."""
    if not contact.is_active:
        return []
    return person_keys((contact.mobile, contact.phone), contact.email, contact.wechat)


def keep_keys(account: Account, contact: Contact | None, wanted: Sequence[tuple[str, str]]) -> None:
    """Make the keys of an account, or of one of its people, these."""
    rows = DuplicateKey.objects.filter(account=account, contact=None) if contact is None else contact_rows(contact)
    present = {(row.kind, row.value): row for row in rows}
    gone = [row.pk for key, row in present.items() if key not in wanted or row.account_id != account.pk]
    DuplicateKey.objects.filter(pk__in=gone).delete()
    kept = {key for key, row in present.items() if row.pk not in gone}
    DuplicateKey.objects.bulk_create(
        DuplicateKey(hotel_id=account.hotel_id, account=account, contact=contact, kind=kind, value=value)
        for kind, value in wanted
        if (kind, value) not in kept
    )


def contact_rows(contact: Contact) -> Iterable[DuplicateKey]:
    """The keys of a person, at whichever account."""
    return DuplicateKey.objects.filter(contact=contact)


def index_again(accounts: Iterable[int]) -> None:
    """Entries and keys of these accounts and everybody there, as they are now; one that was merged away has none."""
    for account in Account.objects.filter(pk__in=accounts).order_by("pk"):
        if account.merged_into_id is None:
            index_account(account)
        else:
            SearchEntry.objects.filter(account=account, contact=None).delete()
            keep_keys(account, None, [])
    for contact in Contact.objects.filter(account__in=accounts).select_related("account").order_by("pk"):
        index_contact(contact)


def index_new_accounts(accounts: Sequence[Account]) -> None:
    """Entries for accounts that were just made, many at once."""
    DuplicateKey.objects.bulk_create(
        (
            DuplicateKey(hotel_id=one.hotel_id, account=one, kind=kind, value=value)
            for one in accounts
            for kind, value in account_keys(one)
        ),
        batch_size=BATCH,
    )
    SearchEntry.objects.bulk_create(
        (
            SearchEntry(
                account=one,
                hotel_id=one.hotel_id,
                owner_id=one.owner_id,
                co_owner_id=one.co_owner_id,
                tokens=account_tokens(one),
            )
            for one in accounts
        ),
        batch_size=BATCH,
    )


def index_accounts(accounts: Sequence[Account]) -> None:
    """Write the entries of accounts whose particulars changed, many at once; owners are followed elsewhere."""
    entries = {one.account_id: one for one in SearchEntry.objects.filter(account__in=accounts, contact=None)}
    present: dict[int, set[tuple[str, str]]] = {}
    for pk, kind, value in DuplicateKey.objects.filter(account__in=accounts, contact=None).values_list(
        "account_id", "kind", "value"
    ):
        present.setdefault(pk, set()).add((kind, value))
    for account in accounts:
        entry, tokens, wanted = entries.get(account.pk), account_tokens(account), account_keys(account)
        if entry is None:
            index_account(account)
            continue
        if entry.tokens != tokens:
            entry.tokens = tokens
            entry.save(update_fields=["tokens"])
        if present.get(account.pk, set()) != set(wanted):
            keep_keys(account, None, wanted)


def index_new_contacts(contacts: Sequence[Contact]) -> None:
    """Entries for people who were just added, many at once."""
    DuplicateKey.objects.bulk_create(
        (
            DuplicateKey(hotel_id=one.account.hotel_id, account=one.account, contact=one, kind=kind, value=value)
            for one in contacts
            for kind, value in contact_keys(one)
        ),
        batch_size=BATCH,
    )
    SearchEntry.objects.bulk_create(
        (
            SearchEntry(
                account=one.account,
                contact=one,
                hotel_id=one.account.hotel_id,
                owner_id=one.account.owner_id,
                co_owner_id=one.account.co_owner_id,
                tokens=contact_tokens(one),
            )
            for one in contacts
        ),
        batch_size=BATCH,
    )


def index_contacts(contacts: Iterable[Contact]) -> None:
    """Write the entries of people whose particulars changed."""
    for one in contacts:
        index_contact(one)
