"""Shared reads of what the PMS brought: profiles, production, and who has gone quiet."""

from roomnight.pms.queries.charges import (
    ProductTotal,
    kept_charges,
    recount_charges,
    spending,
    totals_by_currency,
)
from roomnight.pms.queries.production import (
    AccountFigures,
    Month,
    account_months,
    month_after,
    production,
    recount,
    rolling_figures,
)
from roomnight.pms.queries.profiles import KnownProfile, known_profiles, profile_for, profiles_that_fit, shipped_samples
from roomnight.pms.queries.samples import Sample, sample, values_of
from roomnight.pms.queries.silence import (
    Brought,
    Quiet,
    account_silence,
    brought_by,
    gone_quiet,
    kept_habits,
    quiet_accounts,
    silences,
)

__all__ = [
    "AccountFigures",
    "Brought",
    "KnownProfile",
    "Month",
    "ProductTotal",
    "Quiet",
    "Sample",
    "account_months",
    "account_silence",
    "brought_by",
    "gone_quiet",
    "kept_charges",
    "kept_habits",
    "known_profiles",
    "month_after",
    "production",
    "profile_for",
    "profiles_that_fit",
    "quiet_accounts",
    "recount",
    "recount_charges",
    "rolling_figures",
    "sample",
    "shipped_samples",
    "silences",
    "spending",
    "totals_by_currency",
    "values_of",
]
