"""People, the roles they have, and what a role may do."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from roomnight.organization.models.hotels import Department, Hotel


class StaffManager(BaseUserManager["Staff"]):
    """Finds people by their sign-in name."""

    def get_by_natural_key(self, username: str | None) -> Staff:
        return self.get(username=username)


class Theme(models.TextChoices):
    AUTO = "auto", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Staff(AbstractBaseUser):
    """A member of staff 员工. One who leaves is deactivated, never deleted (ORG-04)."""

    username = models.CharField(_("user name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("email"), blank=True)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    theme = models.CharField(_("theme"), max_length=5, choices=Theme, default=Theme.AUTO)
    is_active = models.BooleanField(_("active"), default=True)
    is_administrator = models.BooleanField(_("administers the installation"), default=False)
    joined_on = models.DateField(_("joined on"), auto_now_add=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    feed_key = models.CharField(max_length=43, null=True, unique=True)  # noqa: DJ001 (empty is not unique)
    last_hotel = models.ForeignKey(Hotel, models.SET_NULL, null=True, related_name="+")
    must_change_password = models.BooleanField(default=False)
    sessions_stamp = models.CharField(max_length=16, blank=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = StaffManager()

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the language in force."""
        return self.name_en if self.name_en and get_language() == "en" else self.name

    @property
    def code(self) -> str:
        """How the audit names this person."""
        return self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must carry to count: a new password or a new stamp ends them all, wherever they are (SEC-01)."""
        key_salt = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
        return salted_hmac(key_salt, self.password + self.sessions_stamp, secret=secret, algorithm="sha256").hexdigest()


class Role(models.Model):
    """A set of permissions that goes with a position (ORG-02). Shipped roles have a code; a hotel may edit what they grant.

    `based_on` is the shipped role that one of the hotel's own was copied from: what a later version ships for that one
    is offered to the copy as well.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    rank = models.PositiveSmallIntegerField(default=50)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="copies")

    class Meta:
        ordering = ["rank", "code"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the language in force."""
        return self.name_en if get_language() == "en" else self.name


class Scope(models.TextChoices):
    """How far a grant reaches, narrowest first (ORG-03)."""

    OWN = "own", _("own")
    SHARED = "shared", _("own and shared")
    TEAM = "team", _("the team's")
    DEPARTMENT = "department", _("the department's")
    HOTEL = "hotel", _("the hotel's")


class Action(models.TextChoices):
    READ = "read", _("see")
    CREATE = "create", _("add")
    EDIT = "edit", _("change")
    APPROVE = "approve", _("approve")
    EXPORT = "export", _("export")


class Grant(models.Model):
    """One cell of the permission matrix: this role may do this to these records within this reach. What is not granted is refused."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="grants")
    resource = models.CharField(max_length=60)
    action = models.CharField(max_length=10, choices=Action)
    scope = models.CharField(max_length=10, choices=Scope)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["role", "resource", "action"], name="organization_grant_once")]


class OfferedGrant(models.Model):
    """A cell of the shipped table that a role has been given once. Whatever a hotel made of it since is the hotel's own word."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="offers")
    resource = models.CharField(max_length=60)
    action = models.CharField(max_length=10, choices=Action)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["role", "resource", "action"], name="organization_offered_once")]


class Membership(models.Model):
    """A person's place at one hotel: department, role, and whom they report to. One department a hotel (ORG-02)."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="memberships")
    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="memberships")
    department = models.ForeignKey(Department, models.PROTECT, related_name="memberships")
    role = models.ForeignKey(Role, models.PROTECT, related_name="memberships")
    leader = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="led_memberships")
    title = models.CharField(_("title"), max_length=60, blank=True)
    position = models.ForeignKey(
        "organization.PositionCard",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("position card"),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "hotel"], name="organization_one_place_a_hotel"),
            models.CheckConstraint(
                condition=~models.Q(staff=models.F("leader")), name="organization_nobody_leads_oneself"
            ),
        ]
