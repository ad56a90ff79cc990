"""What insight remembers."""

from roomnight.insight.models.evaluation import (
    OPEN_STATES,
    Conclusion,
    Evaluation,
    EvaluationCopy,
    EvaluationLine,
    EvaluationMeasure,
    EvaluationState,
    EvaluationStep,
    MeasureState,
    Occasion,
    Relation,
)
from roomnight.insight.models.findings import Finding, FindingState
from roomnight.insight.models.judging import Judgement, JudgementState
from roomnight.insight.models.screening import Action, RunState, ScreeningResult, ScreeningRun, Status
from roomnight.insight.models.silence import SilenceRun, SilentClient

__all__ = [
    "OPEN_STATES",
    "Action",
    "Conclusion",
    "Evaluation",
    "EvaluationCopy",
    "EvaluationLine",
    "EvaluationMeasure",
    "EvaluationState",
    "EvaluationStep",
    "Finding",
    "FindingState",
    "Judgement",
    "JudgementState",
    "MeasureState",
    "Occasion",
    "Relation",
    "RunState",
    "ScreeningResult",
    "ScreeningRun",
    "SilenceRun",
    "SilentClient",
    "Status",
]
