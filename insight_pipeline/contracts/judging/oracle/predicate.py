"""A contract's SQL predicate reckoned in plain Python, with SQL's three truths.

Belongs here: an evaluator of the expressions row rules are made of. Does not belong here: guarding
them (contracts/promise/predicate.py), or the engine that runs them at night.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

import sqlglot
from sqlglot import exp

from insight_pipeline.contracts.judging.oracle.formats import FORMATS

Row = Mapping[str, str | None]


class UnknownExpressionError(Exception):
    """An expression this evaluator does not know."""


def evaluate(predicate: str, row: Row) -> Any:
    """The value of a predicate over a row of texts: True, False, or None where it is unknown."""
    return _value(_parsed(predicate), row)


@lru_cache(maxsize=512)
def _parsed(predicate: str) -> Any:
    return sqlglot.parse_one(f"select ({predicate})", dialect="duckdb").expressions[0]


def _value(node: Any, row: Row) -> Any:
    kind = type(node)
    if kind in LEAVES:
        return LEAVES[kind](node, row)
    if kind in LOGIC:
        return LOGIC[kind](node, row)
    if kind in STRICT:
        # NULL in, NULL out.
        values = [_value(part, row) for part in _parts(node)]
        return None if any(value is None for value in values) else STRICT[kind](*values)
    raise UnknownExpressionError(kind.__name__)


def _parts(node: Any) -> list[Any]:
    return [
        part
        for value in node.args.values()
        for part in (value if isinstance(value, list) else [value])
        if isinstance(part, exp.Expression)
    ]


def _literal(node: Any, row: Row) -> Any:
    if node.is_string:
        return node.this
    return Decimal(node.this)


def _and(node: Any, row: Row) -> Any:
    values = [_value(node.left, row), _value(node.right, row)]
    return False if False in values else None if None in values else True


def _or(node: Any, row: Row) -> Any:
    values = [_value(node.left, row), _value(node.right, row)]
    return True if True in values else None if None in values else False


def _not(node: Any, row: Row) -> Any:
    value = _value(node.this, row)
    return None if value is None else not value


def _is(node: Any, row: Row) -> Any:
    value = _value(node.this, row)
    return (
        value is None
        if isinstance(node.expression, exp.Null)
        else value is _value(node.expression, row)
    )


def _in(node: Any, row: Row) -> Any:
    value = _value(node.this, row)
    options = [_value(option, row) for option in node.expressions]
    if value is None:
        return None
    return True if value in options else None if None in options else False


def _coalesce(node: Any, row: Row) -> Any:
    found = (_value(part, row) for part in _parts(node))
    return next((value for value in found if value is not None), None)


def _case(node: Any, row: Row) -> Any:
    for branch in node.args["ifs"]:
        if _value(branch.this, row) is True:
            return _value(branch.args["true"], row)
    default = node.args.get("default")
    return _value(default, row) if default is not None else None


def _cast(node: Any, row: Row) -> Any:
    value, kind = _value(node.this, row), node.to.sql(dialect="duckdb").lower()
    if value is None:
        return None
    try:
        if kind.startswith(("int", "bigint", "hugeint", "smallint", "decimal", "double")):
            return Decimal(str(value).strip())
        if kind in ("date", "timestamp"):
            return datetime.fromisoformat(str(value))
    except (ValueError, InvalidOperation):
        return None
    raise UnknownExpressionError(f"cast to {kind}")


def _named(node: Any, row: Row) -> Any:
    name, values = node.name.lower(), [_value(part, row) for part in node.expressions]
    if any(value is None for value in values):
        return None
    if name == "try_strptime":
        try:
            return datetime.strptime(values[0], values[1])
        except ValueError:
            return None
    if name.removeprefix("valid_") in FORMATS:
        return values[0] if FORMATS[name.removeprefix("valid_")](values[0]) else None
    raise UnknownExpressionError(name)


def _like(text: str, pattern: str) -> bool:
    plain = "".join({"%": ".*", "_": "."}.get(char, re.escape(char)) for char in pattern)
    return bool(re.fullmatch(plain, text, re.DOTALL))


def _days(later: date, earlier: date) -> int:
    return (later - earlier).days


LEAVES: dict[Any, Callable[[Any, Row], Any]] = {
    exp.Column: lambda node, row: row[node.name],
    exp.Literal: _literal,
    exp.Boolean: lambda node, row: bool(node.this),
    exp.Null: lambda node, row: None,
    exp.Paren: lambda node, row: _value(node.this, row),
}
LOGIC: dict[Any, Callable[[Any, Row], Any]] = {
    exp.And: _and,
    exp.Or: _or,
    exp.Not: _not,
    exp.Is: _is,
    exp.In: _in,
    exp.Coalesce: _coalesce,
    exp.Case: _case,
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.Anonymous: _named,
}
STRICT: dict[Any, Callable[..., Any]] = {
    exp.EQ: operator.eq,
    exp.NEQ: operator.ne,
    exp.GT: operator.gt,
    exp.GTE: operator.ge,
    exp.LT: operator.lt,
    exp.LTE: operator.le,
    exp.Between: lambda value, low, high: low <= value <= high,
    exp.Like: _like,
    exp.Add: operator.add,
    exp.Sub: operator.sub,
    exp.Mul: operator.mul,
    exp.Neg: operator.neg,
    exp.Abs: abs,
    exp.Lower: str.lower,
    exp.Upper: str.upper,
    exp.Trim: lambda text: text.strip(" "),
    exp.Length: len,
    exp.Left: lambda text, count: text[: int(count)],
    exp.Right: lambda text, count: text[-int(count) :],
    exp.StartsWith: str.startswith,
    exp.Contains: lambda text, part: part in text,
    exp.DPipe: operator.add,
    exp.RegexpFullMatch: lambda text, pattern: bool(re.fullmatch(pattern, text)),
    exp.DateDiff: _days,
}
