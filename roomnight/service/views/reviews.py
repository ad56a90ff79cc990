"""Looking back at deals: one's own to write, the team's to read (SAT-03)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.service import access, commands
from roomnight.service.forms.reviews import CommentForm, ReviewForm
from roomnight.service.models import DealReview, ReviewState
from roomnight.service.queries.reviews import coaching
from roomnight.ui.page import page
from roomnight.ui.small_forms import small_form

TABS: Final = {"due": ReviewState.DUE, "written": ReviewState.WRITTEN, "read": ReviewState.READ}
ROWS: Final = 50
COACHED_DAYS: Final = 90


def in_tab(seat: Seat, name: str) -> QuerySet[DealReview]:
    """The deals that a tab holds, latest first."""
    return access.reviews(seat).filter(state=TABS[name]).order_by("-made_at", "-pk")


@needs("service.deal_review")
def review_list(request: DeskRequest) -> HttpResponse:
    """Deals to look back at, what was written, and what comes again with each representative."""
    seat = request.seat
    name = request.GET.get("tab", "") if request.GET.get("tab") in TABS else "due"
    labels = {
        "due": pgettext("deal review", "To write"), "written": pgettext("deal review", "To be read"),
        "read": pgettext("deal review", "Read"),
    }  # fmt: skip
    rows = list(in_tab(seat, name).select_related("hotel", "order__account", "staff", "read_by")[: ROWS + 1])
    is_coach = seat.may("service.deal_review", "approve")
    context = {
        "tab": name, "has_more": len(rows) > ROWS, "rows": rows[:ROWS],
        "views": [{"label": label, "url": f"?tab={tab}", "current": tab == name} for tab, label in labels.items()],
        "coached": coaching(access.reviews(seat), timezone.now() - timedelta(days=COACHED_DAYS)) if is_coach else [],
    }  # fmt: skip
    return page(request, "service/reviews.html", context)


@needs("service.deal_review")
def review(request: DeskRequest, pk: int) -> HttpResponse:
    """One look back, and the manager's word to it."""
    seat = request.seat
    one = access.review(seat, pk)
    context = {
        "one": one, "is_due": one.state == ReviewState.DUE,
        "may_write": one.state != ReviewState.READ and one.staff_id == seat.staff.pk and seat.may("service.deal_review", "edit"),
        "may_comment": one.state == ReviewState.WRITTEN and one.staff_id != seat.staff.pk
        and access.reviews(seat, "approve").filter(pk=pk).exists(),
        "sees_order": seat.may("orders.order"),
    }  # fmt: skip
    return page(request, "service/review.html", context)


@needs("service.deal_review", "edit")
def review_write(request: DeskRequest, pk: int) -> HttpResponse:
    """Write it, as long as nobody has read it."""
    seat = request.seat
    one = access.review(seat, pk, "edit")
    form = ReviewForm(request.POST if request.method == "POST" else None, review=one)
    return small_form(
        request, form, lambda data: commands.write_review(actor=seat, review=one, by=seat.staff, **data),
        title=_("Look back at the deal"), action=_("Save"), said=_("Kept: your manager reads it."), back=one.get_absolute_url(),
        detail=one.order.title, facts=[(_("Client"), one.order.account.name), (_("Order"), one.order.number)],
    )  # fmt: skip


@needs("service.deal_review", "approve")
def review_comment(request: DeskRequest, pk: int) -> HttpResponse:
    """The manager's word."""
    seat = request.seat
    one = access.review(seat, pk, "approve")
    form = CommentForm(request.POST if request.method == "POST" else None, review=one)
    return small_form(
        request, form, lambda data: commands.comment_review(actor=seat, review=one, by=seat.staff, **data),
        title=_("Your word to it"), action=_("Save"), said=_("Kept."), back=one.get_absolute_url(), detail=one.order.title,
        facts=[
            (_("Who made the deal"), one.staff.label), (_("How did it go?"), one.get_went_display()),
            (_("What was not good?"), "; ".join(one.slip_words) or "–"), (_("What will you do otherwise?"), one.otherwise or "–"),
        ],
    )  # fmt: skip
