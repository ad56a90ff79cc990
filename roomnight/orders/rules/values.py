"""The numbers of orders that a hotel may change (ORD)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from roomnight.kernel.policy import Policy

OPTION_DAYS = Policy[int](
    "orders.option_days",
    7,
    label=_("Days for which a tentative order is kept unless another day is agreed"),
    source="ORD-02",
    kind="days",
    check=lambda value: 1 <= value <= 90,
)
OPTION_NOTICE_DAYS = Policy[int](
    "orders.option_notice_days",
    2,
    label=_("Days before an option runs out on which the follower is reminded"),
    source="ORD-02",
    kind="days",
    check=lambda value: 0 <= value <= 30,
)
QUOTE_HOURS = Policy[int](
    "orders.quote_hours",
    24,
    label=_("Hours within which a client that asks has a quotation"),
    source="ORD-10",
    kind="whole",
    check=lambda value: 1 <= value <= 240,
)
QUOTE_VALID_DAYS = Policy[int](
    "orders.quote_valid_days",
    14,
    label=_("Days for which a quotation holds unless another day is agreed"),
    source="ORD-10",
    kind="days",
    check=lambda value: 1 <= value <= 180,
)
CHARGED_WITHIN_DAYS = Policy[int](
    "orders.charged_within_days",
    7,
    label=_("Days after the last day of an order on account within which all of it is charged"),
    source="CRD-11",
    kind="days",
    check=lambda value: 0 <= value <= 60,
)
