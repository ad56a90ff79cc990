"""The numbers of exceptions that a hotel may change (EXC)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from roomnight.kernel.policy import Policy

CONTACT_MINUTES = Policy[int](
    "orders.exception_contact_minutes",
    30,
    label=_("Minutes after an exception of an order is discovered by which the client is contacted"),
    source="EXC-02",
    kind="whole",
    check=lambda value: 1 <= value <= 1440,
)
LAST_TIME_MONTHS = Policy[int](
    "orders.last_time_months",
    24,
    label=_("Months for which a client's orders open with what went wrong before"),
    source="EXC-06",
    kind="whole",
    check=lambda value: 1 <= value <= 120,
)
