"""Guards the predicates a contract brings: one boolean expression over its own columns, no more.

Belongs here: what a contract may make the engine do. A contract is text from outside: it must not
read a file, another table, another row, a setting, the clock or chance. What is allowed is listed;
a list of what is forbidden is never complete.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.promise.fault import contract_fault
from insight_pipeline.kernel.errors import Fault, nearest

NAMES = (exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren)
LOGIC = (exp.And, exp.Or, exp.Not, exp.Case, exp.If, exp.Coalesce, exp.Nullif)
COMPARISONS = (
    *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In, exp.Between),
    *(exp.Like, exp.ILike, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Greatest, exp.Least),
)
ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Neg, exp.Abs, exp.Round)
TEXT = (
    *(exp.Lower, exp.Upper, exp.Trim, exp.Length, exp.Left, exp.Right, exp.Substring, exp.Replace),
    *(exp.Concat, exp.DPipe, exp.StartsWith, exp.Contains, exp.RegexpFullMatch, exp.RegexpLike),
)
TYPES = (exp.Cast, exp.TryCast, exp.DataType, exp.DataTypeParam)
DATES = (exp.DateDiff, exp.Interval, exp.Var, exp.Extract, exp.Year, exp.Month, exp.Day)
ALLOWED = frozenset({*NAMES, *LOGIC, *COMPARISONS, *ARITHMETIC, *TEXT, *TYPES, *DATES})
# Functions DuckDB has that sqlglot knows no class for; macros named valid_… are ours.
ALLOWED_BY_NAME = frozenset({"try_strptime"})


def predicate_faults(contract: Contract) -> Iterable[Fault]:
    """A fault for every rule or condition that is more, or less, than a predicate over columns."""
    known = {column.name for column in contract.columns}
    for place, predicate in _predicates(contract):
        found = _why_not(predicate, known)
        if found:
            yield contract_fault(
                f"{contract.path}: {place}",
                "one boolean expression over the contract's own columns",
                found,
                "write the rule with the columns, comparisons and plain functions only",
            )


def _predicates(contract: Contract) -> Iterator[tuple[str, str]]:
    for rule in contract.row_rules:
        yield f"quality rule '{rule.code}'", rule.predicate
    for column in contract.columns:
        if column.properties.required_if is not None:
            yield f"{column.name}: requiredIf", column.properties.required_if


def _why_not(predicate: str, known: set[str]) -> str | None:
    text = f"select ({predicate})"
    try:
        statements = sqlglot.parse(text, dialect="duckdb")
        # A comment could hide the bracket that closes the predicate where it is used.
        commented = any(token.comments for token in sqlglot.tokenize(text, dialect="duckdb"))
    except SqlglotError:
        return "text that does not parse as an expression"
    expression = _only_projection(statements)
    if expression is None or commented:
        return "more than one expression, or less"
    return next((why for node in expression.walk() if (why := _refused(node, known))), None)


def _only_projection(statements: list[exp.Expr | None]) -> exp.Expr | None:
    """The bracketed expression of `select (…)`, if that is all there is."""
    select = statements[0] if len(statements) == 1 else None
    if not isinstance(select, exp.Select):
        return None
    (first, *others) = select.expressions or [None]
    clauses = {name for name, value in select.args.items() if value}
    alone = clauses == {"expressions"} and not others
    return first if alone and isinstance(first, exp.Paren) else None


def _refused(node: exp.Expr, known: set[str]) -> str | None:
    if isinstance(node, exp.Anonymous):
        name = node.name.lower()
        ours = name in ALLOWED_BY_NAME or name.startswith("valid_")
        return None if ours else f"the function '{name}'"
    if type(node) not in ALLOWED:
        return f"a {type(node).__name__.lower()}"
    if isinstance(node, exp.Column) and node.table:
        return f"the qualified column '{node.table}.{node.name}'"
    if isinstance(node, exp.Column) and node.name not in known:
        return f"the unknown column '{node.name}' ({nearest(node.name, known)})"
    return None
