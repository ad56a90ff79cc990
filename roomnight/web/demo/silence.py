"""Who is falling silent in the demo hotel, worked out as every morning."""

from __future__ import annotations

from datetime import date

from roomnight.insight.jobs import work_out_silences
from roomnight.kernel.commands import SYSTEM
from roomnight.organization.models import Hotel
from roomnight.pms.models import Side


def listen(*, hotel: Hotel, today: date) -> None:
    """Among companies and among agencies, as of a day."""
    for side in Side.values:
        work_out_silences(SYSTEM, hotel, side, today)
