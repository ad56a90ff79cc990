"""Cases about an application for credit: how it is found for a person, and what a case knows of it from its start (PRC-03, CRD-02)."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from roomnight.credit.access import application
from roomnight.credit.models import CreditApplication
from roomnight.organization.access import Seat
from roomnight.procedures.subjects import About, facts, subject

KIND = "credit.creditapplication"


@subject(KIND)
def application_of(seat: Seat, pk: int) -> About | None:
    """An application within reach."""
    try:
        found = application(seat, pk)
    except Http404:
        return None
    return About(f"{KIND}:{found.pk}", str(found), found.get_absolute_url())


@facts(KIND)
def facts_of(pk: int) -> dict[str, Any]:
    """What stands on the application."""
    one = CreditApplication.objects.select_related("account").filter(pk=pk).first()
    if one is None:
        return {}
    return {
        "application_number": one.number, "client": one.client_name or one.account.name, "kind": one.kind,
        "limit": str(one.limit or ""), "grade": one.grade,
    }  # fmt: skip
