"""The seal on the audit trail: a hash chain written by the worker, and its verification (SEC-03)."""

import hashlib
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from roomnight.kernel.commands import digest_of
from roomnight.kernel.models import AuditEntry, AuditSeal, Counter

BATCH = 2000
GENESIS = "0" * 64


def link(previous: str, entry: AuditEntry) -> str:
    """The hash that seals one entry after the one before."""
    parts = [previous, str(entry.pk), entry.at.isoformat(), entry.hotel_code, entry.command, entry.actor, entry.origin,
             entry.subject, entry.digest]  # fmt: skip
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def seal() -> int:
    """Seal committed entries that have no link yet, at most a batch; returns how many. One sealer at a time."""
    with transaction.atomic():
        Counter.objects.get_or_create(series="audit-seal")
        lock = Counter.objects.filter(series="audit-seal")
        (lock.select_for_update() if connection.features.has_select_for_update else lock).get()
        last = AuditSeal.objects.order_by("-position").first()
        position, chain = (last.position, last.chain) if last else (0, GENESIS)
        unsealed = AuditEntry.objects.filter(~Exists(AuditSeal.objects.filter(entry_id=OuterRef("pk")))).order_by("pk")[
            :BATCH
        ]
        links = []
        for entry in unsealed:
            position, chain = position + 1, link(chain, entry)
            links.append(AuditSeal(position=position, entry_id=entry.pk, chain=chain))
        AuditSeal.objects.bulk_create(links)
    return len(links)


@dataclass(frozen=True)
class Verdict:
    """What verification found: how many links hold, and the first entry that does not (None when all hold)."""

    sealed: int
    broken_entry: int | None


def verify() -> Verdict:
    """Recompute the whole chain. A changed, removed or exchanged entry shows as the first link that does not hold."""
    chain, sealed = GENESIS, 0
    for one in AuditSeal.objects.order_by("position").iterator():
        entry = AuditEntry.objects.filter(pk=one.entry_id).first()
        if entry is None or one.position != sealed + 1:
            return Verdict(sealed, one.entry_id)
        values_hold = entry.changes is None or digest_of(entry.salt, entry.changes) == entry.digest
        chain = link(chain, entry)
        if chain != one.chain or not values_hold:
            return Verdict(sealed, one.entry_id)
        sealed += 1
    return Verdict(sealed, None)
