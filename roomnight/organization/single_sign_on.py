"""Single sign-on (SEC-01): an identity of the hotel's provider stands for a member of staff who is there already, or for nobody."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from requests import RequestException

from roomnight.kernel.commands import SYSTEM
from roomnight.organization.access import staff_named, staff_with_email
from roomnight.organization.commands import note_failed_sign_in
from roomnight.organization.models import Staff
from roomnight.organization.provider import SignOnAdapter, SignOnReturn

logger = logging.getLogger(__name__)


class StaffIdentityAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Links identities to staff; makes nobody."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The one provider of the environment; none can be added in the database."""
        given = settings.SINGLE_SIGN_ON
        if not given or provider not in {None, "sso"}:
            return []
        return [
            SocialApp(
                provider="sso", provider_id="sso", name=given["name"], client_id=given["client_id"],
                secret=given["client_secret"], settings={"server_url": given["issuer"].rstrip("/")},
            )
        ]  # fmt: skip

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Let a known identity pass, link a new one to its member of staff, and turn everybody else away."""
        if sociallogin.is_existing:
            return
        claims = claims_of(sociallogin.account.extra_data)
        staff, why = staff_for(claims)
        if staff is None:
            note_failed_sign_in(actor=SYSTEM, staff=None, tries=1, how=f"single sign-on: {why}")
            context = {"why": why, "who": claims.get("email") or claims.get("preferred_username") or claims.get("name")}
            raise ImmediateHttpResponse(render(request, "socialaccount/refused.html", context, status=403))
        sociallogin.connect(request, staff)

    def on_authentication_error(self, request: HttpRequest, provider: Any, **kwargs: Any) -> None:
        logger.warning("single sign-on failed: %s %s", kwargs.get("error"), kwargs.get("exception"))

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """People are told at their bell."""


def claims_of(told: dict[str, Any]) -> dict[str, Any]:
    """What the provider says of a person. An address and whether it is confirmed come from one mouth."""
    signed, answered = told.get("id_token", {}), told.get("userinfo", {})
    mouth = signed if "email_verified" in signed else answered
    address = {"email": mouth.get("email"), "email_verified": mouth.get("email_verified")}
    return {**answered, **signed, **address}


def staff_for(claims: dict[str, Any]) -> tuple[Staff | None, str]:
    """The member of staff whom these claims name, or None and why: unverified, unknown, several."""
    if settings.SINGLE_SIGN_ON["match"] == "username":
        named = staff_named(str(claims.get("preferred_username") or ""))
        return (named, "") if named and named.is_active else (None, "unknown")
    if not claims.get("email") or str(claims.get("email_verified", "")).lower() != "true":
        return None, "unverified"
    found = staff_with_email(str(claims["email"]))
    if len(found) != 1:
        return None, "several" if found else "unknown"
    return found[0], ""


def to_provider(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider, with a nonce that must come back in the signed token."""
    provider = get_adapter().get_provider(request, "sso")
    nonce = secrets.token_urlsafe(24)
    try:
        answer: HttpResponse = provider.redirect(
            request, "login", next_url=get_next_redirect_url(request), auth_params={"nonce": nonce}, nonce=nonce
        )
    except (RequestException, OAuth2Error) as error:
        answer = render_authentication_error(request, provider, exception=error)
    return answer


def from_provider(request: HttpRequest) -> HttpResponse:
    """Take the answer of the provider, if it belongs to a sign-in that began in this browser."""
    answer: HttpResponse = SignOnReturn.adapter_view(SignOnAdapter(request))(request)
    return answer
