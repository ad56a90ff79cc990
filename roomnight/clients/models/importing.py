"""Files of clients that are brought in: how they are read, how far they are, and which rows need somebody's word."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from roomnight.clients.models.accounts import Account
from roomnight.organization.models import Hotel


class ClientFileProfile(models.Model):
    """A hotel's word on which column of its client files is what, by the columns' names (ACC-08)."""

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="client_file_profiles")
    title = models.CharField(_("title"), max_length=80)
    columns = models.JSONField(default=dict)
    wish = models.JSONField(default=dict)
    made_by = models.CharField(max_length=60)
    made_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hotel", "title"], name="clients_file_profile_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def hotel_code(self) -> str:
        return self.hotel.code


class ImportState(models.TextChoices):
    """How far a file of clients is."""

    DRAFT = "draft", _("Which column is what")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("To be decided")
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")
    ABANDONED = "abandoned", _("Given up")
    UNDOING = "undoing", _("Being taken back")
    UNDONE = "undone", _("Taken back")


class ClientImport(models.Model):
    """One bringing-in of a file of clients (ACC-08): what it is read with, how far it is, and what came of its rows.

    While it is checked the counts say what would come of it. `rows_read` moves on in the transaction that stores those
    rows, so that one that was cut off goes on where it stopped.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="client_imports")
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField(default=0)
    sheet = models.CharField(_("sheet"), max_length=100, blank=True)
    heading_row = models.PositiveIntegerField(default=0)
    heading_lines = models.PositiveSmallIntegerField(default=0)
    columns = models.JSONField(default=dict)
    wish = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=ImportState, default=ImportState.DRAFT)
    refusal = models.TextField(blank=True)
    rows_total = models.PositiveIntegerField(_("rows"), default=0)
    rows_read = models.PositiveIntegerField(_("read"), default=0)
    lines_left_out = models.JSONField(default=list)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    skipped = models.PositiveIntegerField(_("skipped"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    duplicates = models.PositiveIntegerField(_("likely duplicates"), default=0)
    alike_in_file = models.PositiveIntegerField(_("like another row of the file"), default=0)
    people_created = models.PositiveIntegerField(_("new contacts"), default=0)
    people_updated = models.PositiveIntegerField(_("contacts changed"), default=0)
    actor = models.CharField(max_length=60)
    made_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    alive_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.file_name

    @property
    def hotel_code(self) -> str:
        return self.hotel.code


class ImportLine(models.Model):
    """A row of a file that needs somebody: one with problems, kept whole, or one that may be a client known already.

    `problems` holds [column, value, reason] for each; `candidates` says which clients, or earlier rows of the file, the row
    may be, the likeliest first; `decision` is skip, create, the id of the client it is, or “row 7”.
    """

    run = models.ForeignKey(ClientImport, models.CASCADE, related_name="lines")
    row_number = models.PositiveIntegerField()
    name = models.CharField(max_length=160, blank=True)
    cells = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    candidates = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    decision = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "row_number"], name="clients_import_line_once")]


class ImportedRow(models.Model):
    """Which client a row of a file became, so that the same row once more is known to be that client."""

    hotel = models.ForeignKey(Hotel, models.CASCADE, related_name="+", db_index=False)
    run = models.ForeignKey(ClientImport, models.CASCADE, related_name="rows")
    row_number = models.PositiveIntegerField()
    digest = models.CharField(max_length=32)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "row_number"], name="clients_imported_row_once")]
        indexes = [models.Index(fields=["hotel", "digest"], name="clients_imported_digest")]
