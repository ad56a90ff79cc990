"""What holds when clients are screened, evaluated and watched and business is broken down; nothing here knows Django's records
or the clock.
"""

from roomnight.insight.rules.churn_values import DRIVING_RULE, INACTIVE_DAYS, MONTHLY_MAX
from roomnight.insight.rules.evaluation_values import EVA_MONTHS
from roomnight.insight.rules.values import CUTS, SALES_CLASSES, SCREENING_DUE, WEIGHTS

__all__ = [
    "CUTS", "DRIVING_RULE", "EVA_MONTHS", "INACTIVE_DAYS", "MONTHLY_MAX", "SALES_CLASSES", "SCREENING_DUE", "WEIGHTS",
]  # fmt: skip
