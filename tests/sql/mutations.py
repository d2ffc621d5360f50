"""Small mistakes planted in a query, one at a time, to see whether its table tests notice.

Belongs here: which mistakes there are. Does not belong here: running them (test_mutations.py).
A mutation changes the meaning of one node of the parsed query: a number by one, `<` to `<=`, `and`
to `or`, a condition left out, the two ends of a period swapped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

DIALECT = "duckdb"
COMPARISONS: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.LT: exp.LTE,
    exp.LTE: exp.LT,
    exp.GT: exp.GTE,
    exp.GTE: exp.GT,
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
    exp.Add: exp.Sub,
    exp.Sub: exp.Add,
}
OPPOSITES: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.Min: exp.Max,
    exp.Max: exp.Min,
    exp.Greatest: exp.Least,
    exp.Least: exp.Greatest,
}
COLUMNS = {
    "event_from_date": "event_to_date",
    "from_date": "to_date",
    "period_from": "period_to",
    "age_from": "age_to",
}
SWAPPED = {**COLUMNS, **{b: a for a, b in COLUMNS.items()}}
# Digits of a type and months of an interval are not thresholds.
NOT_COUNTED = (exp.DataType, exp.Interval)
MACROS = {"quarter_": "financial_year_", "financial_year_": "quarter_"}


@dataclass(frozen=True)
class Mutation:
    """A query with one mistake in it; `words` say which and where."""

    words: str
    query: str


def mutations(query: str) -> tuple[Mutation, ...]:
    """Every mutation of a query, in the order of its nodes."""
    tree = sqlglot.parse_one(query, dialect=DIALECT)
    return tuple(_mutations(tree))


def _mutations(tree: exp.Expr) -> Iterator[Mutation]:
    for place, node in enumerate(tree.walk()):
        for words, change in _changes(node):
            mutant = tree.copy()
            target = _at(mutant, place)
            around = _around(target)
            replaced = change(target)
            if replaced is not target:
                target.replace(replaced)
            yield Mutation(f"{_cte(node)}: {words}, in `{around}`", mutant.sql(dialect=DIALECT))


Change = Callable[[exp.Expr], exp.Expr]


def _changes(node: exp.Expr) -> Iterator[tuple[str, Change]]:
    yield from _of_literals(node)
    yield from _of_comparisons(node)
    yield from _of_conditions(node)
    yield from _of_functions(node)
    yield from _of_sets(node)
    yield from _of_names(node)


def _of_literals(node: exp.Expr) -> Iterator[tuple[str, Change]]:
    if isinstance(node, exp.Literal) and node.is_int and not node.find_ancestor(*NOT_COUNTED):
        for step in (1, -1):
            yield (
                f"{node.name} becomes {int(node.name) + step}",
                lambda n, step=step: _number(int(n.name) + step),
            )
    if isinstance(node, exp.Literal) and node.is_string and _is_label(node):
        yield f"'{node.name}' becomes another text", lambda n: exp.Literal.string(f"{n.name}?")
    if isinstance(node, exp.Boolean):
        yield f"{node.sql()} becomes its contrary", lambda n: exp.Boolean(this=not n.this)


def _of_comparisons(node: exp.Expr) -> Iterator[tuple[str, Change]]:
    other = COMPARISONS.get(type(node))
    if other is not None:
        yield (
            f"{_sign(type(node))} becomes {_sign(other)}",
            lambda n, other=other: other(this=n.this.copy(), expression=n.expression.copy()),
        )
    if isinstance(node, exp.Between):
        yield "between leaves its first value out", lambda n: _ends(n, exp.GT, exp.LTE)
        yield "between leaves its last value out", lambda n: _ends(n, exp.GTE, exp.LT)
    if isinstance(node, exp.Is):
        yield "is null becomes its contrary", lambda n: exp.not_(n.copy())


def _of_conditions(node: exp.Expr) -> Iterator[tuple[str, Change]]:
    if isinstance(node, exp.And | exp.Or):
        contrary = exp.or_ if isinstance(node, exp.And) else exp.and_
        yield (
            f"{node.key} becomes its contrary",
            lambda n, contrary=contrary: exp.paren(
                contrary(n.this.copy(), n.expression.copy(), copy=False)
            ),
        )
        for side in ("this", "expression"):
            if not isinstance(node.args[side], exp.And | exp.Or):
                yield (
                    f"`{node.args[side].sql(dialect=DIALECT)}` is left out",
                    lambda n, side=side: n.args["expression" if side == "this" else "this"].copy(),
                )
    if isinstance(node, exp.Where) and not isinstance(node.this, exp.And | exp.Or):
        yield (
            f"`{node.this.sql(dialect=DIALECT)}` is left out",
            lambda n: exp.Where(this=exp.true()),
        )


def _of_functions(node: exp.Expr) -> Iterator[tuple[str, Change]]:
    opposite = OPPOSITES.get(type(node))
    if opposite is not None:
        yield f"{node.key} becomes {opposite.key}", lambda n: opposite(**_copied(n))
    if isinstance(node, exp.DateDiff):
        yield (
            "the two days change places",
            lambda n: exp.DateDiff(
                this=n.expression.copy(), expression=n.this.copy(), unit=n.args["unit"].copy()
            ),
        )
    if isinstance(node, exp.Coalesce):
        yield "coalesce is left out", lambda n: n.this.copy()
    if isinstance(node, exp.Ordered):
        yield (
            "the order is turned round",
            lambda n: exp.Ordered(
                this=n.this.copy(), desc=not n.args.get("desc"), nulls_first=n.args["nulls_first"]
            ),
        )
    if isinstance(node, exp.Anonymous):
        for start, other in MACROS.items():
            if node.name.startswith(start):
                yield (
                    f"{node.name} becomes {other}…",
                    lambda n, start=start, other=other: exp.Anonymous(
                        this=n.name.replace(start, other), expressions=n.copy().expressions
                    ),
                )


def _of_sets(node: exp.Expr) -> Iterator[tuple[str, Change]]:
    if isinstance(node, exp.In) and len(node.expressions) > 1:
        for place, value in enumerate(node.expressions):
            yield (
                f"{value.sql(dialect=DIALECT)} is left out of the list",
                lambda n, place=place: _without(n, place),
            )
    if isinstance(node, exp.Distinct) and node.expressions:
        yield "distinct is left out", lambda n: n.expressions[0].copy()
    if isinstance(node, exp.Select) and node.args.get("distinct"):
        yield "distinct is left out", lambda n: n.copy().distinct(distinct=False)
    if isinstance(node, exp.Join) and node.args.get("on") is not None and not _is_asked(node):
        side = "" if node.side == "LEFT" else "LEFT"
        yield (
            f"the join becomes a{' left' if side else 'n inner'} join",
            lambda n, side=side: _joined(n, side),
        )


def _of_names(node: exp.Expr) -> Iterator[tuple[str, Change]]:
    # Either end of a period names it: a partition by the other is the same.
    partition = isinstance(node.parent, exp.Window) and node.arg_key == "partition_by"
    if isinstance(node, exp.Column) and node.name in SWAPPED and not partition:
        yield (
            f"{node.name} becomes {SWAPPED[node.name]}",
            lambda n: exp.column(SWAPPED[n.name], table=n.table or None),
        )


def _number(value: int) -> exp.Expr:
    number = exp.Literal.number(abs(value))
    return exp.Neg(this=number) if value < 0 else number


def _ends(node: exp.Expr, low: type[exp.Expr], high: type[exp.Expr]) -> exp.Expr:
    return exp.paren(
        exp.and_(
            low(this=node.this.copy(), expression=node.args["low"].copy()),
            high(this=node.this.copy(), expression=node.args["high"].copy()),
        )
    )


def _without(node: exp.Expr, place: int) -> exp.Expr:
    short = node.copy()
    short.set("expressions", [v for i, v in enumerate(short.expressions) if i != place])
    return short


def _joined(node: exp.Expr, side: str) -> exp.Expr:
    join = node.copy()
    join.set("side", side or None)
    join.set("kind", None if side else "INNER")
    return join


def _copied(node: exp.Expr) -> dict[str, object]:
    return dict(node.copy().args)


def _is_asked(join: exp.Join) -> bool:
    """A condition on the joined table drops rows without a partner: inner and left are the same."""
    where = join.parent and join.parent.args.get("where")
    return bool(where) and any(c.table == join.alias_or_name for c in where.find_all(exp.Column))


def _is_label(node: exp.Literal) -> bool:
    """A text that ends up in the result, not one that rows are compared with."""
    return not isinstance(
        node.parent,
        exp.EQ | exp.NEQ | exp.In | exp.Cast | exp.DateDiff | exp.TsOrDsDiff | exp.Interval,
    )


def _sign(kind: type[exp.Expr]) -> str:
    return kind(this=exp.column("a"), expression=exp.column("b")).sql(dialect=DIALECT).strip("ab ")


def _at(tree: exp.Expr, place: int) -> exp.Expr:
    for number, node in enumerate(tree.walk()):
        if number == place:
            return node
    raise IndexError(place)


def _around(node: exp.Expr) -> str:
    """The smallest piece of the query that shows where the node stands."""
    shown = node.parent or node
    return " ".join(shown.sql(dialect=DIALECT).split())[:110]


def _cte(node: exp.Expr) -> str:
    cte = node.find_ancestor(exp.CTE)
    return cte.alias if cte else "the last select"
