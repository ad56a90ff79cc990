"""Files that lie in a watched folder (PMS-01)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from roomnight.organization.models import Hotel
from roomnight.pms.models.runs import ImportRun


class InboxState(models.TextChoices):
    """How far a file of the watched folder is."""

    GROWING = "growing", _("Being written")
    TAKEN = "taken", _("Taken in")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class InboxFile(models.Model):
    """A file that was seen in a hotel's folder, and what became of it.

    `size_bytes` and `changed_ns` are those of the last look: a file that stays the same from one look to the next is
    complete. One content is brought in once at a time for each folder, whatever the number of workers.
    """

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="inbox_files")
    folder = models.CharField(max_length=60)
    name = models.CharField(_("file"), max_length=200)
    size_bytes = models.BigIntegerField()
    changed_ns = models.BigIntegerField()
    seen_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(_("state"), max_length=7, choices=InboxState, default=InboxState.GROWING)
    reason = models.TextField(blank=True)
    is_moved = models.BooleanField(default=False)
    run = models.ForeignKey(ImportRun, models.SET_NULL, null=True, related_name="inbox_files")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hotel", "folder", "sha256"],
                condition=models.Q(state="taken"),
                name="pms_inbox_content_once",
            ),
            models.UniqueConstraint(
                fields=["hotel", "folder", "name"], condition=models.Q(is_moved=False), name="pms_inbox_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
