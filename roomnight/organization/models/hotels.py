"""The hotels of a group and their departments."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Group(models.Model):
    """A hotel group 集团; a single hotel is a group of one (ORG-01)."""

    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)

    def __str__(self) -> str:
        return self.name


class Hotel(models.Model):
    """One hotel 酒店, the border of every right: nobody sees another hotel's rows (ORG-01, ORG-03)."""

    group = models.ForeignKey(Group, models.PROTECT, related_name="hotels")
    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    city = models.CharField(_("city"), max_length=60, blank=True)
    district = models.CharField(_("district"), max_length=60, blank=True)
    room_count = models.PositiveIntegerField(_("rooms"), default=0)
    timezone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    is_demo = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the language in force."""
        return self.name_en if self.name_en and get_language() == "en" else self.name


class DepartmentKind(models.TextChoices):
    """The departments a hotel has (ORG-01)."""

    SALES = "sales", _("Sales & marketing")
    FRONT_OFFICE = "front_office", _("Front office")
    HOUSEKEEPING = "housekeeping", _("Housekeeping")
    FOOD_BEVERAGE = "food_beverage", _("Food & beverage")
    FINANCE = "finance", _("Finance")
    BANQUET = "banquet", _("Banquet & conference")
    SECURITY = "security", _("Security")
    TRANSPORT = "transport", _("Transport")
    CUSTOMER_SERVICE = "customer_service", _("Customer service")
    ADMINISTRATION = "administration", _("Administration & HR")
    GENERAL_AFFAIRS = "general_affairs", _("General affairs")
    EXECUTIVE_OFFICE = "executive_office", _("Executive office")
    GM_OFFICE = "gm_office", _("General manager's office")


class Department(models.Model):
    """A department 部门 of a hotel. One that is no longer needed is retired: who worked there stays known."""

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="departments")
    kind = models.CharField(_("kind"), max_length=20, choices=DepartmentKind)
    name = models.CharField(_("name"), max_length=80, blank=True)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    is_retired = models.BooleanField(_("retired"), default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hotel", "kind", "name"], name="organization_department_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The hotel's own name for it in the language in force, else the usual one."""
        own = self.name_en if self.name_en and get_language() == "en" else self.name
        return own or str(self.get_kind_display())
