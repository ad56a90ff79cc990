"""The private calendar address: visits and follow-ups of one person, for phones and mail programs that subscribe (BRD-03)."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from roomnight.activities.queries import feed_items
from roomnight.kernel.feed import calendar_feed
from roomnight.organization.access import hotels, seat_at, staff_by_feed_key

BACK, AHEAD = timedelta(days=60), timedelta(days=365)


@login_not_required
@require_safe
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """The calendar behind a private address, in the person's language; 404 for one that is unknown, closed or replaced."""
    staff = staff_by_feed_key(key)
    seats = [seat_at(staff, hotel.code) for hotel in hotels(staff)] if staff else []
    if staff is None or not seats:
        raise Http404
    with translation.override(staff.language):
        items = [
            item
            for seat in seats
            for item in feed_items(seat, seat.today - BACK, seat.today + AHEAD, request.build_absolute_uri)
        ]
        name = _("%(name)s: visits and follow-ups") % {"name": staff.label}
        data = calendar_feed(name, seats[0].zone, items)
    response = HttpResponse(data, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="roomnight.ics"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
