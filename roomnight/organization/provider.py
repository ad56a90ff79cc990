"""The hotel's OpenID Connect provider, known to the sign-in library under the name it looks for: `provider`.

The library's own checks leave out two things: it takes an identity token that came over TLS without looking at its
signature, and it sends no nonce. Here both are asked for.
"""

from __future__ import annotations

import secrets
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

ALGORITHMS = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
"""Signatures with a key pair. A secret shared with the provider signs nothing."""
CLOCKS_APART_SECONDS = 60


class SignOnAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """The exchange with the provider."""

    nonce = ""

    def __init__(self, request: HttpRequest, provider_id: str = "sso") -> None:
        super().__init__(request, provider_id)

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("sso_callback"))

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider says of itself; it must be the one that was configured."""
        try:
            config: dict[str, Any] = super().openid_config
            wanted = {"issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"} - config.keys()
        except (ValueError, AttributeError) as error:
            raise OAuth2Error("the provider's description cannot be read") from error
        if wanted or config["issuer"].rstrip("/") != settings.SINGLE_SIGN_ON["issuer"].rstrip("/"):
            raise OAuth2Error("the provider's description is not whole, or another's")
        return config

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """The identity: a signed token for us and for this very sign-in, and what the provider tells about the person."""
        data = {"id_token": self.verified(app, str(kwargs["response"].get("id_token") or ""))}
        if "userinfo_endpoint" in self.openid_config:
            told = self._fetch_user_info(token.token)
            if told.get("sub") != data["id_token"]["sub"]:
                raise OAuth2Error("the provider tells of somebody else")
            data["userinfo"] = told
        return self.get_provider().sociallogin_from_response(request, data)

    def verified(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        """The claims of an identity token. Raises OAuth2Error for anything but a sound one, made for us and now."""
        try:
            header = jwt.get_unverified_header(id_token)
            if header.get("alg") not in ALGORITHMS:
                raise OAuth2Error("the identity token is not signed with a key pair")
            claims: dict[str, Any] = jwt.decode(
                id_token,
                self.signing_key(header.get("kid")),
                algorithms=[header["alg"]],
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                leeway=CLOCKS_APART_SECONDS,
                options={"require": ["iss", "sub", "aud", "exp", "iat"]},
            )
        except (jwt.PyJWTError, TypeError) as error:
            raise OAuth2Error("the identity token is not sound") from error
        if claims.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("the identity token is another's")
        if not self.nonce or not secrets.compare_digest(str(claims.get("nonce", "")), self.nonce):
            raise OAuth2Error("the identity token belongs to another sign-in")
        return claims

    def signing_key(self, kid: str | None) -> Any:
        """The provider's public key of that name; its only one where the token names none."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        fitting = [one for one in keys if one.key_id == kid or (kid is None and len(keys) == 1)]
        if not fitting:
            raise OAuth2Error("the identity token is signed with an unknown key")
        return fitting[0].key


class SingleSignOn(OpenIDConnectProvider):  # type: ignore[misc]
    """The one provider an installation may have."""

    id = "sso"
    name = "OpenID Connect"
    oauth2_adapter_class = SignOnAdapter
    pkce_enabled_default = True

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        return reverse("sso_login")

    def get_callback_url(self) -> str:
        return reverse("sso_callback")


class SignOnReturn(OAuth2CallbackView):  # type: ignore[misc]
    """Back from the provider: the nonce that was sent along is the one that must come back."""

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[dict[str, Any] | None, HttpResponse | None]:
        state, answer = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce", "")
        return state, answer


provider_classes = [SingleSignOn]
