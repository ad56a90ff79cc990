"""What holds when clients are screened and business is broken down; nothing here knows Django's records or the clock."""

from roomnight.insight.rules.values import CUTS, SALES_CLASSES, SCREENING_DUE, WEIGHTS

__all__ = ["CUTS", "SALES_CLASSES", "SCREENING_DUE", "WEIGHTS"]
