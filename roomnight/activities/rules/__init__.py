"""What the hotel has decided about visits and follow-ups. Values in, value out."""

from roomnight.activities.rules import days, follow_ups, kits, plans, proposals, reports, visit_results

__all__ = ["days", "follow_ups", "kits", "plans", "proposals", "reports", "visit_results"]
