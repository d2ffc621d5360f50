"""A night in which one key in a hundred changed costs much less than a rebuild."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.sql.model import Model
from insight_pipeline.sql.runner import run, target_fingerprints
from tests.unit.sql.files import model

ROWS = 300_000
PEOPLE = 60_000
KEYED = "materialised: incremental\nkey: [citizen_id]\n"
# A journey as they are: each event with what came before, and what follows at another service.
QUERY = """with
events as (select * from core.event),

placed as (
    select
        events.*,
        lag(day) over (partition by citizen_id order by day, event_id) as before_day,
        row_number() over (partition by citizen_id, service order by day, event_id) as place,
        sum(cost) over (partition by citizen_id order by day, event_id) as cost_so_far,
        count(*) over (partition by citizen_id) as times
    from events
),

followed as (
    select
        placed.citizen_id,
        placed.event_id,
        min(events.day) as next_day,
        count(distinct events.service) as next_services
    from placed
    inner join events
        on
            placed.citizen_id = events.citizen_id
            and placed.service <> events.service
            and events.day between placed.day and placed.day + 365
    group by placed.citizen_id, placed.event_id
)

select placed.*, followed.next_day, followed.next_services
from placed
left join followed
    on placed.citizen_id = followed.citizen_id and placed.event_id = followed.event_id
"""
EVENTS = """create or replace table core.event as
select
    'feed:' || i as event_id,
    'citizen-' || (hash(i) % {people}) as citizen_id,
    'service ' || (hash(i + 1) % 8) as service,
    date '2022-01-01' + (hash(i + 2) % 1000)::integer as day,
    (hash(i + 3) % 10000)::decimal(18, 2)
    + case when hash(i) % {people} % 100 = 0 then {more} else 0 end as cost
from range({rows}) t(i)"""


def night(connection: duckdb.DuckDBPyConnection, made: Model, more: int) -> tuple[float, str]:
    """CPU seconds of a night in which one citizen in a hundred has `more` in each cost."""
    connection.execute(EVENTS.format(people=PEOPLE, rows=ROWS, more=more))
    targets = target_fingerprints([made], (), {"core.event": str(more)})
    begun = time.process_time()
    (done,) = run(connection, [made], targets, macros=())
    return time.process_time() - begun, done.note


@pytest.mark.slow
def test_one_key_in_a_hundred_costs_much_less_than_a_rebuild(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    table = model(tmp_path / "table", "journeys.rebuilt", QUERY)
    keyed = model(tmp_path / "keyed", "journeys.keyed", QUERY, KEYED)
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("create schema core")
        whole = night(connection, keyed, 0)[0]
        seconds: list[tuple[float, float]] = []
        for more in (1, 2, 3):
            rebuild = night(connection, table, more)[0]
            changed, note = night(connection, keyed, more)
            assert note == "598 keys made again"
            seconds.append((rebuild, changed))
        different = connection.execute(
            "select count(*) from (from journeys.keyed except all from journeys.rebuilt)"
        ).fetchall()
    rebuild, changed = (sorted(each)[1] for each in zip(*seconds, strict=True))
    record_property(
        "figure",
        f"{ROWS:,} rows, 1 % of keys changed: {changed:.2f} CPU s key by key, {rebuild:.2f} CPU s "
        f"as a table ({rebuild / changed:.1f} times); the first night {whole:.2f} CPU s",
    )
    assert different == [(0,)]
    assert changed < rebuild / 2
