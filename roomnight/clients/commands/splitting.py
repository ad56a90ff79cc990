"""Taking a part of a client out into a client of its own: the repair of a wrong merge after both went on (ACC-09)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients.commands.accounts import account_code, name_of
from roomnight.clients.commands.indexing import index_again
from roomnight.clients.events import AccountsParted, AccountSplit
from roomnight.clients.models import Account, Ownership, TimelineEntry
from roomnight.kernel.commands import Actor, command, record, subject_of
from roomnight.kernel.errors import Refusal
from roomnight.kernel.events import emit
from roomnight.kernel.merging import is_plain, key_of, references, watched
from roomnight.kernel.models import Deed
from roomnight.kernel.numbering import next_value
from roomnight.kernel.pinyin import mnemonic
from roomnight.kernel.undo import on_undone, undoable

SPLIT = gettext_noop("%(new)s taken out of %(old)s")
LEFT_HERE = gettext_noop("%(code)s %(name)s became a client of its own")
CAME_FROM = gettext_noop("Taken out of %(code)s %(name)s")


@command
def split_account(
    *, actor: Actor, account: Account, name: str, parts: Mapping[str, Collection[int]], reason: str
) -> Account:
    """Make a client of its own of these parts, with the same owner (ACC-09).

    `parts` are ids by table and field, such as {"clients.contact.account": [3, 4], "activities.visit.account": [7]}; what
    came under a number of another system goes where `clients.externalid.account` goes. What does not belong to the
    account is refused with `split.other`.
    """
    account = Account.objects.select_for_update().get(pk=account.pk)
    if not name.strip():
        raise Refusal("account.name", _("A client needs a name."), field="name")
    if not reason.strip():
        raise Refusal("split.reason", _("Say why."), field="reason")
    if not any(parts.values()):
        raise Refusal("split.nothing", _("Choose what the new client takes along."), field="parts")
    ids = [account.pk]
    known = {"old": f"{account.code} {account.name}", "new": name.strip(), "account_id": account.pk}
    with undoable(
        "clients.split",
        watching=lambda: watched(Account, ids),
        message=SPLIT,
        values=known,
        subject=subject_of(account),
    ) as deed:
        new = _register(actor, account, name.strip())
        ids.append(new.pk)
        moved = _move(account, new, parts)
        emit(AccountSplit(account.hotel_id, account.pk, new.pk, tuple(parts.get("clients.externalid.account", ()))))
        emit(AccountsParted(account.hotel_id, account.pk, new.pk))
        for one, other, message in ((account, new, LEFT_HERE), (new, account, CAME_FROM)):
            TimelineEntry.objects.create(
                account=one, at=timezone.now(), kind="merge", message=message, note=reason.strip(),
                values={"code": other.code, "name": other.name}, actor_name=name_of(actor),
            )  # fmt: skip
        record(account, split=new.code, moved=moved, reason=reason.strip())
        record(new, name=new.name, code=new.code, split_from=account.code)
        index_again(ids)
        deed.values = {**deed.values, "new_id": new.pk}
        deed.save(update_fields=["values"])
    return new


def _register(actor: Actor, account: Account, name: str) -> Account:
    new = Account.objects.create(
        hotel=account.hotel, code=account_code(account.hotel, next_value(f"account:{account.hotel.code}")), name=name,
        mnemonic=mnemonic(name), kind=account.kind, stage=account.stage, owner=account.owner, city=account.city,
        province=account.province, territory=account.territory, source=account.source,
    )  # fmt: skip
    Ownership.objects.create(account=new, staff=account.owner)
    return new


def _move(account: Account, new: Account, parts: Mapping[str, Collection[int]]) -> dict[str, int]:
    """Let the chosen rows point at the new client; all of them must be the account's."""
    fields = {".".join(key_of(field)): field for field in references(Account) if is_plain(field)}
    moved = {}
    for where, pks in parts.items():
        if not pks:
            continue
        field = fields.get(where)
        if field is None:
            raise Refusal("split.other", _("This cannot be taken along."), field="parts")
        rows = field.model._base_manager.filter(**{field.name: account.pk}, pk__in=pks)
        moved[where] = rows.update(**{field.name: new.pk})
        if moved[where] != len(set(pks)):
            raise Refusal("split.other", _("Some of this is not with the client any more."), field="parts")
    people = parts.get("clients.contact.account", ())
    TimelineEntry.objects.filter(account=account, contact__in=people).update(account=new)
    return moved


@on_undone("clients.split")
def _together_again(deed: Deed, actor: Actor) -> None:
    account = Account.objects.get(pk=deed.values["account_id"])
    emit(AccountsParted(account.hotel_id, account.pk, account.pk))
    index_again([account.pk])
