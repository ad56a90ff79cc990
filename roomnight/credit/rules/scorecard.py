"""How far a client may be trusted: the scorecard of its application, and what each grade allows (CRD-01, CRD-13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from typing import Any

NAMES = ("AAA", "AA", "A", "BBB", "BB", "B", "C")
"""The grades, best first."""


@dataclass(frozen=True)
class Answer:
    code: str
    zh: str
    en: str
    points: int


@dataclass(frozen=True)
class Question:
    """One question of the scorecard, with its answers and what each is worth."""

    code: str
    zh: str
    en: str
    answers: tuple[Answer, ...]

    @property
    def most(self) -> int:
        return max(one.points for one in self.answers)

    def answer(self, code: str) -> Answer | None:
        return next((one for one in self.answers if one.code == code), None)


@dataclass(frozen=True)
class Scored:
    """The points of an application: each question with its answer, the sum, and the grade that it gives."""

    lines: tuple[tuple[Question, Answer], ...]
    total: int
    grade: str

    def kept(self) -> list[dict[str, Any]]:
        """As it is kept with the application: words and points of the day."""
        return [
            {"zh": question.zh, "en": question.en, "answer_zh": answer.zh, "answer_en": answer.en,
             "points": answer.points, "most": question.most}
            for question, answer in self.lines
        ]  # fmt: skip


@dataclass(frozen=True)
class Grade:
    """What a grade means: from so many points of a hundred, at most this limit, at least this deposit in percent of the
    limit, and roles that decide in addition."""

    name: str
    least: int
    most: Decimal
    deposit_percent: Decimal
    extra: tuple[str, ...]

    @property
    def is_secured_only(self) -> bool:
        """A highest limit of nothing: credit only as far as it is secured."""
        return self.most == 0

    def deposit_for(self, limit: Decimal) -> Decimal:
        """The deposit that a limit takes, in whole yuan upwards."""
        return (limit * self.deposit_percent / 100).quantize(Decimal(1), ROUND_UP)


def read_questions(table: Sequence[Mapping[str, Any]]) -> list[Question]:
    """The scorecard from its table. Raises ValueError or KeyError for one that cannot be: it is worth a hundred points."""
    found = [
        Question(
            str(row["code"]), str(row["zh"]), str(row["en"]),
            tuple(Answer(str(one["code"]), str(one["zh"]), str(one["en"]), int(one["points"])) for one in row["answers"]),
        )
        for row in table
    ]  # fmt: skip
    if sum(one.most for one in found) != 100 or len({one.code for one in found}) != len(found):  # noqa: PLR2004
        raise ValueError("the best answers together are worth a hundred points, and no question comes twice")
    if any(answer.points < 0 for one in found for answer in one.answers):
        raise ValueError("no answer takes points away")
    return found


def read_grades(table: Mapping[str, Mapping[str, Any]]) -> list[Grade]:
    """The grades from their table, best first. Raises ValueError where a better one allows less or needs fewer points."""
    found = [
        Grade(name, int(row["from"]), Decimal(str(row["most"])), Decimal(str(row["deposit"])), tuple(row["extra"]))
        for name, row in ((name, table[name]) for name in NAMES)
    ]
    for better, worse in zip(found, found[1:], strict=False):
        if better.least <= worse.least or better.most < worse.most or better.deposit_percent > worse.deposit_percent:
            raise ValueError(worse.name)
    if found[-1].least != 0 or any(not 0 <= one.deposit_percent <= 100 for one in found):  # noqa: PLR2004
        raise ValueError("the last grade begins at nothing")
    return found


def grade_of(points: Decimal | int, grades: Sequence[Grade]) -> str:
    """The grade of so many points of a hundred."""
    return next(one.name for one in grades if points >= one.least)


def scored(answers: Mapping[str, str], questions: Sequence[Question], grades: Sequence[Grade]) -> Scored:
    """The points of the answers given so far; a question without an answer is worth nothing."""
    lines = []
    for question in questions:
        answer = question.answer(str(answers.get(question.code, "")))
        if answer is not None:
            lines.append((question, answer))
    total = sum(answer.points for _question, answer in lines)
    return Scored(tuple(lines), total, grade_of(total, grades))
