"""Models as DuckDB runs them: the macros a model needs, then the statement that makes it.

Belongs here: SQL as text, to read or to run elsewhere. Does not belong here: running it (runner.py)
or changing what a model says: the query is the file's, letter by letter.
"""

from __future__ import annotations

from collections.abc import Sequence

from insight_pipeline.sql.engines.duckdb import identifier, quoted_relation
from insight_pipeline.sql.header import VERSION_COLUMNS, Materialised
from insight_pipeline.sql.model import Macro, Model, macros_of

FIRST_BUILD = {
    Materialised.INCREMENTAL: "As made in full; later only rows of changed keys are made again.",
    Materialised.SNAPSHOT: "The rows as they are now, undated; builds date them and keep history.",
}
VERSION = ", ".join(
    f"{'true' if kind == 'BOOLEAN' else 'null'}::{kind.lower()} as {name}"
    for name, kind in VERSION_COLUMNS.items()
)


def compiled(models: Sequence[Model], macros: Sequence[Macro]) -> str:
    """One script that makes these models in their order, once what they read stands.

    `macros`: all there are, callees first; only those called, directly or by others, are made.
    """
    parts = [f"{macro.query.strip()}\n;" for macro in macros_of(models, macros)]
    for schema in dict.fromkeys(model.schema for model in models):
        parts.append(f"create schema if not exists {identifier(schema)};")
    parts += [f"{_heading(model)}\n{statement(model)}\n;" for model in models]
    return "\n\n".join(parts) + "\n"


def statement(model: Model) -> str:
    """The statement that makes one model from nothing, without a semicolon."""
    stands, query = model.header.materialised, model.query
    kind = "view" if stands is Materialised.VIEW else "table"
    if stands is Materialised.SNAPSHOT:
        query = f"select made.*, {VERSION} from (\n{query}\n) as made"
    return f"create or replace {kind} {quoted_relation(model.relation)} as\n{query}"


def _heading(model: Model) -> str:
    reads = ", ".join(model.reads) or "nothing"
    lines = [f"-- {model.relation}: reads {reads}."]
    note = FIRST_BUILD.get(model.header.materialised)
    return "\n".join([*lines, *([f"-- {note}"] if note else [])])
