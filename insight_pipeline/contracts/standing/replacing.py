"""Which accepted rows stand after every delivery has done to the others what its contract says.

Belongs here: resubmission, in SQL over the deliveries of one dataset. Does not belong here:
accounts (standing.py), or which deliveries count (recognition.py).
Tables made on the connection: `delivery`, `arrived` (rows in the newest contract's columns),
`standing`, `waiting` (rows held until what they refer to arrives).
In an upsert a row that waits replaces nothing: the sound row of its key stands until then. A
delivery that replaces whole does so with its first night: what it replaced does not come back for
rows of it that wait.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from pathlib import Path

import duckdb

from insight_pipeline.contracts.judging.verdict import Verdict
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.standing.projection import projected
from insight_pipeline.contracts.standing.references import mark_missing
from insight_pipeline.sql.engines.duckdb import identifier

ORPHANS = "select (_delivery_id, _row) from missing where holds"


def reckon(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    columns: Mapping[str, str],
    ranked: Sequence[Verdict],
    folder: Path,
    parents: Mapping[str, Path],
) -> None:
    """Fill `standing` and `waiting` from the deliveries that count, in order of submission.

    `columns`: those of the dataset as it stands, the promised ones first, then provenance.
    """
    _list_deliveries(connection, ranked)
    arrived = _arrived(connection, contract, columns, ranked, folder)
    connection.execute(f"create temp view arrived as {arrived}")
    mark_missing(connection, contract.references, parents)
    if not contract.references:
        connection.execute(f"create temp table standing as {_latest(contract, 'arrived')}")
        connection.execute("create temp table waiting as from arrived where false")
        return
    connection.execute(
        f"create temp view sound as from arrived where (_delivery_id, _row) not in ({ORPHANS})"
    )
    connection.execute(f"create temp table standing as {_latest(contract, 'sound')}")
    connection.execute(
        f"create temp table waiting as from ({_latest(contract, 'arrived')}) "
        f"where (_delivery_id, _row) in ({ORPHANS})"
    )


def _list_deliveries(connection: duckdb.DuckDBPyConnection, ranked: Sequence[Verdict]) -> None:
    connection.execute(
        "create temp table delivery "
        "(_delivery_id varchar, _place integer, _period_from date, _period_to date)"
    )
    places = [(v.delivery_id, n, v.period_from, v.period_to) for n, v in enumerate(ranked)]
    if places:
        connection.executemany("insert into delivery values (?, ?, ?, ?)", places)


def _arrived(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    columns: Mapping[str, str],
    ranked: Sequence[Verdict],
    folder: Path,
) -> str:
    """SQL for every delivery's accepted rows with their delivery's place."""
    empty = ", ".join(f"null::{kind} as {identifier(name)}" for name, kind in columns.items())
    provenance = list(columns)[len(contract.columns) :]
    parts = [f"select {empty} where false"]
    versions = sorted(ranked, key=lambda verdict: verdict.judged_by)
    for version, group in groupby(versions, key=lambda verdict: verdict.judged_by):
        files = [folder / f"{verdict.delivery_id}.parquet" for verdict in group]
        parts.append(projected(connection, contract, version, files, provenance))
    united = " union all ".join(parts)
    return f"select a.*, d._place from ({united}) a join delivery d using (_delivery_id)"


def _latest(contract: Contract, rows: str) -> str:
    """SQL for those of `rows` that nothing later replaces."""
    mode = contract.promise.resubmission.mode
    if mode == "upsert":
        latest = f"row_number() over (partition by {_key(contract)} order by _place desc, _row) = 1"
        # A row without its whole key is nobody's later version.
        return f"select * from {rows} qualify {_keyless(contract)} or {latest}"
    if mode == "replace_period":
        # Of deliveries, not of rows: a later delivery without rows replaces too.
        latest = "select max(_place) from delivery group by _period_from, _period_to"
        return f"select * from {rows} where _place in ({latest})"
    if mode == "replace":
        return f"select * from {rows} where _place = (select max(_place) from delivery)"
    return f"select * from {rows}"


def _key(contract: Contract) -> str:
    return ", ".join(identifier(name) for name in contract.key)


def _keyless(contract: Contract) -> str:
    return " or ".join(f"{identifier(name)} is null" for name in contract.key)


def rows_by_delivery(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, int]:
    counted = f"select _delivery_id, count(*) from {identifier(table)} group by _delivery_id"
    return {row[0]: int(row[1]) for row in connection.execute(counted).fetchall()}


def replaced_all(
    connection: duckdb.DuckDBPyConnection, contract: Contract, ranked: Collection[Verdict]
) -> dict[str, bool]:
    """Of an upsert's deliveries that follow rows of their period: whether they replace them all.

    Within a delivery a key stands once (the judge sees to that), so that counting rows at the place
    where their key first came counts keys.
    """
    periods = [(verdict.period_from, verdict.period_to) for verdict in ranked]
    if contract.promise.resubmission.mode != "upsert" or len(set(periods)) == len(periods):
        return {}
    period = "_period_from, _period_to"
    found = connection.execute(
        f"""
        with keyed as (
            select _delivery_id, _place, {period}, case when {_keyless(contract)} then _place
                else min(_place) over (partition by {period}, {_key(contract)}) end as first_place
            from arrived
        ),
        known as (
            select {period}, first_place, count(*) as keys
            from keyed where _place = first_place group by all
        ),
        touched as (
            select _delivery_id, count(*) as keys
            from keyed where first_place < _place group by _delivery_id
        )
        select d._delivery_id, sum(k.keys) = coalesce(any_value(t.keys), 0)
        from delivery d
        join known k on k._period_from = d._period_from and k._period_to = d._period_to
            and k.first_place < d._place
        left join touched t on t._delivery_id = d._delivery_id
        group by d._delivery_id
        """
    ).fetchall()
    return {row[0]: bool(row[1]) for row in found}
