"""How many rows that figures are made from hang on each citizen: what an answer may move.

Belongs here: counting in the warehouse under pseudonyms, since only the command line may look into
both zones. Does not belong here: what the count is used for (linkage/review/queue).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb
import polars as pl

from insight_pipeline.governance.pseudonym import load_key, pseudonymise
from insight_pipeline.indicators.catalogue import INDICATORS
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect, quoted_relation
from insight_pipeline.sql.model import Model
from insight_pipeline.warehouse.population import PURPOSE
from insight_pipeline.warehouse.sources import CITIZEN


def read_by_indicators(models: Iterable[Model]) -> frozenset[str]:
    """Models that indicators read, directly or through other models."""
    by_relation = {model.relation: model for model in models}
    reached: set[str] = set()
    waiting = [model for model in by_relation.values() if model.schema == INDICATORS]
    while waiting:
        reads = {name for model in waiting for name in model.reads if name in by_relation}
        waiting = [by_relation[name] for name in sorted(reads - reached)]
        reached |= reads
    return frozenset(reached)


def effects(
    settings: Settings, models: Sequence[Model], keys: Iterable[str]
) -> pl.DataFrame | None:
    """citizen_key, effect (rows) of these citizens; None where there is no warehouse yet."""
    if not settings.warehouse.exists():
        return None
    known = pl.Series("citizen_key", sorted(set(keys)), dtype=pl.String)
    ids = pseudonymise(known, load_key(settings.secrets), PURPOSE).alias(CITIZEN)
    with connect(settings, settings.warehouse, read_only=True) as connection:
        rows = _rows(connection, read_by_indicators(models))
    named = pl.DataFrame([known, ids]).join(rows, on=CITIZEN, how="left")
    return named.select("citizen_key", effect=pl.col("rows").fill_null(0))


def _rows(connection: duckdb.DuckDBPyConnection, relations: frozenset[str]) -> pl.DataFrame:
    """Rows per citizen over those of the relations that stand and have citizens."""
    found = connection.execute(
        "select table_schema || '.' || table_name from information_schema.columns "
        "where column_name = ? order by all",
        [CITIZEN],
    ).fetchall()
    counts = [
        f"select {CITIZEN}, count(*) as counted from {quoted_relation(name)} group by {CITIZEN}"
        for (name,) in found
        if name in relations
    ]
    nothing = f"select null::varchar as {CITIZEN}, 0 as counted where false"
    union = " union all ".join([nothing, *counts])
    total: pl.DataFrame = connection.sql(
        f"select {CITIZEN}, sum(counted)::bigint as rows from ({union}) group by {CITIZEN}"
    ).pl()
    return total
