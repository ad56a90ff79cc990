"""Decision tables as DMN files: read strictly, and written again for the engine in our small language (PRC-01, PRC-07).

An input entry may be empty or `-`, a value, a comparison (`>= 50`), a range (`[1..5]`, `(1..5]`), several of these with
commas, or `not(…)` around them. The first rule that fits decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from roomnight.procedures.rules.chart import WORD, Problem
from roomnight.procedures.rules.expressions import BadExpression, compiled
from roomnight.procedures.rules.xml import Node, Unreadable, parse

SPACES = frozenset(
    f"https://www.omg.org/spec/DMN/{version}/MODEL/" for version in ("20191111", "20211108", "20230324", "20180521")
)
PLAIN_SPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"
COMPARISON = re.compile(r"(<=|>=|<|>|!=|=)\s*(.+)")
RANGE = re.compile(r"([\[\](])\s*(.+?)\s*\.\.\s*(.+?)\s*([\[\])])")
NOT = re.compile(r"not\s*\((.*)\)", re.DOTALL)
MOST_RULES = 500


@dataclass(frozen=True)
class Rule:
    """One line: a condition for each input (none: any value), a value for each output."""

    conditions: tuple[str, ...]
    values: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Table:
    """A decision: its id and name, the data it asks for, the data it gives, and its rules, the first fitting one first."""

    id: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rules: tuple[Rule, ...]


def read_table(source: bytes) -> tuple[Table | None, list[Problem]]:
    """The decision of a DMN file; with problems there is none."""
    try:
        root = parse(source)
    except Unreadable as why:
        return None, [Problem(why.line, "", "", why.reason, why.values)]
    decisions = root.all("decision")
    if root.space not in SPACES or len(decisions) != 1:
        return None, [Problem(root.line, root.get("id"), root.name, "not_dmn")]
    reader = _Reader()
    table = reader.table(decisions[0])
    return (None, reader.problems) if reader.problems else (table, [])


class _Reader:
    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def refuse(self, node: Node, reason: str, **values: object) -> None:
        self.problems.append(Problem(node.line, node.get("id"), node.name, reason, values))

    def table(self, decision: Node) -> Table | None:
        body = decision.one("decisionTable")
        if body is None:
            self.refuse(decision, "no_table")
            return None
        if body.get("hitPolicy", "UNIQUE") not in ("UNIQUE", "FIRST"):
            self.refuse(body, "hit_policy", name=body.get("hitPolicy"))
        inputs = tuple(self._expression(one, _text(one.one("inputExpression"))) for one in body.all("input"))
        outputs = tuple(self._word(one, one.get("name") or one.get("label")) for one in body.all("output"))
        lines = body.all("rule")
        if len(lines) > MOST_RULES:
            self.refuse(body, "too_many", most=MOST_RULES)
        rules = tuple(self._rule(line, len(inputs), len(outputs)) for line in lines[:MOST_RULES])
        return Table(decision.get("id"), decision.get("name"), inputs, outputs, rules)

    def _rule(self, node: Node, inputs: int, outputs: int) -> Rule:
        conditions = [self._condition(one) for one in node.all("inputEntry")]
        values = [self._expression(one, _text(one)) for one in node.all("outputEntry")]
        if (len(conditions), len(values)) != (inputs, outputs):
            self.refuse(node, "rule_width")
        return Rule(tuple(conditions), tuple(values), node.line)

    def _condition(self, node: Node) -> str:
        text = _text(node)
        if text in ("", "-"):
            return ""
        try:
            found = condition(text)
            compiled(found.replace("?", "value"))
        except BadExpression as why:
            self.refuse(node, "condition", why=str(why))
            return ""
        return found

    def _expression(self, node: Node, text: str) -> str:
        try:
            compiled(text)
        except BadExpression as why:
            self.refuse(node, "condition", why=str(why))
        return text

    def _word(self, node: Node, text: str) -> str:
        if not WORD.fullmatch(text):
            self.refuse(node, "word", text=text)
        return text


def _text(node: Node | None) -> str:
    inner = node.one("text") if node is not None else None
    return inner.text if inner is not None else ""


def condition(text: str) -> str:
    """An input entry as a condition on `?`, the value that is looked at."""
    if inside := NOT.fullmatch(text.strip()):
        return f"not ({condition(inside[1])})"
    return " or ".join(f"({_one(part.strip())})" for part in parts(text))


def parts(text: str) -> list[str]:
    """What commas separate, outside of quotes and brackets."""
    found, depth, quoted = [""], 0, False
    for sign in text:
        quoted ^= sign == '"'
        depth += (sign in "([" and not quoted) - (sign in ")]" and not quoted)
        if sign == "," and not quoted and depth <= 0:
            found.append("")
        else:
            found[-1] += sign
    return found


def _one(text: str) -> str:
    if range_ := RANGE.fullmatch(text):
        low = ">=" if range_[1] == "[" else ">"
        high = "<=" if range_[4] == "]" else "<"
        return f"? {low} {range_[2]} and ? {high} {range_[3]}"
    if comparison := COMPARISON.fullmatch(text):
        sign = "==" if comparison[1] == "=" else comparison[1]
        return f"? {sign} {comparison[2]}"
    return f"? == {text}"


def plain_table(table: Table) -> bytes:
    """The file that the engine reads."""
    inputs = "".join(
        f'<input id="i{n}" label="i{n}"><inputExpression id="e{n}"><text>{escape(text)}</text></inputExpression></input>'
        for n, text in enumerate(table.inputs)
    )
    outputs = "".join(f'<output id="o{n}" name={quoteattr(name)}/>' for n, name in enumerate(table.outputs))
    rules = "".join(_plain_rule(n, rule) for n, rule in enumerate(table.rules))
    return (
        f'<definitions xmlns="{PLAIN_SPACE}" id="d" name="d" namespace="urn:roomnight:plain">'
        f'<decision id={quoteattr(table.id)} name={quoteattr(table.name)}><decisionTable id="t" hitPolicy="UNIQUE">'
        f"{inputs}{outputs}{rules}</decisionTable></decision></definitions>"
    ).encode()


def _plain_rule(number: int, rule: Rule) -> str:
    entries = "".join(
        f'<inputEntry id="c{number}.{n}"><text>{escape(text) or "-"}</text></inputEntry>'
        for n, text in enumerate(rule.conditions)
    )
    values = "".join(
        f'<outputEntry id="v{number}.{n}"><text>{escape(text)}</text></outputEntry>'
        for n, text in enumerate(rule.values)
    )
    return f'<rule id="r{number}">{entries}{values}</rule>'
