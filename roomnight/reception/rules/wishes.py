"""By when a guest's wish has to have arrived where he goes next (FO-04)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from roomnight.kernel.policy import Policy

WISH_MINUTES = Policy(
    "reception.wish_minutes", 30, label=_("Minutes within which the next department has a guest's wish, where no hour is said"),
    source="FO-04", kind="minutes", check=lambda minutes: 5 <= minutes <= 1440,
)  # fmt: skip
WISH_DAYS = Policy(
    "reception.wish_days", 730, label=_("Days a guest's wish is kept for the next stay"), source="FO-04", kind="days",
    check=lambda days: 30 <= days <= 3650,
)  # fmt: skip


def needed_by(noted_at: datetime, said: datetime | None, minutes: int) -> datetime:
    """The hour that was said, else so many minutes from now; never before it was noted."""
    return max(said, noted_at) if said is not None else noted_at + timedelta(minutes=minutes)
