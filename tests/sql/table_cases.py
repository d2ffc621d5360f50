"""Table tests: given these rows, a model makes exactly those rows. Cases stand in YAML beside this.

A file is named after its model and holds `tests`, each with `name` (a sentence), `given` (table →
rows) and `expect` (rows). Absent columns are NULL, absent tables empty. Rows come in any order and
are compared on the columns that the case names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import duckdb

from insight_pipeline.kernel.errors import nearest
from insight_pipeline.kernel.strict import StrictModel, load_yaml
from insight_pipeline.sql.dry_run import Columns, create_empty, describe
from insight_pipeline.sql.engines.duckdb import identifier, quoted_relation
from insight_pipeline.sql.model import Model

RESULT = "main.result"
Row = dict[str, Any]


class Case(StrictModel):
    """One sentence about a model, and the rows that show it."""

    name: str
    given: dict[str, tuple[Row, ...]]
    expect: tuple[Row, ...]


class Cases(StrictModel):
    """One file of table tests."""

    tests: tuple[Case, ...]


def load_cases(path: Path) -> tuple[Case, ...]:
    """The cases of one file."""
    return load_yaml(path, Cases).tests


def untested(models: Iterable[Model], folder: Path) -> list[str]:
    """Relations without a file of table tests, or whose file has no case (rule 15)."""
    return sorted(
        model.relation
        for model in models
        if not (path := folder / f"{model.name}.yaml").exists() or not load_cases(path)
    )


def check_case(
    connection: duckdb.DuckDBPyConnection, model: Model, case: Case, columns: Mapping[str, Columns]
) -> None:
    """Run `model` over the rows given, with tables of these `columns`; AssertionError if it errs.

    The macros must be installed in `connection`.
    """
    _check_names("table", case.given, model.reads)
    for relation in model.reads:
        create_empty(connection, relation, columns[relation])
        _fill(connection, relation, case.given.get(relation, ()), columns[relation])
    connection.execute(f"create or replace table {RESULT} as\n{model.query}")
    _compare(connection, case)


def _fill(
    connection: duckdb.DuckDBPyConnection, relation: str, rows: Iterable[Row], columns: Columns
) -> None:
    for row in rows:
        _check_names(f"column of {relation}", row, columns)
        values = [typed(connection, value, columns[name]) for name, value in row.items()]
        names = ", ".join(map(identifier, row))
        places = ", ".join("?" for _ in row)
        table = quoted_relation(relation)
        connection.execute(f"insert into {table} ({names}) values ({places})", values)


def _compare(connection: duckdb.DuckDBPyConnection, case: Case) -> None:
    kinds = describe(connection, RESULT)
    named = list(case.expect[0]) if case.expect else list(kinds)
    for row in case.expect:
        _check_names("column of the model", row, kinds)
        assert row.keys() == set(named), "every expected row of a case names the same columns"
    cells = ", ".join(map(identifier, named))
    found = connection.execute(f"select {cells} from {RESULT}").fetchall()
    wanted = [
        tuple(typed(connection, row[name], kinds[name]) for name in named) for row in case.expect
    ]
    missing = _bag(wanted) - _bag(found)
    unexpected = _bag(found) - _bag(wanted)
    assert not missing and not unexpected, (
        f"{case.name}\ncolumns    {named}\nmissing    {sorted(map(str, missing.elements()))}"
        f"\nunexpected {sorted(map(str, unexpected.elements()))}"
    )


def _check_names(kind: str, given: Iterable[str], known: Iterable[str]) -> None:
    listed = list(known)
    for name in given:
        assert name in listed, f"no {kind} is called '{name}': {nearest(name, listed)}"


def typed(connection: duckdb.DuckDBPyConnection, value: Any, kind: str) -> Any:
    """A value of a case as the column's type, refused when the type would change it."""
    if value is None:
        return None
    query = f"select v, v::varchar from (select ?::{kind} as v)"
    found, text = connection.execute(query, [value]).fetchall()[0]
    assert isinstance(value, list) or _same(str(value), text), f"'{value}' is not a {kind}"
    return found


def _same(written: str, text: str) -> bool:
    if written.lower() == text.lower():
        return True
    try:
        return Decimal(written) == Decimal(text)
    except InvalidOperation:
        return False


def _bag(rows: Iterable[tuple[Any, ...]]) -> Counter[tuple[Any, ...]]:
    return Counter(tuple(tuple(c) if isinstance(c, list) else c for c in row) for row in rows)
