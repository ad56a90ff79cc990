"""What a position is there for (ORG-06)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from roomnight.organization.models.hotels import Department, Hotel


class PositionCard(models.Model):
    """A position card 岗位职责卡: title, direct superior, team, summary and duties. Several people may hold one position."""

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="position_cards")
    title = models.CharField(_("title"), max_length=60)
    title_en = models.CharField(_("English title"), max_length=80, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    superior = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="subordinates", verbose_name=_("direct superior")
    )
    team = models.CharField(_("team"), max_length=120, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    is_retired = models.BooleanField(_("retired"), default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hotel", "title"], name="organization_position_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The title in the language in force."""
        return self.title_en if self.title_en and get_language() == "en" else self.title

    @property
    def hotel_code(self) -> str:
        return self.hotel.code


class Duty(models.Model):
    """One duty of a position, with the page, record or procedure of this hotel that carries it out (the address below
    the hotel's own; empty for none)."""

    card = models.ForeignKey(PositionCard, models.CASCADE, related_name="duties")
    order = models.PositiveSmallIntegerField()
    text = models.CharField(_("duty"), max_length=300)
    link = models.CharField(_("carried out on"), max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["card", "order"], name="organization_duties_in_order")]
