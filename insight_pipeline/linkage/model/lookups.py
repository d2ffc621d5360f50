"""Frozen lookups: the counts over all the evidence that a model was trained with.

Belongs here: putting such tables into a file and taking back what a night needs. Does not belong
here: how they are counted. A term frequency counted anew every night would move the weight of
pairs nobody touched; frozen with the model, a night gives what a rebuild gives.

The file holds hashes of values, never values, and only of those two people or more share; whatever
else comes along is as rare as a value can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

HASH = "md5_number_lower({column}::varchar)"


@dataclass(frozen=True)
class Lookup:
    """Table `table`(`key`, *`amounts`); `wanted` is SQL for the keys a night needs.

    `default` gives the amounts of a key that was not frozen; without it such keys are left out.
    `kept` is a condition on the rows worth freezing.
    """

    table: str
    key: str
    amounts: tuple[str, ...]
    wanted: str
    kept: str = "true"
    default: tuple[str, ...] | None = None


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def freeze(con: duckdb.DuckDBPyConnection, lookups: Sequence[Lookup], path: Path) -> None:
    """One Parquet file (lookup, value_hash, first, second) of all lookup tables, sorted."""
    parts = [
        f"select '{lookup.table}' as lookup, {HASH.format(column=lookup.key)} as value_hash,"
        f" {lookup.amounts[0]}::double as first,"
        f" {lookup.amounts[1] if len(lookup.amounts) > 1 else 'null'}::double as second"
        f" from {lookup.table} where {lookup.kept}"
        for lookup in lookups
    ]
    union = " union all ".join(parts)
    con.execute(f"copy (from ({union}) order by all) to {_quoted(path)} (format parquet)")


def thaw(con: duckdb.DuckDBPyConnection, lookup: Lookup, path: Path) -> None:
    """Table `lookup.table` for the wanted keys, with the amounts they were frozen with."""
    frozen = (
        f"select value_hash, first, second from read_parquet({_quoted(path)})"
        f" where lookup = '{lookup.table}'"
    )
    names = dict(zip(lookup.amounts, ("first", "second"), strict=False))
    defaults = dict(zip(lookup.amounts, lookup.default or (), strict=False))
    amounts = ", ".join(
        f"coalesce({column}, {defaults[name]}) as {name}"
        if name in defaults
        else f"{column} as {name}"
        for name, column in names.items()
    )
    kind = "left" if lookup.default else "inner"
    con.execute(f"""
        create or replace table {lookup.table} as
        select {lookup.key}, {amounts}
        from (select distinct {lookup.key} from ({lookup.wanted}) where {lookup.key} is not null)
        {kind} join ({frozen}) on value_hash = {HASH.format(column=lookup.key)}
    """)
