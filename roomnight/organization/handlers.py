"""What the sign-in library tells us becomes lines of the audit trail, and marks in the session (SEC-01)."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from allauth.socialaccount.signals import social_account_added
from django.contrib.auth.signals import user_logged_in as session_begun
from django.dispatch import receiver
from django.http import HttpRequest

from roomnight.organization.access import Outside
from roomnight.organization.commands import note_factor, note_identity, note_sign_in
from roomnight.organization.http import SEEN
from roomnight.organization.locks import code_key
from roomnight.organization.login import MUST_SET_UP_FACTOR, has_factor, must_have_factor, note_wrong_try
from roomnight.organization.models import Staff


@receiver(session_begun, dispatch_uid="roomnight.session_begun")
def mark_session(request: HttpRequest, user: Staff, **kwargs: Any) -> None:
    """A session knows when it was last used, and whether its owner still owes a second factor."""
    request.session[SEEN] = time.time()
    if must_have_factor(user) and not has_factor(user):
        request.session[MUST_SET_UP_FACTOR] = True
    else:
        request.session.pop(MUST_SET_UP_FACTOR, None)


@receiver(user_logged_in, dispatch_uid="roomnight.signed_in")
def signed_in(request: HttpRequest, user: Staff, **kwargs: Any) -> None:
    """Write down who came in, and by which proofs. Whoever was not asked whether to stay signed in does not."""
    if "_session_expiry" not in request.session:
        request.session.set_expiry(0)
    proofs = [one.get("type") or one["method"] for one in get_authentication_records(request, user)]
    note_sign_in(actor=Outside(user), staff=user, how="+".join(proofs))


@receiver(authenticator_added, dispatch_uid="roomnight.factor_added")
def factor_added(request: HttpRequest, user: Staff, authenticator: Authenticator, **kwargs: Any) -> None:
    note_factor(actor=Outside(user), staff=user, kind=authenticator.type, change="added")


@receiver(authenticator_removed, dispatch_uid="roomnight.factor_removed")
def factor_removed(request: HttpRequest, user: Staff, authenticator: Authenticator, **kwargs: Any) -> None:
    note_factor(actor=Outside(user), staff=user, kind=authenticator.type, change="removed")


@receiver(authenticator_reset, dispatch_uid="roomnight.factor_reset")
def factor_reset(request: HttpRequest, user: Staff, authenticator: Authenticator, **kwargs: Any) -> None:
    note_factor(actor=Outside(user), staff=user, kind=authenticator.type, change="made anew")


@receiver(authentication_failed, dispatch_uid="roomnight.wrong_code")
def wrong_code(request: HttpRequest, user: Staff, authenticator: Authenticator, **kwargs: Any) -> None:
    """A wrong code is counted, and written down with the count."""
    note_wrong_try(user, code_key(user), authenticator.type)


@receiver(social_account_added, dispatch_uid="roomnight.identity_added")
def identity_added(request: HttpRequest, sociallogin: Any, **kwargs: Any) -> None:
    staff, account = sociallogin.user, sociallogin.account
    note_identity(actor=Outside(staff), staff=staff, provider=account.provider, subject=account.uid)
