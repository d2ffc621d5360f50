"""The columns of a history when its query gives others: new ones, and other types.

Belongs here: changing a snapshot's table without changing what it tells. Does not belong here: its
versions (snapshot.py).
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.sql.dry_run import Columns, describe
from insight_pipeline.sql.engines.duckdb import identifier, quoted_relation
from insight_pipeline.sql.meta import scalar
from insight_pipeline.sql.model import Model


def fit_columns(connection: duckdb.DuckDBPyConnection, model: Model, now: Columns) -> None:
    """Give the history the columns that are new, and columns of another type their new type.

    A column the query no longer gives stays; its new versions have NULL there. InsightError when a
    value of the history would change, or two keys would become one.
    """
    table = quoted_relation(model.relation)
    then = {name.lower(): kind for name, kind in describe(connection, model.relation).items()}
    retyped = {name: kind for name, kind in now.items() if then.get(name.lower(), kind) != kind}
    for name, kind in retyped.items():
        _refuse_other_values(connection, model, name, (then[name.lower()], kind))
    _refuse_merged_keys(connection, model, retyped)
    for name, kind in now.items():
        if name.lower() not in then:
            connection.execute(f"alter table {table} add column {identifier(name)} {kind}")
    for name, kind in retyped.items():
        change = f"alter column {identifier(name)} set data type {kind}"
        connection.execute(f"alter table {table} {change}")


def _refuse_other_values(
    connection: duckdb.DuckDBPyConnection, model: Model, name: str, kinds: tuple[str, str]
) -> None:
    """A value that does not come back from the new type as it was is another value."""
    column, (old, new) = identifier(name), kinds
    there_and_back = f"try_cast(try_cast({column} as {new}) as {old})"
    # Compared as text as well: 0.0 and -0.0, or a month and 30 days, pass for equal.
    differs = f"{there_and_back}::varchar is distinct from {column}::varchar"
    query = f"select count(*) from {quoted_relation(model.relation)} where {differs}"
    try:
        rows = scalar(connection, query)
    except duckdb.Error:
        found = f"{new}, which {old} is never cast to"
    else:
        if not rows:
            return
        found = f"{new}, which changes {rows:,} of its rows"
    expected = f"'{name}' as {old}, or a type its history fits"
    next_step = "give the column another name: the old one keeps its history"
    raise InsightError([snapshot_fault(model, expected, found, next_step)]) from None


def _refuse_merged_keys(
    connection: duckdb.DuckDBPyConnection, model: Model, retyped: Mapping[str, str]
) -> None:
    """Values that come back as they were may still be equal to each other in the new type."""
    kinds = {name.lower(): kind for name, kind in retyped.items()}
    key = model.header.key
    if not any(name.lower() in kinds for name in key):
        return
    then = ", ".join(identifier(name) for name in key)
    now = ", ".join(
        f"{identifier(name)}::{kinds[name.lower()]}" if name.lower() in kinds else identifier(name)
        for name in key
    )
    table = quoted_relation(model.relation)
    before, after = (
        scalar(connection, f"select count(*) from (select distinct {columns} from {table})")
        for columns in (then, now)
    )
    if after < before:
        found = f"a type in which {before:,} keys are {after:,}"
        next_step = "keep the type of the key, or give the model of the new key a file of its own"
        expected = f"the type its history has for the key: {', '.join(key)}"
        raise InsightError([snapshot_fault(model, expected, found, next_step)])


def snapshot_fault(model: Model, expected: str, found: str, next_step: str) -> Fault:
    """The fault of a snapshot that would have to change its history."""
    return Fault(
        where=f"{model.path} (snapshot)",
        expected=expected,
        found=found,
        consequence="no version is written, the history stays as it is",
        next_step=next_step,
    )
