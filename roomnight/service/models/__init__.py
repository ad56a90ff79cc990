"""The records of service, by noun."""

from roomnight.service.models.complaints import (
    Category,
    Cause,
    Channel,
    ClientAnswer,
    Compensation,
    CompensationKind,
    CompensationState,
    Complaint,
    ComplaintAnswer,
    ComplaintState,
    Escalation,
    Severity,
)
from roomnight.service.models.letters import Letter, LetterKind, LetterState, Topic, Verdict

__all__ = [
    "Category",
    "Cause",
    "Channel",
    "ClientAnswer",
    "Compensation",
    "CompensationKind",
    "CompensationState",
    "Complaint",
    "ComplaintAnswer",
    "ComplaintState",
    "Escalation",
    "Letter",
    "LetterKind",
    "LetterState",
    "Severity",
    "Topic",
    "Verdict",
]
