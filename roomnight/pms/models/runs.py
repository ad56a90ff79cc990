"""The files that came from the PMS, how they are read, and what could not be."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from roomnight.organization.models import Hotel


class Kind(models.TextChoices):
    """What the rows of a file are (PMS-01)."""

    BOOKINGS = "bookings", _("Reservations")
    IN_HOUSE = "in_house", _("In-house list")
    FOLIOS = "folios", _("Folio lines")
    PAYMENTS = "payments", _("Payments")


class MappingProfile(models.Model):
    """A hotel's own word on which column of its files is what (PMS-01).

    Every change is a new version; runs keep the version they were read with. Shipped profiles are not rows, they live
    in `pms/adapters`.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="mapping_profiles")
    key = models.SlugField(_("key"), max_length=60)
    version = models.PositiveIntegerField(_("version"), default=1)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.BOOKINGS)
    title = models.CharField(_("title"), max_length=80)
    config = models.JSONField()
    made_by = models.CharField(max_length=60)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hotel", "key", "version"], name="pms_profile_version_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def hotel_code(self) -> str:
        return self.hotel.code


class RunState(models.TextChoices):
    """How far an import is."""

    DRAFT = "draft", _("To be checked")
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")
    ABANDONED = "abandoned", _("Given up")


class ImportRun(models.Model):
    """One bringing-in of a file (PMS-02): what it was read with, how far it is, and what came of its rows.

    `hotel_map` says which of our hotels (by code) a hotel named in the file is; an empty code leaves its rows out, and
    null waits for an answer.
    `rows_read` moves on in the transaction that stores those rows, so a run that was cut off goes on where it stopped.
    Of amounts, `stated_cents` is what the file's own total line says (null where it has none) and `summed_cents` what its
    rows come to. `as_of` is the moment an in-house list was taken.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.BOOKINGS)
    as_of = models.DateTimeField(_("taken at"), null=True)
    stated_cents = models.BigIntegerField(null=True)
    summed_cents = models.BigIntegerField(default=0)
    hotels = models.ManyToManyField(Hotel, related_name="import_runs")
    profile_key = models.CharField(max_length=60, blank=True)
    profile_version = models.PositiveIntegerField(default=0)
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField(default=0)
    header = models.JSONField(default=list)
    hotel_map = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=RunState, default=RunState.DRAFT)
    refusal = models.TextField(blank=True)
    rows_total = models.PositiveIntegerField(_("rows"), default=0)
    rows_read = models.PositiveIntegerField(_("read"), default=0)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    left_out = models.PositiveIntegerField(_("left out"), default=0)
    actor = models.CharField(max_length=60)
    made_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    alive_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_off_by(self) -> Decimal:
        """By how much the rows differ from the file's own total; nothing where it names none."""
        return Decimal(0 if self.stated_cents is None else self.summed_cents - self.stated_cents).scaleb(-2)

    @property
    def stated(self) -> Decimal | None:
        """The file's own total."""
        return None if self.stated_cents is None else Decimal(self.stated_cents).scaleb(-2)

    @property
    def summed(self) -> Decimal:
        """What its rows come to."""
        return Decimal(self.summed_cents).scaleb(-2)


class Reason(models.TextChoices):
    """Why a row was turned away, in words for who is to put it right."""

    MISSING = "missing", _("is missing")
    NOT_A_DATE = "not_a_date", _("is not a date")
    NOT_A_NUMBER = "not_a_number", _("is not a number")
    NOT_WHOLE = "not_whole", _("is not a whole number")
    NEGATIVE = "negative", _("is less than nothing")
    TOO_LARGE = "too_large", _("is too large")
    TOO_LONG = "too_long", _("is too long")
    UNKNOWN_VALUE = "unknown_value", _("is a word the profile does not know")
    BEFORE_ARRIVAL = "before_arrival", _("lies before the arrival")
    AMBIGUOUS_DATE = "ambiguous_date", _("can be read as two different days: write the year first")
    LOST_DIGITS = "lost_digits", _("has lost its last digits in a spreadsheet: format the column as text")
    WRONG_NUMBER_OF_COLUMNS = "wrong_number_of_columns", _("is not the number of cells the header has")


class RejectedRow(models.Model):
    """A row that could not be brought in, kept whole with every reason, so that it can be put right and sent again.

    `row_number` is the one a spreadsheet shows. `problems` holds [column, value, reason] for each.
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rejected_rows")
    hotel = models.ForeignKey(Hotel, models.PROTECT, null=True, related_name="+")
    row_number = models.PositiveIntegerField()
    cells = models.JSONField()
    problems = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "row_number"], name="pms_rejected_row_once")]
