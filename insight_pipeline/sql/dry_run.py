"""Type-checks every model against empty tables, so that a mistake shows before any data moves.

Belongs here: empty schemas and the columns models would produce. Does not belong here: real data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb

from insight_pipeline.kernel.errors import Fault, raise_all
from insight_pipeline.sql.engines.duckdb import identifier, quoted_relation
from insight_pipeline.sql.model import Model

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
    bind; models that read a broken one are reported once, as broken themselves.
    """
    for relation, columns in sources.items():
        create_empty(connection, relation, columns)
    found: dict[str, Columns] = {}
    faults = []
    for model in models:
        try:
            connection.execute(f"create schema if not exists {identifier(model.schema)}")
            connection.execute(
                f"create or replace table {quoted_relation(model.relation)} as\n{model.query}"
            )
            found[model.relation] = describe(connection, model.relation)
        except duckdb.Error as error:
            faults.append(_fault(model, error))
    raise_all(faults)
    return found


def describe(connection: duckdb.DuckDBPyConnection, relation: str) -> Columns:
    """Columns and types of one table, in order."""
    rows = connection.execute(f"describe {quoted_relation(relation)}").fetchall()
    return {row[0]: row[1] for row in rows}


def _fault(model: Model, error: duckdb.Error) -> Fault:
    return Fault(
        where=str(model.path),
        expected="a query that binds to the promised columns",
        found=str(error).splitlines()[0],
        consequence="the model cannot run",
        next_step="correct the column, table or type named",
    )
