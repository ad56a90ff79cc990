"""Values of procedures that are lists and sentences are typed as such, not as brackets (POL-01)."""

import json

from django.http import QueryDict

from roomnight.organization.models import DepartmentKind
from roomnight.pms.rules.guests import DEPARTMENT_WORDS, TOLD_DEPARTMENTS
from roomnight.ui.policies import as_typed, control, in_words


def test_departments_are_chosen_by_their_names():
    assert {kind: str(words) for kind, words in DEPARTMENT_WORDS.items()} == {
        kind: str(words) for kind, words in DepartmentKind.choices
    }
    html = control(TOLD_DEPARTMENTS).render("value", as_typed(TOLD_DEPARTMENTS, ["security"]))
    assert "[" not in html.replace('id="', "") and str(DepartmentKind.SECURITY.label) in html
    sent = QueryDict("value=security&value=housekeeping")
    assert json.loads(control(TOLD_DEPARTMENTS).value_from_datadict(sent, {}, "value")) == ["security", "housekeeping"]
    assert in_words(TOLD_DEPARTMENTS, ["security"]) == str(DepartmentKind.SECURITY.label)
