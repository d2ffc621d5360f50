"""Columns and tests of a header held against empty tables, so that none fails only at night.

Belongs here: names of columns, statements of tests that bind, and types that can be compared. Does
not belong here: making the empty tables (dry_run.py), or running a test (checks.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import duckdb

from insight_pipeline.kernel.errors import Fault, nearest
from insight_pipeline.sql.checks import failing_rows_sql
from insight_pipeline.sql.engines.duckdb import literal, quoted_relation
from insight_pipeline.sql.header import Materialised
from insight_pipeline.sql.header_tests import AcceptedValues, Freshness, Relationships, TableTest
from insight_pipeline.sql.key_reading import carries, plain_breaks
from insight_pipeline.sql.model import Model

Types = Mapping[str, Mapping[str, str]]
# Types that DuckDB compares with each other whatever their values.
ALIKE = {
    "number": r"U?(TINY|SMALL|BIG|HUGE)?INT|U?INTEGER|DECIMAL\(.*\)|DOUBLE|FLOAT",
    "text": r"VARCHAR|ENUM\(.*\)",
    "day": r"DATE|TIMESTAMP.*",
}
NEVER = "the test could never run"


def binding_fault(model: Model, error: duckdb.Error, part: str = "") -> Fault:
    """A query, or with `part` a piece of a header, that DuckDB does not take."""
    return Fault(
        where=f"{model.path}{part}",
        expected="a query that binds to the promised columns",
        found=str(error).splitlines()[0],
        consequence=NEVER if part else "the model cannot run",
        next_step="correct the column, table or type named",
    )


def header_faults(
    connection: duckdb.DuckDBPyConnection, model: Model, columns: Types
) -> Iterator[Fault]:
    """What a model's header says that is not so, or that no night could test.

    `columns`: relation → column → type, of all that binds; a relation that did not bind is a fault
    of its own and is told once.
    """
    header, own = model.header, model.relation
    for part in ("columns", "key", "track"):
        named = ((own, name) for name in getattr(header, part))
        yield from _unknown_columns(model, part, named, columns)
    keyed = [name for name in model.reads if _has_key_of(model, name, columns)]
    yield from plain_breaks(model, keyed)
    for test in header.tests:
        if {own, *test.against} <= columns.keys():
            yield from _test_faults(connection, model, test, columns)
        else:
            yield from _unknown_columns(model, "tests", _columns_of(own, test), columns)


def _has_key_of(model: Model, relation: str, columns: Types) -> bool:
    """Whether an incremental model is made again by keys of this relation."""
    is_keyed = model.header.materialised is Materialised.INCREMENTAL
    return is_keyed and carries(
        model.header.key, columns.get(relation, {}), columns.get(model.relation, {})
    )


def _test_faults(
    connection: duckdb.DuckDBPyConnection, model: Model, test: TableTest, columns: Types
) -> Iterator[Fault]:
    unknown = tuple(_unknown_columns(model, "tests", _columns_of(model.relation, test), columns))
    yield from unknown
    if unknown:
        return
    try:
        table = quoted_relation(model.relation)
        connection.execute(f"explain {failing_rows_sql(table, test, previous_rows=1)}")
        mistyped = tuple(_mistyped(connection, model.relation, test, columns))
    except duckdb.Error as error:
        yield binding_fault(model, error, " (header): tests")
        return
    for expected, found in mistyped:
        yield Fault(
            where=f"{model.path} (header): tests",
            expected=expected,
            found=found,
            consequence=NEVER,
            next_step="name another column or other values, or cast the column in the query",
        )


def _columns_of(own: str, test: TableTest) -> Iterator[tuple[str, str]]:
    """Columns a test names, each with the relation it should stand in."""
    yield from ((own, name) for name in (*(test.not_null or ()), *(test.unique or ())))
    if test.accepted_values:
        yield own, test.accepted_values.column
    if test.relationships:
        yield from ((own, name) for name in test.relationships.here)
        yield from ((test.relationships.to, name) for name in test.relationships.there)
    if test.freshness:
        relation, _, column = test.freshness.against.rpartition(".")
        yield from [(own, test.freshness.column), (relation, column)]


def _unknown_columns(
    model: Model, part: str, named: Iterable[tuple[str, str]], columns: Types
) -> Iterator[Fault]:
    for relation, name in named:
        known = columns.get(relation, {})
        if relation in columns and name.lower() not in {column.lower() for column in known}:
            yield Fault(
                where=f"{model.path} (header): {part}",
                expected=f"columns that {relation} has",
                found=f"'{name}', which it has not",
                consequence="the header says what is not so",
                next_step=nearest(name, known),
            )


def _mistyped(
    connection: duckdb.DuckDBPyConnection, own: str, test: TableTest, columns: Types
) -> Iterator[tuple[str, str]]:
    """What a test expects and finds of types that bind, and would stop at the first value."""
    if test.accepted_values:
        kind = _type_of(columns, own, test.accepted_values.column)
        yield from _accepted(connection, test.accepted_values, kind)
    if test.relationships:
        yield from _related(test.relationships, own, columns)
    if test.freshness:
        yield from _fresh(test.freshness, own, columns)
    if test.expression is not None:
        query = f"describe select ({test.expression}) from {quoted_relation(own)}"
        kind = connection.execute(query).fetchall()[0][1]
        if kind != "BOOLEAN":
            yield "a predicate, which is true or false", f"an expression of type {kind}"


def _accepted(
    connection: duckdb.DuckDBPyConnection, accepted: AcceptedValues, kind: str
) -> Iterator[tuple[str, str]]:
    if accepted.values is None and _family(kind) != "text":
        yield "a column of text, as codes are", f"'{accepted.column}', of type {kind}"
    for value in accepted.values or ():
        if isinstance(value, str):
            cast = f"select try_cast({literal(value)} as {kind}) is not null"
            fits = bool(connection.execute(cast).fetchall()[0][0])
        else:
            fits = _family(kind) == ("BOOLEAN" if isinstance(value, bool) else "number")
        if not fits:
            said = f"the text '{value}'" if isinstance(value, str) else str(value).lower()
            yield f"values of type {kind}, as '{accepted.column}' has", said


def _related(related: Relationships, own: str, columns: Types) -> Iterator[tuple[str, str]]:
    for name, field in zip(related.here, related.there, strict=True):
        here, there = _type_of(columns, own, name), _type_of(columns, related.to, field)
        if _family(here) != _family(there):
            yield f"'{name}' of the type of {related.to}.{field}, {there}", here


def _fresh(fresh: Freshness, own: str, columns: Types) -> Iterator[tuple[str, str]]:
    relation, _, column = fresh.against.rpartition(".")
    for table, name in ((own, fresh.column), (relation, column)):
        kind = _type_of(columns, table, name)
        if _family(kind) != "day":
            yield f"'{name}' of {table} to be a day", f"a column of type {kind}"


def _type_of(columns: Types, relation: str, name: str) -> str:
    return {column.lower(): kind for column, kind in columns[relation].items()}[name.lower()]


def _family(kind: str) -> str:
    """What a type is compared as; a type that is like no other is its own."""
    single = not kind.endswith("]")
    return next((name for name, p in ALIKE.items() if single and re.fullmatch(p, kind)), kind)
