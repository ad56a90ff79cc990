"""The numbers of asking clients how satisfied they were (SAT-01, SAT-02)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from roomnight.kernel.policy import Policy

LOW_SCORE = Policy[int](
    "service.low_score",
    6,
    label=_("Highest score that opens a complaint, from 0 to 10"),
    source="SAT-02",
    kind="whole",
    check=lambda value: 0 <= value <= 9,  # noqa: PLR2004
)
SURVEY_DAYS = Policy[int](
    "service.survey_days",
    14,
    label=_("Days for which the link of a survey is open"),
    source="SAT-01",
    kind="days",
    check=lambda value: 1 <= value <= 60,  # noqa: PLR2004
)
SURVEY_REST_DAYS = Policy[int](
    "service.survey_rest_days",
    90,
    label=_("Days for which a client who was asked after a visit or a stay is not asked about another one by itself"),
    source="SAT-01",
    kind="days",
    check=lambda value: 0 <= value <= 730,  # noqa: PLR2004
)
