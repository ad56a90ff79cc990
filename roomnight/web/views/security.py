"""A person's own sign-in: password, second factor, passkeys and sessions (SEC-01)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from allauth.mfa.adapter import get_adapter
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.webauthn.views import EditWebAuthnView, RemoveWebAuthnView
from django.contrib.auth import logout
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from roomnight.organization.access import (
    Outside,
    hotels,
    identities_of,
    sessions_of,
)
from roomnight.organization.commands import (
    end_other_sessions,
    end_session,
    note_factor,
)
from roomnight.organization.devices import device_name
from roomnight.organization.http import DeskRequest, StaffRequest, carry_on, everyone_here
from roomnight.organization.login import MUST_SET_UP_FACTOR
from roomnight.organization.views.sign_in import keys_of
from roomnight.ui.page import done, page


def own_page(request: StaffRequest, context: dict[str, Any]) -> HttpResponse:
    """The page about one's own sign-in, in the frame of a hotel or at the door."""
    sessions = [
        {"row": one, "device": device_name(one.user_agent), "here": one.session_key == request.session.session_key}
        for one in sessions_of(request.user)
    ]
    context |= {
        **keys_of(request.user),
        "sessions": sessions,
        "has_others": any(not one["here"] for one in sessions),
        "identities": identities_of(request.user),
        "must_set_up": request.session.get(MUST_SET_UP_FACTOR, False),
    }
    return page(request, "web/security.html", context)


@never_cache
def security(request: StaffRequest) -> HttpResponse:
    """To the page at the desk where one worked last; at the door for who has no desk, or owes a second factor."""
    mine = [] if request.session.get(MUST_SET_UP_FACTOR) else list(hotels(request.user))
    if not mine:
        return own_page(request, {"frame": "ui/door.html"})
    last = next((hotel for hotel in mine if hotel.pk == request.user.last_hotel_id), mine[0])
    return redirect("web:security", hotel=last.code)


@everyone_here
@never_cache
def security_here(request: DeskRequest) -> HttpResponse:
    """Me, Security: how one signs in, and where one is signed in."""
    back = {"crumbs": [(_("Me"), request.seat.url("web:me"))], "back_url": request.seat.url("web:me")}
    return own_page(request, {"frame": "ui/base.html", **back})


@require_POST
def session_end(request: StaffRequest, pk: int) -> HttpResponse:
    """Sign one device out."""
    session = next((one for one in sessions_of(request.user) if one.pk == pk), None)
    if session is None:
        raise Http404(str(pk))
    if session.session_key == request.session.session_key:
        logout(request)
        return redirect("account_login")
    end_session(actor=Outside(request.user), staff=request.user, session=session)
    return done(request, reverse("entry:security"), _("That device is signed out."))


@require_POST
def sessions_end(request: StaffRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    key = request.session.session_key or ""
    end_other_sessions(actor=Outside(request.user), staff=request.user, keep_session=key)
    carry_on(request)
    return done(request, reverse("entry:security"), _("You are signed out everywhere else."))


@method_decorator(never_cache, name="dispatch")
class RecoveryCodes(ViewRecoveryCodesView):  # type: ignore[misc]
    """The codes, shown once, with a file of them to keep."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        lines = [f"Roomnight · {self.request.get_host()} · {self.request.user}", "", *context["unused_codes"]]
        context["file"] = f"data:text/plain;charset=utf-8,{quote(chr(10).join(lines))}"
        return context


class RenamePasskey(EditWebAuthnView):  # type: ignore[misc]
    """Another name for a passkey."""

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        staff = self.request.user
        note_factor(actor=Outside(staff), staff=staff, kind="webauthn", change="renamed", name=str(self.object))
        return answer


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]
    """Take a passkey off, unless it is the last factor of a person whose role needs one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"refused": self.refusal()}

    def refusal(self) -> str:
        adapter = get_adapter()
        if adapter.can_delete_authenticator(self.object):
            return ""
        return str(adapter.error_messages["cannot_delete_authenticator"])

    def form_valid(self, form: Any) -> HttpResponse:
        if self.refusal():
            answer: HttpResponse = self.render_to_response(self.get_context_data(), status=422)
        else:
            answer = super().form_valid(form)
        return answer
