"""The numbers of credit that a hotel may change (CRD)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from roomnight.kernel.policy import Policy

OVERRIDE_PERCENT = Policy[int](
    "credit.override_percent",
    10,
    label=_("Percent by which the credit manager may let a charge pass the limit; more is for whoever may grant that limit"),
    source="CRD-05",
    kind="whole",
    check=lambda value: 0 <= value <= 100,
)  # fmt: skip
UNSIGNED_IMPORTS = Policy[str](
    "credit.unsigned_imports",
    "accepted",
    label=_("Charges from the PMS of which it does not tell who signed"),
    source="CRD-05",
    kind="text",
    check=lambda value: value in ("accepted", "refused"),
    words={"accepted": _("are accepted: the desk has looked at the signature"), "refused": _("are refused")},
)
OTHER_IMPORTS = Policy[str](
    "credit.other_imports",
    "decided",
    label=_("Lines that the PMS put on the city ledger for clients without a credit account here"),
    source="CRD-05",
    kind="text",
    check=lambda value: value in ("decided", "ignored"),
    words={"decided": _("wait for a decision"), "ignored": _("are left to the PMS")},
)
REVIEW_MONTHS = Policy[int](
    "credit.review_months",
    12,
    label=_("Months after which a credit limit is reviewed at the latest"),
    source="CRD-09",
    kind="whole",
    check=lambda value: 1 <= value <= 12,
)
PROBLEM_HOURS = Policy[int](
    "credit.problem_hours",
    24,
    label=_("Hours within which a dispute of a client who pays on account is resolved"),
    source="CRD-07",
    kind="whole",
    check=lambda value: 1 <= value <= 240,
)
DISPUTE_STEP_HOURS = Policy[int](
    "credit.dispute_step_hours",
    24,
    label=_("Hours after which a dispute that is with the director goes on to the general manager"),
    source="CRD-07",
    kind="whole",
    check=lambda value: 1 <= value <= 240,
)
BANK_ACCOUNT = Policy[str](
    "credit.bank_account",
    "",
    label=_("Bank account for payments, as it is printed on statements and letters"),
    source="CRD-06",
    kind="text",
    check=lambda value: len(value) <= 200,
)
REVIEW_NOTICE_DAYS = Policy[int](
    "credit.review_notice_days",
    30,
    label=_("Days before the review of a credit limit on which those who decide are reminded"),
    source="CRD-09",
    kind="days",
    check=lambda value: 0 <= value <= 180,
)
