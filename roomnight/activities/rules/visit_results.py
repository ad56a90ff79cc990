"""How long after a visit one looks at what the client did (VIS-12)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from roomnight.activities.rules.results import rising_days
from roomnight.kernel.policy import Column, Policy

RESULT_DAYS = Policy[Any](
    "activities.visit_result_days",
    [30, 90, 180],
    label=_("Days after a visit in which the client's business is looked at"),
    source="VIS-12",
    kind="table",
    check=rising_days,
    columns=(Column("", _("Days"), "whole", is_needed=True),),
)
