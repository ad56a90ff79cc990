"""What the lowest floor remembers. It names people, hotels and records by code and label, never by foreign key."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """Who did what to which record, when and from where. Append-only: a database trigger refuses everything but the erasure of values."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    hotel_code = models.CharField(max_length=20, blank=True)
    command = models.CharField(max_length=120)
    actor = models.CharField(max_length=60)
    origin = models.CharField(max_length=80, blank=True)
    subject = models.CharField(max_length=80)
    changes = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    salt = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "-id"], name="kernel_audit_subject"),
            models.Index(fields=["hotel_code", "-id"], name="kernel_audit_hotel"),
        ]


class AuditSeal(models.Model):
    """One link of the chain that makes the audit tamper-evident: the hash of an entry and of the link before it."""

    position = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    chain = models.CharField(max_length=64)


class PolicyValue(models.Model):
    """A hotel's (or, with no hotel, the group's) departure from a policy's default, from one day on.

    `source` names the record that laid it down, such as the version of a policy document; empty is outside of any. A row
    without a value ends the departure: from its day on the group's word or the default holds again.
    """

    key = models.CharField(max_length=80)
    hotel_code = models.CharField(max_length=20, blank=True)
    value = models.JSONField(encoder=DjangoJSONEncoder, null=True)
    effective_from = models.DateField()
    set_by = models.CharField(max_length=60)
    reason = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=80, blank=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "hotel_code", "effective_from"], name="kernel_policy_once_a_day")
        ]


class Counter(models.Model):
    """The last number given out in one series of one hotel, such as visits of November 2026."""

    series = models.CharField(max_length=80, primary_key=True)
    last = models.BigIntegerField(default=0)


class Fire(models.Model):
    """A periodic job was started for this moment: the unique key lets only one scheduler win."""

    key = models.CharField(max_length=160, unique=True)
    at = models.DateTimeField(auto_now_add=True)


class WorkerBeat(models.Model):
    """A worker was alive at this moment; tasks of a worker that stopped beating are taken back."""

    worker = models.CharField(max_length=64, primary_key=True)
    seen = models.DateTimeField()


class Attempt(models.Model):
    """Which try of a job this task is."""

    task = models.UUIDField(primary_key=True)
    number = models.IntegerField(default=1)


class Day(models.Model):
    """A hotel's own word on one day, beside the country's calendar: open although a holiday, or the other way round."""

    hotel_code = models.CharField(max_length=20)
    date = models.DateField()
    is_working = models.BooleanField(_("working day"))
    name = models.CharField(_("name"), max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hotel_code", "date"], name="kernel_one_word_a_day")]


class Notification(models.Model):
    """A line behind somebody's bell. `message` is stored in English with its values, and read in the person's language."""

    recipient = models.CharField(max_length=60)
    hotel_code = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    message = models.CharField(max_length=200)
    values = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    url = models.CharField(max_length=300, blank=True)
    is_urgent = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["recipient", "hotel_code", "read_at", "-id"], name="kernel_bell")]


class Attachment(models.Model):
    """A file that belongs to a record. The bytes lie outside the web root under their own hash and are only ever sent as a download."""

    subject = models.CharField(max_length=80, db_index=True)
    hotel_code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.CharField(max_length=60)


class Deed(models.Model):
    """Something large that can be taken back as a whole: a merge, an import, a hand-over (ACC-09).

    `message` is stored in English with its values, and read in the person's language.
    """

    hotel_code = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=60)
    message = models.CharField(max_length=200)
    values = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    subject = models.CharField(max_length=80, blank=True)
    actor = models.CharField(max_length=60)
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [models.Index(fields=["hotel_code", "-id"], name="kernel_deed_hotel")]


class DeedRow(models.Model):
    """One row that a deed touched: as it was before (none: the deed made it), and the digest of how the deed left it (empty: gone)."""

    deed = models.ForeignKey(Deed, models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    model = models.CharField(max_length=80)
    key = models.CharField(max_length=64)
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deed", "model", "key"], name="kernel_deed_row_once")]
