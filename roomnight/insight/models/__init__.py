"""What insight remembers."""

from roomnight.insight.models.judging import Judgement, JudgementState
from roomnight.insight.models.screening import Action, RunState, ScreeningResult, ScreeningRun, Status

__all__ = ["Action", "Judgement", "JudgementState", "RunState", "ScreeningResult", "ScreeningRun", "Status"]
