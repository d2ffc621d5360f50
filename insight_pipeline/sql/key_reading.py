"""Whether the SQL of an incremental model says itself that its keys need each other.

Belongs here: what is plain from the tree alone. Does not belong here: what only rows show
(key_promise.py). Only the query and its CTEs are looked at, as a subquery may ask about one key; a
partition or a group without the key is let pass, as an event's number may belong to one citizen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from sqlglot import exp

from insight_pipeline.kernel.errors import raise_all
from insight_pipeline.sql.key_promise import broken_promise
from insight_pipeline.sql.model import Model


def refuse_plain_break(model: Model, keyed: Collection[str]) -> None:
    """InsightError when a step that reads relations `keyed` takes all their rows together."""
    clause = model.tree.args.get("with_")
    ctes = clause.expressions if isinstance(clause, exp.With) else []
    steps = {cte.alias.lower(): cte.this for cte in ctes}
    reading = _reading(steps, keyed)
    queries = [steps[name] for name in steps if name in reading]
    if _reads(_own(model.tree), reading, keyed):
        queries.append(model.tree)
    raise_all(broken_promise(model, found) for query in queries for found in _together(query))


def _reading(steps: Mapping[str, exp.Expr], keyed: Collection[str]) -> set[str]:
    """Names of the CTEs whose rows come, by whatever way, from relations with the key."""
    reading: set[str] = set()
    for name, query in steps.items():
        if _reads([query], reading, keyed):
            reading.add(name)
    return reading


def _own(tree: exp.Expr) -> list[exp.Expr]:
    """The parts of a query without its CTEs."""
    values = [value for part, value in tree.args.items() if part != "with_"]
    listed = [each for value in values for each in (value if isinstance(value, list) else [value])]
    return [each for each in listed if isinstance(each, exp.Expr)]


def _reads(parts: list[exp.Expr], reading: Collection[str], keyed: Collection[str]) -> bool:
    tables = [table for part in parts for table in part.find_all(exp.Table)]
    return any(
        f"{table.db}.{table.name}" in keyed if table.db else table.name.lower() in reading
        for table in tables
    )


def _together(query: exp.Expr) -> Iterator[str]:
    if query.args.get("limit") or query.args.get("offset"):
        yield "a limit on the rows of all keys together"
    if isinstance(query, exp.SetOperation):
        for side in (query.this, query.expression):
            yield from _together(side)
    if isinstance(query, exp.Subquery):
        yield from _together(query.this)
    if isinstance(query, exp.Select):
        yield from _of_a_select(query)


def _of_a_select(query: exp.Select) -> Iterator[str]:
    for part in query.expressions:
        for window in part.find_all(exp.Window):
            if _is_over_all(window) and _is_of(window, query):
                yield "a window over the rows of all keys: no partition"
        for total in part.find_all(exp.AggFunc):
            inside = total.find_ancestor(exp.Window)
            if not query.args.get("group") and inside is None and _is_of(total, query):
                yield "a total of the rows of all keys: no group"


def _is_over_all(window: exp.Window) -> bool:
    """A named window has its partition elsewhere."""
    return not window.args.get("alias") and not window.args.get("partition_by")


def _is_of(part: exp.Expr, query: exp.Select) -> bool:
    """Whether the part is the query's own and no subquery's."""
    return part.find_ancestor(exp.Select) is query
