"""A small night for the tests of the warehouse room: two feeds, five records, one model or two."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.staging import Written
from insight_pipeline.warehouse.sources import REFERENCE_COLUMNS, Population, Sources
from tests.unit.contracts.promises import internal

INTERNAL: tuple[Contract, ...] = (
    internal(
        "service_event",
        {
            **dict.fromkeys(("event_id", "record_id", "provider_id", "service_code"), "VARCHAR"),
            "event_from_date": "DATE",
        },
    ),
    internal("contract_spend", {"service_code": "VARCHAR", "amount_gbp": "DECIMAL(18,2)"}),
    internal("person_evidence", {"record_id": "VARCHAR", "family_name": "VARCHAR"}, "identity"),
)
EVENTS = (
    "select event_id, record_id, split_part(record_id, ':', 1) as provider_id, service_code, "
    "event_from_date::date as event_from_date from (values "
    "('e1', 'a:1', 'leisure', '2025-01-01'), ('e2', 'b:1', 'leisure', '2025-01-31'), "
    "('e3', 'opted:1', 'leisure', '2025-01-01'), ('e4', 'b:9', 'leisure', '2025-01-15'), "
    "('e5', 'b:2', 'housing', '2025-02-01'), ('e6', 'opted:2', 'secret', '2025-01-01')) "
    "v(event_id, record_id, service_code, event_from_date)"
)
SPEND = "select 'leisure' as service_code, 7.50::decimal(18, 2) as amount_gbp"
RECORDS = (
    "select * from (values ('a:1', 'c1', false), ('b:1', 'c2', false), ('b:2', 'c2', false), "
    "('opted:1', null, true), ('opted:2', null, true)) v(record_id, citizen_id, is_opted_out)"
)
DRAWS = "select 1 as draw, 'b:2' as record_id, 'c9' as citizen_id"
CITIZENS = (
    "select 'c' || n as citizen_id, date '1950-03-01' as birth_month, 'F' as sex_code, "
    "null as area_code, null::date as death_date, n as record_count, n as provider_count "
    "from range(1, 3) r(n)"
)


def parquet(path: Path, query: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"copy ({query}) to '{path}' (format parquet)")
    return path


def sources(
    folder: Path,
    spend: str = SPEND,
    events: str = EVENTS,
    people: str = "people 1",
    draws: str = DRAWS,
) -> Sources:
    """Everything a night hands to the warehouse; fingerprints follow from the queries."""
    references = {
        relation: pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
        for relation, columns in REFERENCE_COLUMNS.items()
    }
    leisure = references["reference.service"].clear(1)
    references["reference.service"] = leisure.with_columns(
        service_code=pl.lit("leisure"), title=pl.lit("Leisure")
    )
    return Sources(
        feeds={
            "service_event": written(folder / "event.parquet", events),
            "contract_spend": written(folder / "spend.parquet", spend),
        },
        population=Population(
            records=parquet(folder / "records.parquet", RECORDS),
            citizens=parquet(folder / "citizens.parquet", CITIZENS),
            draws=parquet(folder / "draws.parquet", draws),
            fingerprint=people,
            draws_fingerprint=draws,
            event_key="a key",
        ),
        references=references,
    )


def written(path: Path, query: str) -> Written:
    return Written(parquet(path, query), query, rows=0, unchanged=False)
