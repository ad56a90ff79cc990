"""The numbers of following orders that a hotel may change (ORD-04, VIS-09)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from roomnight.kernel.policy import Policy

READ_HOURS = Policy[int](
    "orders.read_hours",
    4,
    label=_("Office hours within which a confirmed order is read in detail"),
    source="ORD-04",
    kind="whole",
    check=lambda value: 1 <= value <= 48,
)
NEEDS_BEFORE_HOURS = Policy[int](
    "orders.needs_before_hours",
    12,
    label=_("Hours before the guests arrive by which their needs are known in detail"),
    source="ORD-04",
    kind="whole",
    check=lambda value: 1 <= value <= 240,
)
COMMENT_DAYS = Policy[int](
    "orders.comment_days",
    1,
    label=_("Working days after the departure by which comments are collected and passed on"),
    source="ORD-04",
    kind="days",
    check=lambda value: 1 <= value <= 30,
)
FILE_DAYS = Policy[int](
    "orders.file_days",
    3,
    label=_("Working days after the departure by which the papers of an order are filed"),
    source="ORD-09",
    kind="days",
    check=lambda value: 1 <= value <= 60,
)
OPINION_DAYS = Policy[int](
    "orders.opinion_days",
    5,
    label=_("Working days after the departure by which the client is thanked and asked what they thought"),
    source="VIS-09",
    kind="days",
    check=lambda value: 1 <= value <= 60,
)
LOW_COMMENT_DAYS = Policy[int](
    "orders.low_comment_days",
    1,
    label=_("Working days after a guest was not satisfied by which the client is called"),
    source="VIS-09",
    kind="days",
    check=lambda value: 1 <= value <= 14,
)
