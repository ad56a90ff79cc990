"""The records of agreements, by noun."""

from roomnight.agreements.models.agreements import (
    CHARGING,
    HELD,
    NEVER,
    RUNNING,
    Agreement,
    Kind,
    Original,
    RateCell,
    RateLine,
    Settlement,
    Side,
    Signatory,
    State,
    Step,
    TrailLine,
)
from roomnight.agreements.models.keeping import AgreementCopy, RenewalNotice
from roomnight.agreements.models.leaks import Leak, LeakSearch, LeakState
from roomnight.agreements.models.papers import AgreementPaper, AgreementTemplate, Language, TemplateState

__all__ = [
    "CHARGING",
    "HELD",
    "NEVER",
    "RUNNING",
    "Agreement",
    "AgreementCopy",
    "AgreementPaper",
    "AgreementTemplate",
    "Kind",
    "Leak",
    "LeakSearch",
    "LeakState",
    "Language",
    "Original",
    "RateCell",
    "RateLine",
    "RenewalNotice",
    "Settlement",
    "Side",
    "Signatory",
    "State",
    "Step",
    "TemplateState",
    "TrailLine",
]
