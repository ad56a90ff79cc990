"""The verbs of insight, by noun."""

from roomnight.insight.commands.judging import ask_for_judgements, enter_judgement, review_judgement
from roomnight.insight.commands.screening import decide_result, run_screening, sign_screening

__all__ = [
    "ask_for_judgements",
    "decide_result",
    "enter_judgement",
    "review_judgement",
    "run_screening",
    "sign_screening",
]
