"""Table tests: given these rows, a model (or one of its CTEs) gives exactly those rows.

Belongs here: the shape of a file of cases, running a case, and what it found. Does not belong
here: which files there are, or the words of a command. A file is named after its model and holds
`tests`, each with `name` (a sentence), `given` (table → rows) and `expect` (rows); `cte` names the
step that `expect` is about. Absent columns are NULL, absent tables empty, absent seeds as they are.
Rows come in any order and are compared on the columns that the case names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import duckdb

from insight_pipeline.kernel.errors import InsightError, nearest
from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.kernel.strict import StrictModel, load_yaml
from insight_pipeline.sql.ctes import up_to_cte
from insight_pipeline.sql.dry_run import Columns, create_empty, describe
from insight_pipeline.sql.engines.duckdb import identifier, quoted_relation
from insight_pipeline.sql.model import Model
from insight_pipeline.sql.seeds import Seed

RESULT = "main.result"
Row = dict[str, Any]
Cells = tuple[Any, ...]


class Case(StrictModel):
    """One sentence about a model, and the rows that show it."""

    name: str
    given: dict[str, tuple[Row, ...]]
    expect: tuple[Row, ...]
    cte: str | None = None


class Cases(StrictModel):
    """One file of table tests."""

    tests: tuple[Case, ...]


class CaseError(Exception):
    """A case that cannot run: it names what is not there, or a value its column cannot hold."""


@dataclass(frozen=True)
class CaseResult:
    """How a case fared: passed, failed (other rows), or error (it could not run).

    `words` says why; `missing` and `unexpected` are the rows, in the order of `columns`.
    """

    name: str
    outcome: Outcome
    words: str = ""
    columns: tuple[str, ...] = ()
    missing: tuple[Cells, ...] = ()
    unexpected: tuple[Cells, ...] = ()


def load_cases(path: Path) -> tuple[Case, ...]:
    """The cases of one file."""
    return load_yaml(path, Cases).tests


def untested(models: Iterable[Model], folder: Path) -> list[str]:
    """Relations without a file of table tests, or whose file has no case; seeds need none."""
    return sorted(
        model.relation
        for model in models
        if not isinstance(model, Seed)
        and (not (path := folder / f"{model.name}.yaml").exists() or not load_cases(path))
    )


def run_case(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    case: Case,
    columns: Mapping[str, Columns],
    seeds: Iterable[Seed] = (),
) -> CaseResult:
    """Run `model` over the rows given, with tables of these `columns` (relation → name → type).

    The macros must be installed in `connection`, where tables of the same names are replaced.
    """
    try:
        _prepare(connection, model, case, columns, {seed.relation: seed for seed in seeds})
        query = model.query if case.cte is None else up_to_cte(model, case.cte)
        connection.execute(f"create or replace table {RESULT} as\n{query}")
        return _compared(connection, case)
    except CaseError as error:
        return CaseResult(case.name, Outcome.ERROR, str(error))
    except InsightError as error:
        fault = error.faults[0]
        return CaseResult(case.name, Outcome.ERROR, f"found {fault.found}: {fault.next_step}")
    except duckdb.Error as error:
        return CaseResult(case.name, Outcome.ERROR, str(error).splitlines()[0])


def _prepare(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    case: Case,
    columns: Mapping[str, Columns],
    seeds: Mapping[str, Seed],
) -> None:
    """Make every table the model reads, with the rows given."""
    _check_names("table", case.given, model.reads)
    for relation in model.reads:
        create_empty(connection, relation, columns[relation])
        if relation in case.given or relation not in seeds:
            _fill(connection, relation, case.given.get(relation, ()), columns[relation])
        else:
            table = quoted_relation(relation)
            connection.execute(f"insert into {table} {seeds[relation].query}")


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


def _compared(connection: duckdb.DuckDBPyConnection, case: Case) -> CaseResult:
    kinds = describe(connection, RESULT)
    named = tuple(case.expect[0]) if case.expect else tuple(kinds)
    for row in case.expect:
        _check_names("column of the result", row, kinds)
        if row.keys() != set(named):
            raise CaseError("every expected row of a case names the same columns")
    cells = ", ".join(map(identifier, named))
    found = _bag(connection.execute(f"select {cells} from {RESULT}").fetchall())
    wanted = _bag(
        tuple(typed(connection, row[name], kinds[name]) for name in named) for row in case.expect
    )
    missing, unexpected = _listed(wanted - found), _listed(found - wanted)
    if not missing and not unexpected:
        return CaseResult(case.name, Outcome.PASSED, columns=named)
    words = (
        f"columns    {list(named)}\nmissing    {[str(row) for row in missing]}"
        f"\nunexpected {[str(row) for row in unexpected]}"
    )
    return CaseResult(case.name, Outcome.FAILED, words, named, missing, unexpected)


def _check_names(kind: str, given: Iterable[str], known: Iterable[str]) -> None:
    listed = list(known)
    for name in given:
        if name not in listed:
            raise CaseError(f"no {kind} is called '{name}': {nearest(name, listed)}")


def typed(connection: duckdb.DuckDBPyConnection, value: Any, kind: str) -> Any:
    """A value of a case as the column's type; CaseError when the type would change it."""
    if value is None:
        return None
    query = f"select v, v::varchar from (select ?::{kind} as v)"
    found, text = connection.execute(query, [value]).fetchall()[0]
    if not isinstance(value, list) and not _same(str(value), text):
        raise CaseError(f"'{value}' is not a {kind}")
    return found


def _same(written: str, text: str) -> bool:
    if written.lower() == text.lower():
        return True
    try:
        return Decimal(written) == Decimal(text)
    except InvalidOperation:
        return False


def _bag(rows: Iterable[Cells]) -> Counter[Cells]:
    return Counter(tuple(tuple(c) if isinstance(c, list) else c for c in row) for row in rows)


def _listed(rows: Counter[Cells]) -> tuple[Cells, ...]:
    return tuple(sorted(rows.elements(), key=str))
