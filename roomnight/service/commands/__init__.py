"""The verbs of service, by noun."""

from roomnight.service.commands.answering import answer_complaint
from roomnight.service.commands.compensating import approve_compensation, decline_compensation, propose_compensation
from roomnight.service.commands.complaints import (
    change_complaint,
    escalate_complaints,
    hand_over_complaint,
    plan_recovery_visit,
    take_complaint,
)
from roomnight.service.commands.letters import (
    answer_letter,
    pin_letter,
    register_letter,
    remind_of_letters,
    tell_outcome,
    unpin_letter,
)

__all__ = [
    "answer_complaint",
    "answer_letter",
    "approve_compensation",
    "change_complaint",
    "decline_compensation",
    "escalate_complaints",
    "hand_over_complaint",
    "pin_letter",
    "plan_recovery_visit",
    "propose_compensation",
    "register_letter",
    "remind_of_letters",
    "take_complaint",
    "tell_outcome",
    "unpin_letter",
]
