"""Tables that a piece of SQL reads: a query, or a predicate with a subquery.

Belongs here: names of tables as they are written. Does not belong here: what is done with them, or
whether anybody makes them (graph.py).
"""

from __future__ import annotations

from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError


@lru_cache(maxsize=2048)
def tables_in(expression: str) -> tuple[str, ...]:
    """Relations as `schema.table`, sorted; none of an expression that does not parse.

    The dry run tells of that: DuckDB, which runs the expression, has the last word.
    """
    tree = _tree(expression)
    return () if tree is None else relations_of(tree)


@lru_cache(maxsize=2048)
def bare_tables_in(expression: str) -> tuple[str, ...]:
    """Tables an expression names without their schema, sorted; none where it does not parse."""
    tree = _tree(expression)
    return () if tree is None else bare_tables_of(tree)


def _tree(expression: str) -> exp.Expr | None:
    try:
        return sqlglot.parse_one(expression, dialect="duckdb")
    except SqlglotError:
        return None


def relations_of(tree: exp.Expr) -> tuple[str, ...]:
    """Relations read, as `schema.table`, sorted; names of CTEs are not relations."""
    return tuple(sorted({f"{t.db}.{t.name}" for t in tree.find_all(exp.Table) if t.db}))


def bare_tables_of(tree: exp.Expr) -> tuple[str, ...]:
    """Names in a `from` that have no schema and are no CTE's, sorted; table functions have none."""
    ctes = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    bare = {t.name for t in tree.find_all(exp.Table) if _is_bare(t)}
    return tuple(sorted(name for name in bare if name.lower() not in ctes))


def _is_bare(table: exp.Table) -> bool:
    return not table.db and isinstance(table.this, exp.Identifier)
