"""The pages at the door: signing in, and a way back in for who forgot (SEC-01)."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView, password_reset
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from roomnight.organization.http import StaffRequest
from roomnight.organization.single_sign_on import from_provider, to_provider
from roomnight.ui.page import page


class SignIn(LoginView):  # type: ignore[misc]
    """The sign-in page: name and password, a passkey, or the hotel's single sign-on."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"single_sign_on": settings.SINGLE_SIGN_ON.get("name", "")}


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_on(request: HttpRequest) -> HttpResponse:
    """To the hotel's own provider of identities, and back. Whoever only came by this address begins at the door."""
    if not settings.SINGLE_SIGN_ON:
        raise Http404("no single sign-on")
    return to_provider(request) if request.method == "POST" else redirect("account_login")


@login_not_required
def sign_on_return(request: HttpRequest) -> HttpResponse:
    """Back from the provider."""
    if not settings.SINGLE_SIGN_ON:
        raise Http404("no single sign-on")
    return from_provider(request)


@login_not_required
def sign_on_cancelled(request: StaffRequest) -> HttpResponse:
    """The person turned back at the provider."""
    return page(request, "socialaccount/cancelled.html")


@login_not_required
def forgotten(request: StaffRequest) -> HttpResponse:
    """A new password by mail; where the installation sends no mail, whom to ask."""
    if settings.EMAIL_HOST:
        answer: HttpResponse = password_reset(request)
        return answer
    return page(request, "account/password_ask.html")


@login_not_required
def inactive(request: StaffRequest) -> HttpResponse:
    """The name and the password were right, but the person works here no longer."""
    return page(request, "account/inactive.html", status=403)


def too_many(request: HttpRequest) -> HttpResponse:
    """More requests than a person sends."""
    return page(request, "account/too_many.html", status=429)  # type: ignore[arg-type]
