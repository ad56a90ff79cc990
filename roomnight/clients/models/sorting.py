"""What a hotel sorts its clients by."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from roomnight.organization.models import Hotel, Staff


class Territory(models.Model):
    """A sales area of a hotel, by place or by trade."""

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="territories")
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hotel", "name"], name="clients_territory_once")]

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    """A word a hotel sorts its clients by."""

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="tags")
    name = models.CharField(_("name"), max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hotel", "name"], name="clients_tag_once")]

    def __str__(self) -> str:
        return self.name


class SavedView(models.Model):
    """A list as somebody likes it: filters, columns and order under a name, for oneself or the whole hotel (ACC-07)."""

    hotel = models.ForeignKey(Hotel, models.CASCADE, related_name="saved_views")
    owner = models.ForeignKey(Staff, models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=30)
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(max_length=1000)
    is_shared = models.BooleanField(_("for everybody"), default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hotel", "owner", "page", "name"], name="clients_view_once")]
