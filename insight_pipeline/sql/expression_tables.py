"""Tables that a predicate looks into, by a subquery.

Belongs here: names of tables in a piece of SQL that is no query. Does not belong here: whole
queries (model.py), or what is done with the names.
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
    try:
        tree = sqlglot.parse_one(expression, dialect="duckdb")
    except SqlglotError:
        return ()
    return tuple(sorted({f"{t.db}.{t.name}" for t in tree.find_all(exp.Table) if t.db}))
