"""Forms (PRC-02): a schema is read into a `FormSpec`, and what people fill in is checked against it."""

from roomnight.procedures.rules.form_fields import Field, FormSpec, Option, Words
from roomnight.procedures.rules.form_schemas import BadForm, FormProblem, parse_schema, read_form
from roomnight.procedures.rules.form_values import Fault, check, fault_of, figures, masked_data, shows

__all__ = [
    "BadForm",
    "Fault",
    "Field",
    "FormProblem",
    "FormSpec",
    "Option",
    "Words",
    "check",
    "fault_of",
    "figures",
    "masked_data",
    "parse_schema",
    "read_form",
    "shows",
]
