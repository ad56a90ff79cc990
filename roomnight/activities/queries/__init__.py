"""Shared reads about visits: whom to visit, who is out, who has gone home, who is covered, what to thank for."""

from roomnight.activities.queries.coverage import Coverage, CoverageRow, coverage
from roomnight.activities.queries.days import DaySheet, OpenVisit, day_sheet_of, day_sheets
from roomnight.activities.queries.feed import feed_items
from roomnight.activities.queries.gratitude import LastStay, Thanks, thanks_for
from roomnight.activities.queries.outings import Outing, who_is_out
from roomnight.activities.queries.proposing import clients_to_weigh, limits_of

__all__ = [
    "Coverage",
    "CoverageRow",
    "DaySheet",
    "LastStay",
    "OpenVisit",
    "Outing",
    "Thanks",
    "clients_to_weigh",
    "coverage",
    "day_sheet_of",
    "day_sheets",
    "feed_items",
    "limits_of",
    "thanks_for",
    "who_is_out",
]
