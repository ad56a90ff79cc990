"""What credit remembers, by noun."""

from roomnight.credit.models.accounts import CreditAccount, Hold, HoldKind, LimitLine, money
from roomnight.credit.models.applications import (
    ApplicationKind,
    ApplicationState,
    CheckWay,
    CreditApplication,
    GuaranteeKind,
    InvoiceKind,
    Nature,
    Opinion,
    OpinionKind,
    PaymentWay,
)
from roomnight.credit.models.comparing import ComparedLine, Comparison
from roomnight.credit.models.grading import Grading, LimitReview, ReviewDecision
from roomnight.credit.models.intake import Posting
from roomnight.credit.models.ledger import (
    Authorisation,
    AuthorisationState,
    LedgerLine,
    LineKind,
    Match,
    RefusedCharge,
    RefusedState,
    Source,
)
from roomnight.credit.models.settling import (
    Dispute,
    DunningLetter,
    DunningStep,
    DunningWay,
    Outcome,
    Promise,
    Statement,
    StatementState,
)

__all__ = [
    "ApplicationKind",
    "ApplicationState",
    "CheckWay",
    "CreditApplication",
    "GuaranteeKind",
    "InvoiceKind",
    "Nature",
    "Opinion",
    "OpinionKind",
    "PaymentWay",
    "Authorisation",
    "AuthorisationState",
    "ComparedLine",
    "Comparison",
    "CreditAccount",
    "Dispute",
    "DunningLetter",
    "DunningStep",
    "DunningWay",
    "Grading",
    "Hold",
    "HoldKind",
    "LedgerLine",
    "LimitLine",
    "LimitReview",
    "LineKind",
    "Match",
    "Outcome",
    "Posting",
    "Promise",
    "RefusedCharge",
    "RefusedState",
    "ReviewDecision",
    "Source",
    "Statement",
    "StatementState",
    "money",
]
