"""The audit trail: nothing in it changes, and who goes round the database's guard is found out."""

import pytest
from django.db import DatabaseError, connection, transaction

from roomnight.kernel import audit
from roomnight.kernel.commands import Machine, command, record
from roomnight.kernel.housekeeping import seal_audit
from roomnight.kernel.models import AuditEntry, AuditSeal, Counter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("registers")]
CLERK = Machine("chen", "lujiazui")


@command
def count(*, actor, series, last):
    record(Counter.objects.create(series=series, last=last), last=last)


@pytest.fixture
def entry():
    """The second of three lines in the trail."""
    for number, series in enumerate(("visits", "calls", "orders")):
        count(actor=CLERK, series=series, last=number)
    return AuditEntry.objects.get(subject="kernel.counter:calls")


def without_guard(statement, *values):
    """What somebody with the database's own password could do."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER kernel_audit_no_update")
            cursor.execute("DROP TRIGGER kernel_audit_no_delete")
        else:
            cursor.execute("ALTER TABLE kernel_auditentry DISABLE TRIGGER USER")
        cursor.execute(statement, values)


def seal_all():
    while audit.seal():
        pass


@pytest.mark.rule("SEC-03")
@pytest.mark.parametrize(
    "values",
    [
        {"actor": "wu"},
        {"subject": "x:1"},
        {"changes": {"last": 9}},
        {"at": "2020-01-01T00:00Z"},
        {"changes": None, "salt": ""},
    ],
)
def test_a_line_cannot_be_changed(entry, values):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).update(**values)
    entry.refresh_from_db()
    assert (entry.actor, entry.subject, entry.changes) == ("chen", "kernel.counter:calls", {"last": 1})


@pytest.mark.rule("SEC-03")
def test_a_line_cannot_be_removed(entry):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).delete()
    assert AuditEntry.objects.filter(pk=entry.pk).exists()


def test_sealing_takes_every_line_once_and_in_order(entry, monkeypatch):
    monkeypatch.setattr(audit, "BATCH", 2)
    total = AuditEntry.objects.count()
    assert seal_audit.func() == total
    assert seal_audit.func() == 0
    seals = list(AuditSeal.objects.order_by("position").values_list("position", "entry_id"))
    assert seals == list(enumerate(AuditEntry.objects.order_by("pk").values_list("pk", flat=True), start=1))
    assert audit.verify() == audit.Verdict(total, None)


def test_lines_that_come_later_join_the_same_chain(entry):
    seal_all()
    count(actor=CLERK, series="later", last=1)
    assert audit.seal() == 1
    assert audit.verify() == audit.Verdict(AuditEntry.objects.count(), None)


def test_the_erasure_of_values_keeps_the_chain(entry):
    seal_all()
    AuditEntry.objects.filter(pk=entry.pk).update(changes=None)
    assert audit.verify().broken_entry is None


@pytest.mark.rule("SEC-03")
@pytest.mark.parametrize(
    ("what", "statement"),
    [
        ("another person did it", "UPDATE kernel_auditentry SET actor = 'wu' WHERE id = %s"),
        ("something else was written", """UPDATE kernel_auditentry SET changes = '{"last": 9}' WHERE id = %s"""),
        ("the digest as well", "UPDATE kernel_auditentry SET digest = 'f00' WHERE id = %s"),
        ("it happened elsewhere", "UPDATE kernel_auditentry SET hotel_code = 'lakeside' WHERE id = %s"),
        ("it never happened", "DELETE FROM kernel_auditentry WHERE id = %s"),
        ("its seal was lost", "DELETE FROM kernel_auditseal WHERE entry_id = %s"),
    ],
)
def test_tampering_is_found(entry, what, statement):
    seal_all()
    position = AuditSeal.objects.get(entry_id=entry.pk).position
    without_guard(statement, entry.pk)
    verdict = audit.verify()
    assert verdict.sealed == position - 1
    assert verdict.broken_entry in {entry.pk, entry.pk + 1}  # a lost seal shows at the next one


@pytest.mark.django_db(transaction=True)
def test_several_workers_seal_one_chain(entry, at_once):
    total = AuditEntry.objects.count()
    assert sum(at_once(6, lambda number: audit.seal())) == total
    assert audit.verify() == audit.Verdict(total, None)
