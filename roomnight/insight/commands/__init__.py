"""The verbs of insight, by noun."""

from roomnight.insight.commands.circulating import answer_copy
from roomnight.insight.commands.evaluating import (
    Filled,
    Second,
    Sheet,
    approve_evaluation,
    drop_evaluation,
    give_back_sheet,
    hand_in_sheet,
    keep_sheet,
    leave_out_measure,
    open_due_evaluations,
    open_evaluation,
    pass_on_sheet,
    plan_measure,
)
from roomnight.insight.commands.findings import change_finding, close_finding, write_finding
from roomnight.insight.commands.judging import ask_for_judgements, enter_judgement, review_judgement
from roomnight.insight.commands.screening import decide_result, run_screening, sign_screening
from roomnight.insight.commands.silence import keep_silences

__all__ = [
    "Filled",
    "Second",
    "Sheet",
    "answer_copy",
    "approve_evaluation",
    "ask_for_judgements",
    "change_finding",
    "close_finding",
    "decide_result",
    "drop_evaluation",
    "enter_judgement",
    "give_back_sheet",
    "hand_in_sheet",
    "keep_sheet",
    "keep_silences",
    "leave_out_measure",
    "open_due_evaluations",
    "open_evaluation",
    "pass_on_sheet",
    "plan_measure",
    "review_judgement",
    "run_screening",
    "sign_screening",
    "write_finding",
]
