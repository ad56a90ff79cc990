"""The fact book: what a salesperson says of the hotel (ORG-07)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from roomnight.organization.models.hotels import Hotel


class FactKind(models.TextChoices):
    """The chapters of the fact book."""

    FOCUS = "focus", _("Product focus")
    ROOM = "room", _("Rooms and suites")
    HALL = "hall", _("Halls and meeting rooms")
    OUTLET = "outlet", _("Restaurants and outlets")
    SERVICE = "service", _("Services")
    PRICE = "price", _("Prices")
    BROCHURE = "brochure", _("Brochures")
    PRESS = "press", _("Press")
    TESTIMONIAL = "testimonial", _("What guests say")


class Fact(models.Model):
    """One entry of the fact book. A product focus and a price hold from a day, and until one if it is named."""

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="facts")
    kind = models.CharField(_("chapter"), max_length=12, choices=FactKind)
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("English title"), max_length=160, blank=True)
    text = models.TextField(_("text"), blank=True)
    text_en = models.TextField(_("English text"), blank=True)
    price = models.DecimalField(_("price"), max_digits=12, decimal_places=2, null=True, blank=True)
    unit = models.CharField(_("per"), max_length=30, blank=True)
    source = models.CharField(_("source"), max_length=160, blank=True)
    link = models.URLField(_("address on the web"), max_length=300, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    is_retired = models.BooleanField(_("retired"), default=False)
    checked_on = models.DateField(_("last checked on"))
    checked_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on__isnull=False, ends_on__gte=F("starts_on")),
                name="organization_fact_ends_later",
            ),
            models.CheckConstraint(
                condition=~Q(kind="focus") | Q(starts_on__isnull=False), name="organization_focus_has_its_day"
            ),
        ]
        indexes = [models.Index(fields=["hotel", "kind", "-starts_on"], name="organization_facts")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The title in the language in force."""
        return self.title_en if self.title_en and get_language() == "en" else self.title

    @property
    def words(self) -> str:
        """The text in the language in force."""
        return self.text_en if self.text_en and get_language() == "en" else self.text

    @property
    def hotel_code(self) -> str:
        return self.hotel.code
