"""A key that does not part the rows is found out before any row is made by it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from insight_pipeline.kernel.errors import InsightError
from tests.unit.sql.files import model
from tests.unit.sql.keyed import KEYED, START, Rows, Warehouse

BROKEN = [
    "select citizen_id, row_number() over (order by day) as n from core.event",
    "select citizen_id, day::double / sum(day) over () as share from core.event",
    "select e.citizen_id from core.event as e, core.event as f where e.day = f.day",
    "select citizen_id, (select count(*) from core.event) as n from core.event",
    "select citizen_id from core.event union all select title from reference.service",
    "select null::varchar as citizen_id, count(*) as n from core.event",
]
# What the text alone does not tell: here another column goes by the name of the key.
RENAMED = (
    "with e as (select citizen_id as person_id, 'all' as citizen_id, day from core.event) "
    "select person_id as citizen_id, {} from e"
)
SHARE = RENAMED.format("day / sum(day) over (partition by citizen_id) as share")


@pytest.mark.parametrize("query", [*BROKEN, SHARE])
def test_a_model_whose_keys_need_each_other_is_refused(tmp_path: Path, query: str) -> None:
    with duckdb.connect() as connection:
        broken = Warehouse(connection, model(tmp_path, "journeys.fct_a", query, KEYED))
        with pytest.raises(InsightError) as caught:
            broken.night(START)
        assert "materialised" in caught.value.faults[0].where
        assert "citizen_id" in caught.value.faults[0].next_step
        assert connection.execute(
            "select count(*) from duckdb_tables() where schema_name = 'journeys'"
        ).fetchall() == [(0,)]


def test_a_key_the_query_does_not_give_is_named(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        query = "select citizen_id as citizen_code from core.event"
        keyless = Warehouse(connection, model(tmp_path, "journeys.fct_a", query, KEYED))
        with pytest.raises(InsightError, match="did you mean 'citizen_code'"):
            keyless.night(START)


def test_a_sum_that_differs_in_its_last_digits_is_no_broken_promise(tmp_path: Path) -> None:
    query = "select citizen_id, sum(day * 0.1::double) as days from core.event group by citizen_id"
    with duckdb.connect() as connection:
        made = Warehouse(connection, model(tmp_path, "journeys.fct_a", query, KEYED))
        assert made.night(START).note == "every key made"


def test_a_model_that_reads_nothing_with_its_key_is_made_whole_every_time(tmp_path: Path) -> None:
    query = "select title as citizen_id from reference.service"
    with duckdb.connect() as connection:
        made = Warehouse(connection, model(tmp_path, "journeys.fct_a", query, KEYED))
        assert made.night(START).note == "every key made"
        again = made.night({**START, "reference.service": [("x", "Other")]})
        assert again.note == "every key made"
        assert made.made() == made.rebuilt()


@pytest.mark.parametrize("people", range(2, 12))
def test_few_keys_that_need_each_other_are_found_out_as_well(tmp_path: Path, people: int) -> None:
    rows: Rows = {
        **START,
        "core.event": [(f"c{number}", number + 1, "x") for number in range(people)],
    }
    with duckdb.connect() as connection:
        broken = Warehouse(connection, model(tmp_path, "journeys.fct_a", SHARE, KEYED))
        with pytest.raises(InsightError, match="made alone"):
            broken.night(rows)


def test_of_a_single_key_nothing_can_be_said(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        made = Warehouse(connection, model(tmp_path, "journeys.fct_a", SHARE, KEYED))
        assert made.night({**START, "core.event": [("a", 1, "x")]}).note == "every key made"


@pytest.mark.parametrize("changed", range(12))
def test_what_shows_only_on_a_later_night_is_refused_then(tmp_path: Path, changed: int) -> None:
    """While all days are 0 their sum is nobody's; then one key has a day, and all need it."""
    query = RENAMED.format("sum(day) over (partition by citizen_id) as days")
    days: list[tuple[object, ...]] = [(f"c{number}", 0, "x") for number in range(12)]
    with duckdb.connect() as connection:
        broken = Warehouse(connection, model(tmp_path, "journeys.fct_a", query, KEYED))
        broken.night({**START, "core.event": days})
        before = broken.made()
        days[changed] = (f"c{changed}", 5, "x")
        with pytest.raises(InsightError, match="made alone"):
            broken.night({**START, "core.event": days})
        assert broken.made() == before
