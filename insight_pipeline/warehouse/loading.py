"""Fills `internal.*` and `reference.*`, with the record replaced by the citizen's pseudonym.

Belongs here: bringing each source table up to date. Does not belong here: which there are
(sources.py). A record without a citizen (opted out, or without evidence) does not come in;
`internal.linkage_rate` says how many rows that is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import polars as pl

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.staging import Written
from insight_pipeline.sql.engines.duckdb import identifier, literal, quoted_relation
from insight_pipeline.sql.meta import known_fingerprints, record
from insight_pipeline.warehouse.sources import (
    CITIZEN_COLUMNS,
    EVENT,
    EVENTS,
    RECORD,
    REFERENCE_COLUMNS,
    Population,
    Sources,
    warehouse_contracts,
)


def load_sources(
    connection: duckdb.DuckDBPyConnection,
    internal: Sequence[Contract],
    sources: Sources,
    marks: Mapping[str, str],
) -> None:
    """Bring every source table to its fingerprint; unchanged ones are left alone."""
    known = known_fingerprints(connection)
    connection.execute(
        "create schema if not exists internal; create schema if not exists reference"
    )
    for relation, query in _queries(internal, sources).items():
        if known.get(relation) != marks[relation]:
            # The key is bound, never written: statements end up in logs.
            keys = [sources.population.event_key] * query.count("?")
            connection.execute(
                f"create or replace table {quoted_relation(relation)} as {query}", keys
            )
            record(connection, relation, marks[relation])
    for relation, frame in sources.references.items():
        if known.get(relation) != marks[relation]:
            _load_reference(connection, relation, frame)
            record(connection, relation, marks[relation])


def _queries(internal: Sequence[Contract], sources: Sources) -> dict[str, str]:
    population = sources.population
    people = f"from read_parquet({literal(str(population.citizens))})"
    queries = {
        f"internal.{contract.stem}": _feed(contract, sources.feeds[contract.stem], population)
        for contract in warehouse_contracts(internal)
    }
    queries["internal.citizen"] = f"select {_cast(CITIZEN_COLUMNS)} {people} order by citizen_id"
    if EVENTS in sources.feeds:
        queries["internal.linkage_rate"] = _linkage_rate(sources.feeds[EVENTS], population)
        queries["internal.linkage_draw"] = _linkage_draw(sources.feeds[EVENTS], population)
    return queries


def _feed(contract: Contract, feed: Written, population: Population) -> str:
    source = f"read_parquet({literal(str(feed.path))})"
    if RECORD not in contract.physical_columns:
        return f"select * from {source}"
    cells = ", ".join(_cell(name) for name in contract.physical_columns)
    return (
        f"select {cells} from {source} feed "
        f"join read_parquet({literal(str(population.records))}) people using (record_id) "
        "where not people.is_opted_out"
    )


def _cell(name: str) -> str:
    if name == RECORD:
        return "people.citizen_id"
    if name == EVENT:
        # The feed stays readable; what follows is the same for the same event under the same key.
        return (
            "split_part(feed.event_id, ':', 1) || ':' || "
            "left(sha256(concat(?, chr(31), feed.event_id)), 32) as event_id"
        )
    return f"feed.{identifier(name)}"


def _linkage_rate(feed: Written, population: Population) -> str:
    """Rows received and linked by service, provider and month; who opted out is in neither."""
    return (
        "select service_code, provider_id, "
        "date_trunc('month', event_from_date)::date as month, count(*) as rows_received, "
        "count(people.citizen_id) as rows_linked "
        f"from read_parquet({literal(str(feed.path))}) feed "
        f"left join read_parquet({literal(str(population.records))}) people using (record_id) "
        "where not coalesce(people.is_opted_out, false) group by all order by all"
    )


def _linkage_draw(feed: Written, population: Population) -> str:
    """Events under other citizens, by draw; an event not listed keeps its citizen."""
    cells = f"drawn.draw::integer as draw, {_cell(EVENT)}, drawn.citizen_id as citizen_id"
    return (
        f"select {cells} from read_parquet({literal(str(feed.path))}) feed "
        f"join read_parquet({literal(str(population.draws))}) drawn using (record_id) order by all"
    )


def _cast(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{name}::{kind} as {name}" for name, kind in columns.items())


def _load_reference(
    connection: duckdb.DuckDBPyConnection, relation: str, frame: pl.DataFrame
) -> None:
    columns = REFERENCE_COLUMNS[relation]
    typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    connection.execute(f"create or replace table {quoted_relation(relation)} ({typed})")
    if frame.height:
        places = ", ".join("?" for _ in columns)
        connection.executemany(
            f"insert into {quoted_relation(relation)} values ({places})",
            frame.select(list(columns)).rows(),
        )
