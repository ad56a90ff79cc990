"""A flow chart told step by step, for whoever reads rather than looks: the sheet on paper, the list beside the picture (PRC-10).

Every step that somebody or something does has a number, its role, its time and its instruction; every decision says where each
answer leads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from roomnight.organization.rules.qualifications import QUALIFICATIONS
from roomnight.procedures.rules.catalogue import KINDS
from roomnight.procedures.rules.chart import GATEWAYS, Chart, Flow, Process, Step

PART = re.compile(r"(\d+)([WDHMS])")


@dataclass(frozen=True)
class Onward:
    """Where a step leads: under which condition (empty: always), to which number and name."""

    condition: str
    number: str
    name: str


@dataclass
class Told:
    """One step in words. `deep` is how many sub-processes it lies in; `onward` where it leads, if that is not just the next."""

    id: str
    number: str
    kind: str
    kind_words: Any
    name: str
    role: str
    due: str
    instruction: str
    deep: int
    late: list[str] = field(default_factory=list)
    onward: list[Onward] = field(default_factory=list)
    form: str = ""

    @property
    def is_decision(self) -> bool:
        return self.kind in GATEWAYS


def told(chart: Chart, main: Process, roles: Mapping[str, str], language: str) -> list[Told]:
    """The steps of a chart in the order in which they come; called procedures after the one that calls them.

    `roles` names the roles by code, in the language wanted.
    """
    found = list(_Teller(main, roles, language).lines("", 0))
    for process in chart.processes.values():
        if process is not main:
            found += _Teller(process, roles, language).lines(f"{process.name or process.id} ", 0)
    return found


class _Teller:
    def __init__(self, process: Process, roles: Mapping[str, str], language: str) -> None:
        self.process, self.roles, self.language = process, roles, language

    def lines(self, prefix: str, deep: int) -> Iterator[Told]:
        order = [step for step in in_order(self.process) if self._is_told(step)]
        numbers = {step.id: f"{prefix}{place}" for place, step in enumerate(order, start=1)}
        for place, step in enumerate(order):
            following = order[place + 1].id if place + 1 < len(order) else ""
            yield self._line(step, numbers, following, deep)
            if step.inside is not None:
                yield from _Teller(step.inside, self.roles, self.language).lines(f"{numbers[step.id]}.", deep + 1)

    def _is_told(self, step: Step) -> bool:
        """All but the start, and gateways that only bring ways together."""
        if step.kind == "startEvent":
            return bool(step.event)
        return step.kind not in GATEWAYS or len(self.process.after(step.id)) > 1

    def _name(self, step: Step) -> str:
        name = step.name_en if step.name_en and self.language == "en" else step.name
        return name or str(KINDS[step.kind])

    def _line(self, step: Step, numbers: Mapping[str, str], following: str, deep: int) -> Told:
        english = self.language == "en"
        due = duration_words(step.due) if step.due else ""
        if step.event == "timer":
            due = duration_words(step.timer[1])
        if due and step.due_from:
            due = _("%(length)s from %(moment)s") % {"length": due, "moment": step.due_from}
        late = [
            _("%(length)s late: %(role)s hears of it")
            % {"length": duration_words(one.after), "role": self.roles.get(one.to, one.to)}
            for one in step.escalations
        ]
        return Told(
            id=step.id, number=numbers[step.id], kind=step.kind, kind_words=KINDS[step.kind], name=self._name(step),
            role=self._who(step), due=due, deep=deep, late=late, form=step.form,
            instruction=(step.instruction_en if english and step.instruction_en else step.instruction),
            onward=self._onward(step, numbers, following),
        )  # fmt: skip

    def _who(self, step: Step) -> str:
        """The role that does a step, and what it must be qualified for."""
        role = self.roles.get(step.lane, step.lane_name or step.lane)
        if not step.qualification:
            return role
        kind = QUALIFICATIONS.get(step.qualification, step.qualification)
        return _("%(role)s, qualified: %(kind)s") % {"role": role, "kind": kind}

    def _onward(self, step: Step, numbers: Mapping[str, str], following: str) -> list[Onward]:
        ways = self.process.after(step.id)
        usual = self.process.usual(step) if step.kind in ("exclusiveGateway", "inclusiveGateway") else ""
        found = []
        for way in ways:
            target = self._told_target(way.target)
            if target is not None:
                found.append(Onward(self._condition(way, usual, len(ways)), numbers[target.id], self._name(target)))
        plain = len(found) == 1 and not found[0].condition
        return [] if plain and numbers.get(following) == found[0].number else found

    def _condition(self, way: Flow, usual: str, count: int) -> str:
        if way.name:
            return way.name
        if way.condition:
            return way.condition
        return _("otherwise") if way.id == usual and count > 1 else ""

    def _told_target(self, target: str) -> Step | None:
        """The next step that is told: gateways that only bring ways together are gone through."""
        seen: set[str] = set()
        while target in self.process.steps and target not in seen:
            step = self.process.steps[target]
            if self._is_told(step):
                return step
            seen.add(target)
            after = self.process.after(target)
            if not after:
                return None
            target = after[0].target
        return None


def in_order(process: Process) -> list[Step]:
    """Its steps as a case comes to them: from the start along the ways, a step after what leads to it; what sits on a step's
    border comes right after it; ends last among their like."""
    steps = process.steps
    starts = [step.id for step in steps.values() if step.kind == "startEvent"]
    found: list[str] = []
    stack = list(reversed(starts))
    waiting: set[str] = set()
    while stack:
        one = stack.pop()
        if one in found or one not in steps:
            continue
        before = {way.source for way in process.before(one)} - set(found)
        if before and one not in waiting and stack:
            waiting.add(one)
            stack.insert(0, one)
            continue
        found.append(one)
        border = [step.id for step in steps.values() if step.attached_to == one]
        stack += reversed([*border, *(way.target for way in process.after(one))])
    return [steps[one] for one in [*found, *(key for key in steps if key not in found)]]


UNITS = {
    "W": lambda n: ngettext("%(n)d week", "%(n)d weeks", n),
    "D": lambda n: ngettext("%(n)d day", "%(n)d days", n),
    "H": lambda n: ngettext("%(n)d hour", "%(n)d hours", n),
    "M": lambda n: ngettext("%(n)d minute", "%(n)d minutes", n),
    "S": lambda n: ngettext("%(n)d second", "%(n)d seconds", n),
}


def duration_words(text: str) -> str:
    """PT1H30M as 1 hour 30 minutes; what is no duration stays as it is written."""
    parts = [(int(number), unit) for number, unit in PART.findall(text)]
    if not parts or not text.lstrip("-").startswith("P"):
        return text
    found = pgettext("between parts of a duration", " ").join(
        UNITS[unit](number) % {"n": number} for number, unit in parts
    )
    return _("%(length)s before") % {"length": found} if text.startswith("-") else found


def minutes_words(minutes: int | None) -> str:
    """A length of time in its two largest units: 45 minutes, 3 hours 20 minutes, 2 days 4 hours; a dash for none."""
    if minutes is None:
        return "–"
    days, rest = divmod(minutes, 24 * 60)
    parts = [(days, "D"), (rest // 60, "H"), (rest % 60, "M")]
    shown = [(number, unit) for number, unit in parts if number][:2] or [(0, "M")]
    return pgettext("between parts of a duration", " ").join(
        UNITS[unit](number) % {"n": number} for number, unit in shown
    )
