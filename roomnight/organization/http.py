"""Who asks, in which language, from which desk: decided once per request, before any view runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from allauth.core.internal.httpkit import get_client_ip
from allauth.usersessions.models import UserSession
from django.contrib.auth import logout, update_session_auth_hash
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import get_language_from_request
from django_htmx.http import HttpResponseClientRedirect

from roomnight.kernel.commands import coming_from
from roomnight.kernel.policy import policies_held
from roomnight.organization.access import Seat, seat_at
from roomnight.organization.login import MUST_SET_UP_FACTOR, has_factor
from roomnight.organization.models import Staff
from roomnight.organization.sign_in import IDLE_MINUTES
from roomnight.ui.page import Request

Respond = Callable[[HttpRequest], HttpResponse]
P = ParamSpec("P")


class StaffRequest(Request):
    """A request of somebody who has signed in."""

    user: Staff


class DeskRequest(StaffRequest):
    """A request at one hotel: the person's seat there is known."""

    seat: Seat


DeskView = Callable[Concatenate[DeskRequest, P], HttpResponse]


def needs(resource: str, action: str = "read") -> Callable[[DeskView[P]], DeskView[P]]:
    """What a page of a hotel asks of the seat; without the grant it is refused with 403. Every such page says it (SEC-02)."""

    def guard(view: DeskView[P]) -> DeskView[P]:
        @wraps(view)
        def guarded(request: DeskRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.seat.may(resource, action):
                raise PermissionDenied(f"{resource}.{action}")
            return view(request, *args, **kwargs)

        guarded.needs = (resource, action)  # type: ignore[attr-defined]
        return guarded

    return guard


def everyone_here(view: DeskView[P]) -> DeskView[P]:
    """A page that everybody with a seat at the hotel may open."""
    view.needs = None  # type: ignore[attr-defined]
    return view


class PreferredLanguage:
    """The person's own language; before sign-in the one chosen in the cookie, else the browser's."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = getattr(request, "user", None)
        language = user.language if isinstance(user, Staff) or getattr(user, "is_authenticated", False) else ""  # type: ignore[union-attr]
        with translation.override(language or get_language_from_request(request)):
            cast(Any, request).LANGUAGE_CODE = translation.get_language()
            response = self.respond(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "zh-hans")
            return response


class AtTheDesk:
    """Takes the hotel out of the address, seats the person there (or answers 404), and keeps the request's policies and origin."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with coming_from(f"web {get_client_ip(request) or ''}"), policies_held():
            try:
                return self.respond(request)
            finally:
                timezone.deactivate()

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        if "hotel" not in kwargs:
            return
        if not hasattr(view, "needs"):
            raise ImproperlyConfigured(f"{view.__module__}.{view.__name__} does not say what it needs")
        seat = seat_at(cast(Staff, request.user), kwargs.pop("hotel"))
        cast(DeskRequest, request).seat = seat
        timezone.activate(seat.zone)


SEEN = "seen"
"""The word in a session for the moment of its last use, in seconds since 1970."""
SEEN_EVERY_SECONDS = 300
AT_ANY_TIME = {
    "account_logout", "entry:language", "entry:theme", "entry:csrf", "entry:offline", "entry:health",
    "entry:service_worker", "entry:manifest",
}  # fmt: skip
WHILE_SETTING_UP = AT_ANY_TIME | {
    "entry:security", "account_reauthenticate", "account_change_password", "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn", "mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes",
}  # fmt: skip


class BehindTheDoor:
    """Who has signed in goes on only with a session in use, a password of their own, and the second factor their role asks for."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.respond(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> HttpResponse | None:
        user = request.user
        if not isinstance(user, Staff) or request.resolver_match is None:
            return None
        if has_rested_too_long(request):
            logout(request)
            ask = urlencode({"idle": "1", "next": request.get_full_path()})
            return _sent_to(request, f"{reverse('account_login')}?{ask}")
        name = request.resolver_match.view_name
        if user.must_change_password:
            allowed, wanted = AT_ANY_TIME | {"account_change_password"}, "account_change_password"
        elif owes_factor(request, user):
            allowed, wanted = WHILE_SETTING_UP, "entry:security"
        else:
            return None
        return None if name in allowed else _sent_to(request, reverse(wanted))


def owes_factor(request: HttpRequest, staff: Staff) -> bool:
    """Whether the second factor that was asked for when this session began is still missing."""
    if not request.session.get(MUST_SET_UP_FACTOR):
        return False
    if has_factor(staff):
        del request.session[MUST_SET_UP_FACTOR]
        return False
    return True


def _sent_to(request: HttpRequest, url: str) -> HttpResponse:
    return HttpResponseClientRedirect(url) if cast(Request, request).htmx else HttpResponseRedirect(url)


def has_rested_too_long(request: HttpRequest) -> bool:
    """Whether a session on a shared computer was left alone for too long; else its use is noted, every few minutes.

    A device on which somebody stays signed in counts by the age of its cookie alone.
    """
    now, seen = time.time(), request.session.get(SEEN)
    if seen is not None and now - seen < SEEN_EVERY_SECONDS:
        return False
    seat: Seat | None = getattr(request, "seat", None)
    rest = IDLE_MINUTES.at(seat.hotel_code if seat else "", timezone.localdate())
    if seen is not None and request.session.get_expire_at_browser_close() and now - seen > rest * 60:
        return True
    request.session[SEEN] = now
    UserSession.objects.create_from_request(request)
    return False


def carry_on(request: HttpRequest) -> None:
    """Keep the present session when all others of its owner have just lost their stamp."""
    before = request.session.session_key
    update_session_auth_hash(request, cast(Staff, request.user))
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)
