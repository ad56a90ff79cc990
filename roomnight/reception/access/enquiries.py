"""Enquiries and visitors, for whoever takes them; those about a confidential guest look like those about nobody (PRV-03)."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import Http404

from roomnight.organization.access import Seat
from roomnight.pms.access import of_hidden_stays
from roomnight.reception.models import Enquiry, EnquiryState, Visitor


def enquiries(seat: Seat, action: str = "read") -> QuerySet[Enquiry]:
    """The enquiries of this hotel, latest first."""
    if not seat.may("reception.enquiry", action):
        return Enquiry.objects.none()
    found = Enquiry.objects.filter(hotel=seat.hotel).select_related("hotel", "by").order_by("-pk")
    return found.exclude(of_hidden_stays(seat) & ~Q(state=EnquiryState.ANSWERED))


def enquiry(seat: Seat, pk: int, action: str = "read") -> Enquiry:
    """One of them, or 404."""
    found = enquiries(seat, action).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def visitors(seat: Seat) -> QuerySet[Visitor]:
    """The visitors of this hotel, those in the house first."""
    if not seat.may("reception.enquiry"):
        return Visitor.objects.none()
    found = Visitor.objects.filter(hotel=seat.hotel).select_related("enquiry", "registered_by")
    return found.exclude(of_hidden_stays(seat)).order_by("left_at", "leave_by", "pk")


def visitor(seat: Seat, pk: int) -> Visitor:
    """One of them, or 404."""
    found = visitors(seat).select_related("hotel", "enquiry__hotel").filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found
