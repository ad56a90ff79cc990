"""The records of procedures, by noun."""

from roomnight.procedures.models.cases import Case, CaseEvent, CaseState, CaseTask, TaskState, Wait
from roomnight.procedures.models.charts import Procedure, ProcedureVersion, VersionState
from roomnight.procedures.models.forms import EntryChange, EntrySignature, Form, FormUse, FormVersion, RegisterEntry
from roomnight.procedures.models.readings import ProcedureReading

__all__ = [
    "RegisterEntry",
    "FormVersion",
    "FormUse",
    "Form",
    "EntrySignature",
    "EntryChange",
    "Case",
    "CaseEvent",
    "CaseState",
    "CaseTask",
    "Procedure",
    "ProcedureReading",
    "ProcedureVersion",
    "TaskState",
    "VersionState",
    "Wait",
]
