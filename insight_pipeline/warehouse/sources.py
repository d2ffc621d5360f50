"""What the warehouse's models may read that no model makes: `internal.*` and `reference.*`.

Belongs here: loading those tables, with the record replaced by the citizen's pseudonym. Does not
belong here: any model. A record without a citizen (opted out, or without evidence) does not come
in; `internal.linkage_rate` says how many rows that is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import polars as pl

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.service_levels.scorecard import COLUMNS as SCORECARD_COLUMNS
from insight_pipeline.contracts.staging import Written
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.sql.dry_run import Columns
from insight_pipeline.sql.engines.duckdb import identifier, literal, quoted_relation
from insight_pipeline.sql.meta import known_fingerprints, record

RECORD = "record_id"
CITIZEN = "citizen_id"
EVENT = "event_id"
EVENTS = "service_event"
CITIZEN_COLUMNS = {
    CITIZEN: "VARCHAR",
    "birth_month": "DATE",
    "sex_code": "VARCHAR",
    "area_code": "VARCHAR",
    "death_date": "DATE",
    "record_count": "INTEGER",
    "provider_count": "INTEGER",
}
# `month`: first day of the month in which the events began.
LINKAGE_RATE_COLUMNS = {
    "service_code": "VARCHAR",
    "provider_id": "VARCHAR",
    "month": "DATE",
    "rows_received": "BIGINT",
    "rows_linked": "BIGINT",
}
# Of each alternative partition (draw) the events whose citizen is another one there.
LINKAGE_DRAW_COLUMNS = {"draw": "INTEGER", EVENT: "VARCHAR", CITIZEN: "VARCHAR"}
REFERENCE_COLUMNS: dict[str, Columns] = {
    "reference.service_contract": {
        "service_code": "VARCHAR",
        "provider_id": "VARCHAR",
        "from_date": "DATE",
        "to_date": "DATE",
        "annual_price_gbp": "DECIMAL(18,2)",
    },
    "reference.service": {"service_code": "VARCHAR", "title": "VARCHAR"},
    "reference.provider": {"provider_id": "VARCHAR", "provider_name": "VARCHAR"},
    "reference.vocabulary": {"vocabulary": "VARCHAR", "code": "VARCHAR", "label": "VARCHAR"},
    "reference.event_feed": {"stem": "VARCHAR", "provider_id": "VARCHAR"},
    "reference.feed_period": {
        "stem": "VARCHAR",
        "provider_id": "VARCHAR",
        "period_from": "DATE",
        "period_to": "DATE",
    },
    "reference.scorecard": SCORECARD_COLUMNS,
}

SOURCE_WORDS = {
    "internal.citizen": "Every citizen who has not opted out, under a pseudonym.",
    "internal.linkage_rate": "Event rows received and linked to a citizen, by service, provider "
    "and month in which the event began. People who opted out are in neither.",
    "internal.linkage_draw": "Events whose citizen is another in one of the drawn partitions: how "
    "much figures depend on linkage. docs/linkage-quality.md says how to use it.",
    "reference.service_contract": "Who delivers which service, when and at what price.",
    "reference.service": "Services and their titles, from services.yaml.",
    "reference.provider": "Providers and their names, from their contracts.",
    "reference.vocabulary": "Codes and labels of every code list.",
    "reference.event_feed": "Feeds that tell of service events, whether received or not.",
    "reference.feed_period": "Periods covered by the accepted deliveries of each feed.",
    "reference.scorecard": "How each provider keeps its promises, by dataset and month.",
}


@dataclass(frozen=True)
class Population:
    """Linkage's hand-over under pseudonyms.

    records: Parquet (record_id, citizen_id, is_opted_out); citizens: Parquet (CITIZEN_COLUMNS);
    draws: Parquet (draw, record_id, citizen_id), records whose citizen is another in that draw.
    event_key: secret that goes into the pseudonym of an event, whose own id holds the provider's
    number of the person.
    """

    records: Path
    citizens: Path
    draws: Path
    fingerprint: str
    draws_fingerprint: str
    event_key: str = field(repr=False)


@dataclass(frozen=True)
class Sources:
    """Everything that flows into the warehouse tonight."""

    feeds: Mapping[str, Written]
    population: Population
    references: Mapping[str, pl.DataFrame]


def warehouse_contracts(internal: Sequence[Contract]) -> tuple[Contract, ...]:
    return tuple(contract for contract in internal if contract.zone == "warehouse")


def pseudonymous_columns(contract: Contract) -> Columns:
    """The contract's columns with the citizen in the record's place."""
    return {
        CITIZEN if name == RECORD else name: kind
        for name, kind in contract.physical_columns.items()
    }


def source_columns(internal: Sequence[Contract]) -> dict[str, Columns]:
    """Every source relation and its columns, as models may rely on them."""
    feeds = {f"internal.{c.stem}": pseudonymous_columns(c) for c in warehouse_contracts(internal)}
    return {
        **feeds,
        "internal.citizen": CITIZEN_COLUMNS,
        "internal.linkage_rate": LINKAGE_RATE_COLUMNS,
        "internal.linkage_draw": LINKAGE_DRAW_COLUMNS,
        **REFERENCE_COLUMNS,
    }


def source_fingerprints(internal: Sequence[Contract], sources: Sources) -> dict[str, str]:
    """Each source relation's fingerprint, from the files and people behind it."""
    people = sources.population.fingerprint
    marks = {"internal.citizen": fingerprint(people)}
    for contract in warehouse_contracts(internal):
        linked = [people] if RECORD in contract.physical_columns else []
        mark = fingerprint(sources.feeds[contract.stem].fingerprint, linked)
        marks[f"internal.{contract.stem}"] = mark
    events = marks.get(f"internal.{EVENTS}", fingerprint(people))
    # The columns too: the same rows counted by other keys are another table.
    marks["internal.linkage_rate"] = fingerprint(events, list(LINKAGE_RATE_COLUMNS))
    drawn = sources.population.draws_fingerprint
    marks["internal.linkage_draw"] = fingerprint(events, drawn)
    for relation, frame in sources.references.items():
        marks[relation] = fingerprint(relation, frame.select(pl.all().cast(pl.String)).rows())
    return marks


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
