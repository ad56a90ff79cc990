"""The forms at the door: the sign-in library's own checks under our words (SEC-01)."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm as LibraryChangePasswordForm
from allauth.account.forms import ReauthenticateForm as LibraryConfirmForm
from allauth.account.forms import ResetPasswordForm as LibraryResetForm
from allauth.account.forms import ResetPasswordKeyForm as LibraryNewPasswordForm
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from roomnight.organization.models import Staff

USED_CODE_SECONDS = 120
"""Longer than a code of the app can be right, so that each is good once only."""
NAME_LENGTH = 60
PASSWORD_RULES = _("At least ten characters; not only digits, not a common one, not like your name.")


class Worded(forms.Form):
    """A form of the library whose fields carry our labels and hints and no words inside the controls."""

    words: dict[str, tuple[Any, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, hint) in self.words.items():
            field = self.fields[name]
            field.label, field.help_text = label, hint
            field.widget.attrs.pop("placeholder", None)


class NewPassword(Worded):
    """A form with a new password in it, which must not be the present one."""

    user: Staff | None

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        if self.user is not None and self.user.check_password(password):
            raise ValidationError(_("This is the password you have. Choose another."), code="same_password")
        return password


class ChangePasswordForm(NewPassword, LibraryChangePasswordForm):  # type: ignore[misc]
    """A person's own password, changed by themselves."""

    words = {
        "oldpassword": (_("Present password"), ""),
        "password1": (_("New password"), PASSWORD_RULES),
        "password2": (_("New password again"), ""),
    }


class ResetPasswordForm(Worded, LibraryResetForm):  # type: ignore[misc]
    """Where to send the link for a new password."""

    words = {"email": (_("Email"), _("The address the hotel has on your staff record."))}


class NewPasswordForm(NewPassword, LibraryNewPasswordForm):  # type: ignore[misc]
    """A new password, by the link that was mailed."""

    words = {"password1": (_("New password"), PASSWORD_RULES), "password2": (_("New password again"), "")}


class ConfirmByPasswordForm(Worded, LibraryConfirmForm):  # type: ignore[misc]
    """That it is still the same person, by the password."""

    words = {"password": (_("Password"), "")}


class OnceOnly(BaseAuthenticateForm):  # type: ignore[misc]
    """A code that was used is used up, for as long as it would be right."""

    def clean_code(self) -> str:
        key = f"used-code:{self.user.pk}:{self.cleaned_data['code'].strip()}"
        if cache.get(key):
            raise ValidationError(_("This code was used already. Wait for the next one."), code="used_code")
        code: str = super().clean_code()
        cache.set(key, True, USED_CODE_SECONDS)
        return code


class SecondFactorForm(Worded, OnceOnly, AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""

    words = {"code": (_("Code"), _("Six digits from your app, or one of your recovery codes."))}


class ConfirmByCodeForm(Worded, OnceOnly, ReauthenticateForm):  # type: ignore[misc]
    """That it is still the same person, by a code."""

    words = {"code": (_("Code"), _("Six digits from your app, or one of your recovery codes."))}


class AuthenticatorAppForm(Worded, ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an app that was just set up."""

    words = {"code": (_("Code from the app"), _("Six digits; they change every half minute."))}


class NewPasskeyForm(Worded, AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey."""

    words = {
        "name": (_("Name of this passkey"), _("So that you know it again, such as: my phone.")),
        "passwordless": (
            _("Sign in with it alone, without a password"),
            _("It then asks for your finger, face or PIN. Without the tick it is a second step after the password."),
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _limit(self.fields["name"])
        self.fields["passwordless"].initial = True


class PasskeyNameForm(Worded, EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    words = {"name": (_("Name of this passkey"), "")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _limit(self.fields["name"])


def _limit(field: forms.Field) -> None:
    field.validators.append(MaxLengthValidator(NAME_LENGTH))
    field.widget.attrs["maxlength"] = str(NAME_LENGTH)
