"""Finding a client or a person there by any part of what somebody remembers, best first, within sight (ACC-05)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from roomnight.clients import access
from roomnight.clients.models import Account, AccountKind, Contact, SearchEntry
from roomnight.kernel.search import Described, rank
from roomnight.kernel.search_index import find
from roomnight.organization.access import Seat

LONGEST_QUERY = 100
WHAT = ("account", "contact")
OF_ACCOUNTS = (
    "code", "kind", "name", "name_en", "short_name", "mnemonic", "credit_code", "tax_number", "phone", "owner__name",
    "owner__name_en",
)  # fmt: skip
OF_CONTACTS = (
    "name", "name_en", "email", "wechat", "mobile", "phone", "job_title", "account__name", "account__name_en",
)  # fmt: skip


@dataclass(frozen=True)
class Hit:
    """One thing found: an account or a contact, with the words that tell it from others and where its page is."""

    what: str
    pk: int
    account_pk: int
    label: str
    detail: str
    icon: str
    url: str


def search(seat: Seat, q: str, limit: int = 20, what: str = "") -> list[Hit]:
    """The accounts and contacts that a person may see and means by `q`, best first. `what` asks for one of the two only."""
    wanted = q.strip()[:LONGEST_QUERY]
    entries = access.search_entries(seat)
    if what in WHAT:
        entries = entries.filter(contact__isnull=what == "account")
    found = find(entries, wanted) if wanted else []
    described = _described(seat, found)
    best = rank(wanted, described, lambda one: one.described)[:limit]
    return [_hit(seat, one.record) for one in best]


def matching_accounts(seat: Seat, q: str) -> QuerySet[SearchEntry, Any]:
    """The ids of accounts that match, they or somebody there, as a sub-query of a list that is within reach already."""
    return access.search_entries(seat).filter(tokens__matches=q[:LONGEST_QUERY]).values("account")


@dataclass(frozen=True)
class _Found:
    record: Account | Contact
    described: Described


def _described(seat: Seat, entries: Iterable[SearchEntry]) -> list[_Found]:
    tokens = {(one.account_id, one.contact_id): one.tokens for one in entries}
    of_accounts = [account for account, contact in tokens if contact is None]
    of_contacts = [contact for _account, contact in tokens if contact is not None]
    found = []
    if of_accounts:
        accounts = access.accounts_or_pool(seat).filter(pk__in=of_accounts).select_related("owner").only(*OF_ACCOUNTS)
        former = access.former_names(of_accounts)
        found += [_account(one, tokens[one.pk, None], former.get(one.pk, [])) for one in accounts]
    if of_contacts:
        contacts = access.contacts(seat).filter(pk__in=of_contacts).select_related("account").only(*OF_CONTACTS)
        found += [_contact(one, tokens.get((one.account_id, one.pk), "")) for one in contacts]
    return found


def _account(account: Account, tokens: str, former: list[tuple[str, str]]) -> _Found:
    described = Described(
        names=[account.name, account.short_name, account.name_en, *(name for name, _code in former)],
        codes=[
            account.code,
            account.mnemonic,
            account.credit_code,
            account.tax_number,
            *(code for _name, code in former),
        ],
        phones=[account.phone],
        tokens=tokens,
    )
    return _Found(account, described)


def _contact(contact: Contact, tokens: str) -> _Found:
    described = Described(
        names=[contact.name, contact.name_en, contact.email, contact.wechat],
        phones=[contact.mobile, contact.phone],
        tokens=tokens,
    )
    return _Found(contact, described)


def _hit(seat: Seat, record: Account | Contact) -> Hit:
    """One of the few that are shown, in words; two hundred were looked at for them."""
    if isinstance(record, Contact):
        return Hit(
            what="contact",
            pk=record.pk,
            account_pk=record.account_id,
            label=record.label,
            detail=" · ".join(filter(None, [record.job_title, record.account.label])),
            icon="user",
            url=seat.url("clients:contact", pk=record.pk),
        )
    owner = record.owner.label if record.owner else _("open pool")
    return Hit(
        what="account",
        pk=record.pk,
        account_pk=record.pk,
        label=record.label,
        detail=f"{record.code} · {AccountKind(record.kind).label} · {owner}",
        icon="building",
        url=seat.url("web:account", pk=record.pk),
    )
