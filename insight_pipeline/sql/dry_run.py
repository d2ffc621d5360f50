"""Type-checks every model against empty tables, so that a mistake shows before any data moves.

Belongs here: empty schemas and the columns models would produce. Does not belong here: what
headers say (header_binding.py), or real data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import duckdb

from insight_pipeline.kernel.errors import raise_all
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect, identifier, quoted_relation
from insight_pipeline.sql.header import VERSION_COLUMNS, Materialised
from insight_pipeline.sql.header_binding import binding_fault, header_faults
from insight_pipeline.sql.model import Macro, Model

Columns = dict[str, str]


def create_empty(
    connection: duckdb.DuckDBPyConnection, relation: str, columns: Mapping[str, str]
) -> None:
    """An empty table `schema.name` with the given columns (name → DuckDB type)."""
    schema = relation.partition(".")[0]
    typed = ", ".join(f"{identifier(name)} {kind}" for name, kind in columns.items())
    connection.execute(f"create schema if not exists {identifier(schema)}")
    connection.execute(f"create or replace table {quoted_relation(relation)} ({typed})")


def dry_run(
    connection: duckdb.DuckDBPyConnection,
    models: Iterable[Model],
    sources: Mapping[str, Mapping[str, str]],
) -> dict[str, Columns]:
    """Columns (name → type) of every model, found by running it over empty sources.

    Macros must already be installed. Raises one InsightError naming every model that does not
    bind, or whose header says what is not so or could not be tested; models that read a broken one
    are reported once, as broken themselves.
    """
    for relation, columns in sources.items():
        create_empty(connection, relation, columns)
    found: dict[str, Columns] = {}
    faults = []
    for model in models:
        try:
            found[model.relation] = _made(connection, model)
        except duckdb.Error as error:
            faults.append(binding_fault(model, error))
        else:
            faults += header_faults(connection, model, {**sources, **found})
    raise_all(faults)
    return found


def _made(connection: duckdb.DuckDBPyConnection, model: Model) -> Columns:
    """Bind the query, which takes a third of the time running it over nothing would."""
    columns = query_columns(connection, model.query)
    if model.header.materialised is Materialised.SNAPSHOT:
        columns = {**columns, **VERSION_COLUMNS}
    create_empty(connection, model.relation, columns)
    return columns


def query_columns(connection: duckdb.DuckDBPyConnection, query: str) -> Columns:
    """Columns and types a query would give, in order; it is not run."""
    return {row[0]: row[1] for row in connection.execute(f"describe {query}").fetchall()}


def describe(connection: duckdb.DuckDBPyConnection, relation: str) -> Columns:
    """Columns and types of one table, in order."""
    return query_columns(connection, quoted_relation(relation))


@dataclass(frozen=True)
class _Project:
    """What a dry run needs; two are equal when their files say the same."""

    mark: str
    models: tuple[Model, ...] = field(compare=False)
    macros: tuple[Macro, ...] = field(compare=False)
    sources: Mapping[str, Mapping[str, str]] = field(compare=False)
    settings: Settings = field(compare=False)


def check_models(
    models: Sequence[Model],
    macros: Sequence[Macro],
    sources: Mapping[str, Mapping[str, str]],
    settings: Settings,
) -> dict[str, Columns]:
    """`dry_run` in a database of its own, once in a process for the same files.

    `sources`: relation → its columns, for everything the models and their tests read.
    """
    mark = check_fingerprint(models, macros, sources)
    checked = _checked(_Project(mark, tuple(models), tuple(macros), sources, settings))
    return {relation: dict(columns) for relation, columns in checked.items()}


def check_fingerprint(
    models: Sequence[Model],
    macros: Sequence[Macro],
    sources: Mapping[str, Mapping[str, str]],
) -> str:
    """Changes with anything a dry run looks at."""
    files = [[str(m.path), m.query, m.header.model_dump_json()] for m in models]
    typed = sorted((relation, list(columns.items())) for relation, columns in sources.items())
    return fingerprint(files, [macro.query for macro in macros], typed)


@lru_cache(maxsize=16)
def _checked(project: _Project) -> dict[str, Columns]:
    with connect(project.settings) as connection:
        for macro in project.macros:
            connection.execute(macro.query)
        return dry_run(connection, project.models, project.sources)
