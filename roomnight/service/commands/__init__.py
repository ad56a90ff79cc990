"""The verbs of service, by noun."""

from roomnight.service.commands.answering import answer_complaint
from roomnight.service.commands.carrying_out import (
    call_back_request,
    finish_request,
    note_progress,
    take_up_request,
    withdraw_request,
)
from roomnight.service.commands.compensating import approve_compensation, decline_compensation, propose_compensation
from roomnight.service.commands.complaints import (
    change_complaint,
    escalate_complaints,
    hand_over_complaint,
    plan_recovery_visit,
    take_complaint,
)
from roomnight.service.commands.improving import finish_improvement, plan_improvement, remind_of_improvements
from roomnight.service.commands.letters import (
    answer_letter,
    pin_letter,
    register_letter,
    remind_of_letters,
    tell_outcome,
    unpin_letter,
)
from roomnight.service.commands.requests import dispatch_request, escalate_requests, take_request
from roomnight.service.commands.reviews import comment_review, open_review, write_review
from roomnight.service.commands.surveys import (
    answer_survey,
    draft_for_order,
    draft_for_stays,
    draft_survey,
    drop_survey,
    send_survey,
    take_survey,
)

__all__ = [
    "comment_review",
    "open_review",
    "write_review",
    "answer_complaint",
    "answer_letter",
    "answer_survey",
    "approve_compensation",
    "call_back_request",
    "change_complaint",
    "decline_compensation",
    "dispatch_request",
    "draft_for_order",
    "draft_for_stays",
    "draft_survey",
    "drop_survey",
    "escalate_complaints",
    "escalate_requests",
    "finish_improvement",
    "finish_request",
    "hand_over_complaint",
    "note_progress",
    "pin_letter",
    "plan_improvement",
    "plan_recovery_visit",
    "propose_compensation",
    "register_letter",
    "remind_of_improvements",
    "remind_of_letters",
    "send_survey",
    "take_complaint",
    "take_request",
    "take_up_request",
    "take_survey",
    "tell_outcome",
    "unpin_letter",
    "withdraw_request",
]
