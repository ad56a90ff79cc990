"""Signing in through the library: staff are created by the hotel, never by signing up (SEC-01)."""

from __future__ import annotations

import base64
import hashlib
import math
import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.translation import gettext, ngettext, override
from django.utils.translation import gettext_lazy as _

from roomnight.kernel.commands import SYSTEM, Machine
from roomnight.organization.access import Outside, factors_of, home_of, places_of, staff_named
from roomnight.organization.commands import change_password, note_failed_sign_in, note_lock_out
from roomnight.organization.locks import name_key, seconds_left, tries
from roomnight.organization.models import Staff
from roomnight.organization.sign_in import asks_for_second_factor

MUST_SET_UP_FACTOR = "must_set_up_factor"
"""The word in a session whose owner must set up a second factor before anything else."""


def must_have_factor(staff: Staff) -> bool:
    """Whether a role of this person signs in with a second factor, by today's policies."""
    return asks_for_second_factor(places_of(staff), staff.is_administrator, timezone.localdate())


def has_factor(staff: Staff) -> bool:
    """Whether a person has a second factor; recovery codes alone are none."""
    return bool(_real(factors_of(staff)))


def _real(factors: list[Authenticator]) -> list[Authenticator]:
    return [one for one in factors if one.type != Authenticator.Type.RECOVERY_CODES]


def wait_words(seconds: int) -> str:
    """How long somebody who is shut out has to wait, and who can help."""
    minutes = max(1, math.ceil(seconds / 60))
    return ngettext(
        "Too many wrong tries. Try again in %(n)d minute, or ask your administrator to unlock you.",
        "Too many wrong tries. Try again in %(n)d minutes, or ask your administrator to unlock you.",
        minutes,
    ) % {"n": minutes}


def witness(staff: Staff | None) -> Machine:
    """The system as the one who writes down what nobody signed for, in the trail of the person's hotel."""
    return Machine(SYSTEM.code, home_of(staff) if staff else "")


def note_wrong_try(staff: Staff | None, key: str, how: str) -> None:
    """Write down a wrong password or code, and the lock-out when it was one too many."""
    note_failed_sign_in(actor=witness(staff), staff=staff, tries=tries(key), how=how)
    if left := seconds_left(key):
        note_lock_out(actor=witness(staff), staff=staff, minutes=math.ceil(left / 60))


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes self-registration, says how long a lock-out lasts, and passes passwords through the command."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("The user name and the password do not belong together."),
        "too_many_login_attempts": _(
            "Too many wrong tries. Wait a quarter of an hour, or ask your administrator to unlock you."
        ),
        "rate_limited": _("Too many wrong tries. Wait a quarter of an hour, or ask your administrator to unlock you."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_password": _("This is not your password."),
        "incorrect_code": _("This code is not right, or no longer."),
        "invalid_password_reset": _("This link is no longer good."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, request: HttpRequest, level: int, *args: Any, message: Any = None, **kwargs: Any) -> None:
        """Only what went wrong: after what went right the page that follows says enough."""
        if message and level == messages.ERROR:
            messages.error(request, str(message))

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """People are told at their bell."""

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return name_key(credentials.get("username", ""))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Let a try in, or say how long to wait."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as refused:
            left = seconds_left(name_key(credentials.get("username", "")), request)
            raise ValidationError(wait_words(left), code="too_many_login_attempts") from refused

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        username = credentials.get("username", "")
        note_wrong_try(staff_named(username), name_key(username), "password")

    def set_password(self, user: Staff, password: str) -> None:
        """Keep a new password: chosen by the person themselves, or by whoever holds the link that was mailed to them."""
        own = self.request is not None and self.request.user.is_authenticated
        key = (self.request.session.session_key or "") if own else ""
        change_password(actor=Outside(user), staff=user, password=password, keep_session=key, by_mail=not own)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mail in the language of the one who reads it."""
        with override(getattr(context.get("user"), "language", settings.LANGUAGE_CODE)):
            super().send_mail(template_prefix, email, context)

    def get_from_email(self) -> str:
        return settings.DEFAULT_FROM_EMAIL

    def format_email_subject(self, subject: str) -> str:
        return subject


def _chest() -> Fernet:
    """What seals the secrets of second factors in the database: a key made from the installation's own secret."""
    key = hashlib.sha256(b"roomnight.second-factor" + force_bytes(settings.SECRET_KEY)).digest()
    return Fernet(base64.urlsafe_b64encode(key))


class StaffFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: sealed in the database, named in our words, and not to be taken off where a role needs one."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not right, or no longer."),
        "cannot_delete_authenticator": _(
            "Your role signs in with a second factor. Add another one before you remove this."
        ),
        "cannot_generate_recovery_codes": _("Recovery codes come with a second factor. Set up one first."),
    }

    def encrypt(self, text: str) -> str:
        return _chest().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What was sealed; where the installation's secret was lost, something that no code ever matches."""
        try:
            return _chest().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one of a person whose role needs a second factor."""
        staff = authenticator.user
        return any(one.pk != authenticator.pk for one in _real(factors_of(staff))) or not must_have_factor(staff)

    def generate_authenticator_name(self, user: Staff, type: Authenticator.Type) -> str:
        count = sum(one.type == type for one in factors_of(user))
        return gettext("Passkey %(n)d") % {"n": count + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Roomnight"}

    def _get_user_identifier(self, user: Staff) -> str:
        return user.username

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """People are told at their bell."""
