"""What happened to people, as last night and tonight have it: events told, changed or gone.

Belongs here: comparing two nights' events. Does not belong here: what that says about a figure
(revision_reasons.py). Nobody's event leaves here: only services, days and reasons do.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from insight_pipeline.sql.engines.duckdb import identifier, literal
from insight_pipeline.warehouse.sources import CITIZEN, EVENT, EVENTS

# Where an event was delivered; the rest of its columns, but for who it is about, is what it says.
PROVENANCE = {"delivery_id", "row_number", "period_from", "period_to"}
NEEDED = {EVENT, CITIZEN, "service_code", "event_from_date", "event_to_date", "delivery_id"}

_NO_EVENTS = """
create or replace temp table changed_event (
    service_code varchar, reason_code varchar, from_date date, to_date date
)
"""

# One row per service, reason and days: events told, changed or gone since last night.
_EVENTS = """
insert into changed_event
with
told as (
    select
        coalesce(now.service_code, before.service_code) as service_code,
        now.event_id is null as is_gone,
        before.event_id is null or {other} as is_news,
        new.delivery_id is not null as is_new,
        coalesce(new.is_correction, false) as is_correction,
        corrected.delivery_id is not null as is_taken_back,
        least(now.event_from_date, before.event_from_date) as from_date,
        greatest(
            case when now.event_id is not null then coalesce(now.event_to_date, {never}) end,
            case when before.event_id is not null then coalesce(before.event_to_date, {never}) end
        ) as to_date
    from {events} as now
    full outer join yesterday.{events} as before on now.event_id = before.event_id
    left join new_delivery as new on now.delivery_id = new.delivery_id
    left join corrected_delivery as corrected on before.delivery_id = corrected.delivery_id
    where
        now.event_id is null
        or before.event_id is null
        or {other}
        or now.{citizen} is distinct from before.{citizen}
)

select distinct
    service_code,
    case
        when is_gone then case when is_taken_back then 'error' else 'linkage' end
        when is_news and is_correction then 'error'
        when is_news and is_new then 'late_data'
        else 'linkage'
    end as reason_code,
    from_date,
    to_date
from told
"""


def compare_events(connection: duckdb.DuckDBPyConnection, yesterday: Path) -> None:
    """Make temp table `changed_event`: service_code, reason_code, from_date, to_date.

    yesterday: last night's warehouse; where there is none, or one in which events had another
    shape, nothing is known to have changed. Needs temp tables `new_delivery` and
    `corrected_delivery`. The reason is error where a delivery sent again told, changed or took back
    the event; late_data where another new delivery told or changed it; else linkage, as it is who
    the event is about that differs.
    """
    connection.execute(_NO_EVENTS)
    if not yesterday.exists():
        return
    events = f"internal.{identifier(EVENTS)}"
    connection.execute(f"attach {literal(str(yesterday))} as yesterday (read_only)")
    try:
        if not _has_events(connection):
            return
        both = _columns(connection, events) & _columns(connection, f"yesterday.{events}")
        if not both >= NEEDED:
            return
        said = sorted(both - PROVENANCE - {EVENT, CITIZEN})
        other = " or ".join(f"now.{c} is distinct from before.{c}" for c in map(identifier, said))
        never = "date '9999-12-31'"
        connection.execute(
            _EVENTS.format(events=events, other=f"({other})", never=never, citizen=CITIZEN)
        )
    finally:
        connection.execute("detach yesterday")


def _has_events(connection: duckdb.DuckDBPyConnection) -> bool:
    query = (
        "select count(*) from duckdb_tables() where database_name = 'yesterday' "
        "and schema_name = 'internal' and table_name = ?"
    )
    return bool(connection.execute(query, [EVENTS]).fetchall()[0][0])


def _columns(connection: duckdb.DuckDBPyConnection, relation: str) -> set[str]:
    return {row[0] for row in connection.execute(f"describe {relation}").fetchall()}
