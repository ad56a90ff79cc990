"""How a colleague signs in, and what helps one who cannot (SEC-01)."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from roomnight.kernel.errors import Refusal
from roomnight.organization.access import factors_of, identities_of, sessions_of
from roomnight.organization.commands import reset_second_factor, sign_out_everywhere, unlock
from roomnight.organization.devices import device_name
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.locks import is_locked
from roomnight.organization.models import Staff
from roomnight.organization.views.staff import managed, to_staff
from roomnight.ui.page import done, page, refused


def keys_of(staff: Staff) -> dict[str, Any]:
    """A person's second factors as a page shows them."""
    found = factors_of(staff)
    kinds = Authenticator.Type
    codes = next((one for one in found if one.type == kinds.RECOVERY_CODES), None)
    return {
        "app": next((one for one in found if one.type == kinds.TOTP), None),
        "passkeys": [one for one in found if one.type == kinds.WEBAUTHN],
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else None,
    }


@needs("organization.staff", "edit")
@never_cache
def person_sign_in(request: DeskRequest, pk: int) -> HttpResponse:
    """A colleague's second factors and sessions, and the ways to help: unlock, reset the second factor, sign out."""
    place = managed(request, pk)
    staff = place.staff
    here = request.seat.url("organization:person_sign_in", pk=pk)
    deeds = {"unlock": unlock, "factor": reset_second_factor, "sign_out": sign_out_everywhere}
    said = {
        "unlock": _("%(name)s can try again."),
        "factor": _("The second factor of %(name)s is gone."),
        "sign_out": _("%(name)s is signed out everywhere."),
    }
    deed = request.POST.get("deed", "")
    if deed in deeds:
        try:
            deeds[deed](actor=request.seat, staff=staff)
        except Refusal as refusal:
            return refused(request, here, refusal)
        return done(request, here, said[deed] % {"name": staff.label})
    context = {
        "colleague": staff,
        "locked": is_locked(staff),
        "sessions": [{"row": one, "device": device_name(one.user_agent)} for one in sessions_of(staff)],
        "identities": identities_of(staff),
        **keys_of(staff),
        **to_staff(request, place),
    }
    return page(request, "organization/sign_in.html", context, 422 if request.method == "POST" else 200)
