"""A row that breaks one test of a header, made from the test itself.

Belongs here: the mutation of a table for every kind of header test. Does not belong here: running
the tests over it (test_every_check.py). No row here comes from data: each column has some value of
its type, and the test's own columns have what the test forbids.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice, product

import duckdb
from sqlglot import exp, parse_one

from insight_pipeline.sql.engines.duckdb import identifier, literal
from insight_pipeline.sql.header_tests import TableTest

NOBODY = "\N{SNOWMAN} stands nowhere"
# Values that bring two columns of a type into every order, and one that most lists hold not.
_VALUES = {
    "DATE": ("date '1900-01-01'", "date '2025-06-15'", "date '2199-12-31'", "null::date"),
    "TIMESTAMP": ("timestamp '1900-01-01'", "timestamp '2199-12-31'", "null::timestamp"),
    "BOOLEAN": ("true", "false", "null::boolean"),
    "VARCHAR": ("'a'", "'b'", "null::varchar"),
    "INTEGER": ("-1", "0", "1", "7", "null"),
}
_NUMBER = re.compile(r"(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL.*|U.*INT.*")
_MOST_TRIED = 20_000


def breaking_rows(
    connection: duckdb.DuckDBPyConnection, table: str, test: TableTest
) -> Iterator[str]:
    """SQL of one relation (or more, one for each column a test names) that breaks the test.

    Each has the columns of `table`. AssertionError where nothing that breaks it could be made.
    """
    columns = {row[0]: row[1] for row in connection.execute(f"describe {table}").fetchall()}
    if test.not_null is not None:
        for column in test.not_null:
            yield _row(columns, {column: "null"})
    elif test.unique is not None:
        row = _row(columns, {})
        yield f"{row} union all {row}"
    elif test.accepted_values:
        column = test.accepted_values.column
        for value in _outside(columns[column], test.accepted_values.values):
            yield _row(columns, {column: value})
    elif test.relationships:
        nobody = {
            column: _values(columns[column], NOBODY)[-2] for column in test.relationships.here
        }
        yield _row(columns, nobody)
    elif test.freshness:
        yield _row(columns, {test.freshness.column: "date '1900-01-01'"})
    elif test.row_count_change:
        yield f"from {table} where false"
    else:
        yield _breaking(connection, columns, test.expression or "")


def _row(columns: Mapping[str, str], given: Mapping[str, str]) -> str:
    cells = [
        f"({given.get(name, _values(kind)[0])})::{kind} as {identifier(name)}"
        for name, kind in columns.items()
    ]
    return f"select {', '.join(cells)}"


def _values(kind: str, *texts: str) -> tuple[str, ...]:
    """Values of a type as SQL, NULL last; of text the given ones before it."""
    if kind == "VARCHAR":
        return (*_VALUES[kind][:-1], *map(literal, texts), _VALUES[kind][-1])
    if _NUMBER.fullmatch(kind):
        return _VALUES["INTEGER"]
    return _VALUES.get(kind, (f"null::{kind}",))


def _outside(kind: str, values: tuple[str | int | bool, ...] | None) -> Iterator[str]:
    if kind == "BOOLEAN":
        yield from (text for text in ("true", "false") if (text == "true") not in (values or ()))
    elif kind == "VARCHAR":
        yield literal(NOBODY)
    else:
        yield str(max(value for value in values or (0,) if isinstance(value, int)) + 1)


def _breaking(
    connection: duckdb.DuckDBPyConnection, columns: Mapping[str, str], expression: str
) -> str:
    """The first combination of values, and of texts of the expression, for which it is false."""
    tree = parse_one(expression, dialect="duckdb")
    named = sorted({each.name for each in tree.find_all(exp.Column)} & columns.keys())
    texts = sorted({each.name for each in tree.find_all(exp.Literal) if each.is_string})
    tried = product(*(_values(columns[name], *texts) for name in named))
    for values in islice(tried, _MOST_TRIED):
        row = _row(columns, dict(zip(named, values, strict=True)))
        broken = f"select count(*) from ({row}) where not coalesce(({expression}), true)"
        if connection.execute(broken).fetchall()[0][0]:
            return row
    raise AssertionError(f"no row was found that breaks {expression}")
