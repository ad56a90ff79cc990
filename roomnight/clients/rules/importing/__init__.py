"""Reading files of clients (ACC-08). Values in, values out."""

from roomnight.clients.rules.importing.alike import (
    AlikeRow,
    RowsAlike,
    as_candidate,
    decision_of,
    from_candidate,
    row_decided,
)
from roomnight.clients.rules.importing.fields import (
    ACCOUNT_FIELDS,
    CONTACT_FIELDS,
    CUSTOM,
    FIELDS,
    KEYS,
    Field,
    guessed,
    knows,
    own_field,
)
from roomnight.clients.rules.importing.reading import Problem, ReadRow, RowReader, Wish, read_cell
from roomnight.clients.rules.importing.reasons import REASONS

__all__ = [
    "ACCOUNT_FIELDS",
    "CONTACT_FIELDS",
    "CUSTOM",
    "FIELDS",
    "KEYS",
    "REASONS",
    "AlikeRow",
    "Field",
    "Problem",
    "ReadRow",
    "RowReader",
    "RowsAlike",
    "Wish",
    "as_candidate",
    "decision_of",
    "from_candidate",
    "guessed",
    "knows",
    "own_field",
    "read_cell",
    "row_decided",
]
