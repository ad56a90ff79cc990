"""Passwords, second factors and sessions of people, and what is written down of their coming and going (SEC-01)."""

from __future__ import annotations

import secrets
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.organization.access import Seat, may_manage
from roomnight.organization.locks import lift
from roomnight.organization.models import Staff

PASSWORD_RESET = gettext_noop("Your password was reset by %(by)s. If you did not ask for it, tell your administrator.")
PASSWORD_BY_MAIL = gettext_noop("Your password was reset by mail. If that was not you, tell your administrator.")
FACTOR_REMOVED = gettext_noop("A second factor of yours was removed. If that was not you, tell your administrator.")
FACTORS_RESET = gettext_noop("Your second factor was reset by %(by)s. Set up a new one under Me, Security.")
UNKNOWN_NAME = 0
"""The subject of lines about names that nobody has: what was typed is not kept, it may be a password."""


# What is written down


@command
def note_sign_in(*, actor: Actor, staff: Staff, how: str) -> None:
    """Somebody came in; `how` names the proofs they gave, such as password+totp."""
    record(staff, signed_in=how)


@command
def note_failed_sign_in(*, actor: Actor, staff: Staff | None, tries: int, how: str = "password") -> None:
    """Somebody gave a wrong proof; `tries` is the count within the quarter of an hour. Nothing typed is kept."""
    record(staff or Staff(pk=UNKNOWN_NAME), failed=how, tries=tries)


@command
def note_lock_out(*, actor: Actor, staff: Staff | None, minutes: int) -> None:
    """Too many wrong tries: this name rests for a while."""
    record(staff or Staff(pk=UNKNOWN_NAME), locked_minutes=minutes)


@command
def note_factor(*, actor: Actor, staff: Staff, kind: str, change: str, name: str = "") -> None:
    """A second factor was added, removed, renamed or made anew; of a removal the person is told."""
    record(staff, factor=kind, change=change, **({"name": name} if name else {}))
    if change == "removed" and kind != Authenticator.Type.RECOVERY_CODES:
        notify(staff.username, FACTOR_REMOVED, hotel_code="", is_urgent=True)


@command
def note_identity(*, actor: Actor, staff: Staff, provider: str, subject: str) -> None:
    """An identity of the single sign-on now stands for this person."""
    record(staff, single_sign_on=provider, identity=subject)


# One's own password and sessions


@command
def change_password(
    *, actor: Actor, staff: Staff, password: str, keep_session: str = "", by_mail: bool = False
) -> None:
    """Set the password a person has chosen; every other session of theirs ends. Refuses what the rules find weak."""
    _refuse_weak(staff, password)
    staff.set_password(password)
    staff.must_change_password = False
    staff.save(update_fields=["password", "must_change_password"])
    _forget_sessions(staff, keep=keep_session)
    record(staff, password="reset by mail" if by_mail else "changed")  # noqa: S106 (words, not passwords)
    if by_mail:
        notify(staff.username, PASSWORD_BY_MAIL, hotel_code="", is_urgent=True)


@command
def end_session(*, actor: Actor, staff: Staff, session: UserSession) -> None:
    """End one session of a person, on whatever device it is."""
    _end([session.session_key])
    record(staff, session_ended=session.ip)


@command
def end_other_sessions(*, actor: Actor, staff: Staff, keep_session: str) -> int:
    """End every session of a person but the present one; the caller carries the new stamp into that one."""
    staff.sessions_stamp = secrets.token_hex(8)
    staff.save(update_fields=["sessions_stamp"])
    ended = _forget_sessions(staff, keep=keep_session)
    record(staff, sessions_ended=ended)
    return ended


@command
def sign_out_everywhere(*, actor: Actor, staff: Staff) -> int:
    """End every session of a person, known or not, at once; their next page asks them to sign in."""
    _refuse_beyond(actor, staff)
    return _sign_out(staff)


# What administrators do for others


@command
def reset_password(*, actor: Actor, staff: Staff) -> str:
    """Give a person a new first password and return it; they must choose their own with it, and all their sessions end.

    Refuses oneself, who has left, and people beyond the actor's reach.
    """
    _refuse_beyond(actor, staff)
    if not staff.is_active:
        raise Refusal("staff.left", _("%(name)s has left.") % {"name": staff.label})
    if actor.code == staff.username:
        raise Refusal("staff.own_password", _("Change your own password under Me, Security."))
    password = secrets.token_urlsafe(9)
    staff.set_password(password)
    staff.must_change_password = True
    staff.save(update_fields=["password", "must_change_password"])
    _sign_out(staff)
    lift(staff)
    record(staff, password="reset")  # noqa: S106 (a word, not a password)
    notify(staff.username, PASSWORD_RESET, hotel_code="", is_urgent=True, by=actor.code)
    return password


@command
def unlock(*, actor: Actor, staff: Staff) -> None:
    """Let a person try again at once who was shut out after too many wrong tries."""
    _refuse_beyond(actor, staff)
    lift(staff)
    record(staff, unlocked=True)


@command
def reset_second_factor(*, actor: Actor, staff: Staff) -> Any:
    """Take away every second factor of a person who lost theirs, and end their sessions; the person is told."""
    _refuse_beyond(actor, staff)
    factors = Authenticator.objects.filter(user=staff)
    kinds = sorted(factors.values_list("type", flat=True))
    if not kinds:
        return UNCHANGED
    factors.delete()
    _sign_out(staff)
    lift(staff)
    record(staff, factors_removed=kinds)
    notify(staff.username, FACTORS_RESET, hotel_code="", is_urgent=True, by=actor.code)
    return kinds


def _refuse_beyond(actor: Actor, staff: Staff) -> None:
    """Help with signing in is given by who looks after the person at every hotel where they work."""
    if isinstance(actor, Seat) and not may_manage(actor, staff):
        raise Refusal("staff.beyond", _("Only the administrator of the installation may do this for this person."))


def _refuse_weak(staff: Staff, password: str) -> None:
    try:
        validate_password(password, staff)
    except ValidationError as weak:
        raise Refusal("staff.weak_password", " ".join(weak.messages), field="password1") from weak
    if staff.password and staff.check_password(password):
        raise Refusal("staff.same_password", _("This is the password you have. Choose another."), field="password1")


def _sign_out(staff: Staff) -> int:
    staff.sessions_stamp = secrets.token_hex(8)
    staff.save(update_fields=["sessions_stamp"])
    ended = _forget_sessions(staff)
    record(staff, sessions_ended=ended)
    return ended


def _forget_sessions(staff: Staff, keep: str = "") -> int:
    keys = UserSession.objects.filter(user=staff).exclude(session_key=keep).values_list("session_key", flat=True)
    return _end(list(keys))


def _end(keys: list[str]) -> int:
    ended, _by_table = Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    return ended
