"""The conditions of a flow chart: a small language that can compare and reckon, and do no harm (PRC-07).

Names of the case's data, numbers, texts in quotes, true, false, none, lists; `and or not`, `== != < <= > >= in not in`, `+ - * /`.
No call, no attribute, no index, no power, no modulo: what is not listed here is refused when the file is read.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

LONGEST = 500  # characters
DEEPEST = 20  # brackets in brackets
LARGEST_TEXT = 2_000  # characters that a text put together may have
CONSTANTS = {"true": True, "false": False, "none": None, "True": True, "False": False, "None": None}

Data = Mapping[str, Any]
Ready = Callable[[Data], Any]
ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda item, group: item in group,
    ast.NotIn: lambda item, group: item not in group,
}


class BadExpression(ValueError):
    """An expression that is not of this language, or that cannot be worked out with this data; says why, in English."""


def evaluate(text: str, data: Data) -> Any:
    """Work out an expression over a case's data. Raises BadExpression."""
    try:
        return compiled(text)(data)
    except (TypeError, ZeroDivisionError, ArithmeticError) as error:
        raise BadExpression(f"{text}: {error}") from error


@lru_cache(maxsize=4096)
def compiled(text: str) -> Ready:
    """An expression made ready to be worked out many times. Raises BadExpression for anything outside the language."""
    if len(text) > LONGEST:
        raise BadExpression(f"longer than {LONGEST} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise BadExpression(f"{text}: cannot be read") from error
    return _ready(tree.body, 0)


def names_in(text: str) -> set[str]:
    """The data an expression asks for."""
    compiled(text)
    names = {node.id for node in ast.walk(ast.parse(text.strip(), mode="eval")) if isinstance(node, ast.Name)}
    return names - CONSTANTS.keys()


def tree(text: str) -> list[Any]:
    """An expression as nested lists, for the browser to work out while a form is filled in. Raises BadExpression."""
    compiled(text)
    return _tree(ast.parse(text.strip(), mode="eval").body)


SIGNS: dict[type[ast.AST], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.In: "in",
    ast.NotIn: "not in", ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/",
}  # fmt: skip


def _tree(node: ast.expr) -> list[Any]:
    match node:
        case ast.Constant():
            return ["value", node.value]
        case ast.Name():
            return ["value", CONSTANTS[node.id]] if node.id in CONSTANTS else ["name", node.id]
        case ast.List() | ast.Tuple():
            return ["list", *map(_tree, node.elts)]
        case ast.BoolOp():
            return ["and" if isinstance(node.op, ast.And) else "or", *map(_tree, node.values)]
        case ast.UnaryOp():
            return ["not" if isinstance(node.op, ast.Not) else "minus", _tree(node.operand)]
        case ast.BinOp():
            return ["reckon", SIGNS[type(node.op)], _tree(node.left), _tree(node.right)]
        case ast.Compare():
            return ["compare", [SIGNS[type(op)] for op in node.ops], *map(_tree, [node.left, *node.comparators])]
    raise BadExpression(f"{type(node).__name__} is not part of the language")


def _ready(node: ast.expr, depth: int) -> Ready:
    if depth > DEEPEST:
        raise BadExpression("too many brackets in one another")
    make = MAKERS.get(type(node))
    if make is None:
        raise BadExpression(f"{type(node).__name__} is not part of the language")
    return make(node, depth + 1)


def _constant(node: ast.Constant, _depth: int) -> Ready:
    value = node.value
    if not isinstance(value, (int, float, str, bool, type(None))):
        raise BadExpression(f"{value!r} is not part of the language")
    return lambda data: value


def _name(node: ast.Name, _depth: int) -> Ready:
    name = node.id
    if name in CONSTANTS:
        value = CONSTANTS[name]
        return lambda data: value

    def known(data: Data) -> Any:
        if name not in data:
            raise BadExpression(f"the case has no {name}")
        return data[name]

    return known


def _list(node: ast.List | ast.Tuple, depth: int) -> Ready:
    parts = [_ready(part, depth) for part in node.elts]
    return lambda data: [part(data) for part in parts]


def _logic(node: ast.BoolOp, depth: int) -> Ready:
    parts = [_ready(part, depth) for part in node.values]
    decide = all if isinstance(node.op, ast.And) else any
    return lambda data: decide(bool(part(data)) for part in parts)


def _sign(node: ast.UnaryOp, depth: int) -> Ready:
    part = _ready(node.operand, depth)
    if isinstance(node.op, ast.Not):
        return lambda data: not part(data)
    if isinstance(node.op, ast.USub):
        return lambda data: -_number(part(data))
    raise BadExpression(f"{type(node.op).__name__} is not part of the language")


def _arithmetic(node: ast.BinOp, depth: int) -> Ready:
    work = ARITHMETIC.get(type(node.op))
    if work is None:
        raise BadExpression(f"{type(node.op).__name__} is not part of the language")
    left, right, is_sum = _ready(node.left, depth), _ready(node.right, depth), isinstance(node.op, ast.Add)

    def reckon(data: Data) -> Any:
        first, second = left(data), right(data)
        if is_sum and isinstance(first, str) and isinstance(second, str):
            if len(first) + len(second) > LARGEST_TEXT:
                raise BadExpression(f"a text of more than {LARGEST_TEXT} characters")
            return first + second
        return work(*_alike(_number(first), _number(second)))

    return reckon


def _comparison(node: ast.Compare, depth: int) -> Ready:
    tests = []
    for op in node.ops:
        test = COMPARISONS.get(type(op))
        if test is None:
            raise BadExpression(f"{type(op).__name__} is not part of the language")
        tests.append(test)
    parts = [_ready(part, depth) for part in (node.left, *node.comparators)]

    def compare(data: Data) -> bool:
        values = [part(data) for part in parts]
        return all(test(*_comparable(one, two)) for test, one, two in zip(tests, values, values[1:], strict=False))

    return compare


def _number(value: Any) -> int | float | Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise BadExpression(f"{value!r} is not a number")
    if isinstance(value, int) and abs(value) > 10**18:
        raise BadExpression("a number of more than 18 digits")
    return value


def _alike(one: Any, two: Any) -> tuple[Any, Any]:
    """Money stays exact: beside an amount, a decimal fraction counts as it is written."""
    if isinstance(one, Decimal) and isinstance(two, float):
        return one, Decimal(str(two))
    if isinstance(one, float) and isinstance(two, Decimal):
        return Decimal(str(one)), two
    return one, two


def _comparable(one: Any, two: Any) -> tuple[Any, Any]:
    return _alike(one, two) if isinstance(one, (float, Decimal)) and isinstance(two, (float, Decimal)) else (one, two)


MAKERS: dict[type[ast.expr], Callable[[Any, int], Ready]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.List: _list,
    ast.Tuple: _list,
    ast.BoolOp: _logic,
    ast.UnaryOp: _sign,
    ast.BinOp: _arithmetic,
    ast.Compare: _comparison,
}
