"""What the SQL of an incremental model says plainly is refused before anything is made."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from insight_pipeline.kernel.errors import Fault
from insight_pipeline.sql.key_reading import carries, plain_breaks
from tests.unit.sql.files import model
from tests.unit.sql.keyed import KEYED, QUERY

TOGETHER = {
    "select citizen_id, sum(day) over () as n from core.event": "a window",
    "select citizen_id, row_number() over (order by day) as n from core.event": "a window",
    "select citizen_id from core.event order by day limit 9": "a limit",
    "select citizen_id from core.event offset 1": "a limit",
    "with e as (from core.event), t as (select max(day) as d from e) select * from e, t": "a total",
    "with e as (select * from core.event limit 3) select * from e": "a limit",
    "select 'all' as citizen_id, count(*) as n from core.event": "a total",
    "select citizen_id from reference.service union all select max(citizen_id) from core.event": (
        "a total"
    ),
    # A window, wherever it stands.
    "select citizen_id, sum(day) over (partition by what) as n from core.event": "a window",
    "select citizen_id from core.event qualify row_number() over (order by day) = 1": "a window",
    "select citizen_id, sum(day) over w as n from core.event window w as (order by day)": (
        "a window"
    ),
    "select * from (select citizen_id, sum(day) over () as n from core.event) as e": "a window",
    # Rows that become one.
    "select event_id, max(citizen_id) as citizen_id from core.event group by event_id": "a group",
    "select max(citizen_id) as citizen_id, what from core.event group by 2": "a group",
    "select max(citizen_id) as citizen_id, what from core.event group by all": "a group",
    "select citizen_id from core.event group by grouping sets ((citizen_id), ())": "a group",
    "select 'all' as citizen_id from core.event having count(*) > 1": "a total",
    "with d as (select distinct what from core.event) select what as citizen_id from d": (
        "a distinct"
    ),
    "select distinct on (what) * from core.event": "a distinct",
    "with d as (select what from core.event except select what from core.event where day > 1) "
    "select what as citizen_id from d": "rows of all keys compared",
    "select * from (select * from core.event order by day limit 9) as e": "a limit",
    # Rows that meet.
    "select e.citizen_id from core.event as e, core.event as f where e.day = f.day": "a join",
    "select e.citizen_id from core.event as e join core.event as f using (day)": "a join",
    "select e.citizen_id from core.event as e join core.event as f on e.citizen_id = f.citizen_id "
    "or e.day = f.day": "a join",
    "select e.citizen_id from core.event as e join core.event as f "
    "on e.citizen_id <> f.citizen_id": "a join",
    "select e.citizen_id from core.event as e join core.event as f "
    "on f.citizen_id = f.citizen_id": "a join",
    "select e.citizen_id from core.event as e anti join core.event as f on e.day = f.day": "a join",
    "with f as (from core.event) select e.citizen_id from core.event as e cross join f": "a join",
    "select e.citizen_id from core.event as e, "
    "lateral (select max(day) as d from core.event as f where f.day < e.day) as l": "a join",
    # Questions about rows of others.
    "select citizen_id, (select count(*) from core.event) as n from core.event": "a subquery",
    "select citizen_id from core.event where day = (select max(day) from core.event)": "a subquery",
    "select e.citizen_id from core.event as e where exists (from core.event as f "
    "where f.day = e.day)": "a subquery",
    "select citizen_id from core.event where what in (select what from core.event)": "a subquery",
    "select citizen_id from core.event "
    "where citizen_id not in (select citizen_id from core.event)": "a subquery",
    "select s.title as citizen_id from reference.service as s "
    "where s.what in (select what from core.event)": "a subquery",
}
APART = [
    QUERY,
    "select citizen_id, sum(day) over (partition by Citizen_Id, what) as n from core.event",
    "select citizen_id, sum(day) over w as n from core.event window w as (partition by citizen_id)",
    "select citizen_id, sum(day) over (w order by day) as n from core.event "
    "window w as (partition by citizen_id)",
    "select e.citizen_id from core.event as e "
    "qualify row_number() over (partition by e.citizen_id order by day) = 1",
    "select event_id, citizen_id from core.event group by event_id, citizen_id",
    "select citizen_id::varchar as citizen_id, count(*) as n from core.event group by 1",
    "select citizen_id, max(day) from core.event group by all",
    "select citizen_id, what, count(*) as n from core.event group by citizen_id, rollup (what)",
    "select distinct * from core.event",
    "select distinct on (citizen_id, what) * from core.event",
    "select citizen_id, day from core.event except select citizen_id, day from core.person",
    "select what as citizen_id from core.event union all select what from core.event",
    "select e.citizen_id from core.event as e semi join core.event as f using (citizen_id, day)",
    "select e.citizen_id from core.event as e left join core.event as f "
    "on (e.day = f.day and e.citizen_id = f.citizen_id)",
    "select e.citizen_id from core.event as e, core.event as f where e.citizen_id = f.citizen_id",
    "select e.citizen_id from core.event as e asof join core.event as f "
    "on e.citizen_id = f.citizen_id and e.day >= f.day",
    "select e.citizen_id from core.event as e join core.event as f "
    "on e.citizen_id is not distinct from f.citizen_id",
    "with s as (select * from reference.service limit 1) select * from core.event, s",
    "select e.citizen_id, (select max(f.day) from core.event as f where f.citizen_id = "
    "e.citizen_id limit 1) as last from core.event as e",
    "select e.citizen_id, l.d from core.event as e, lateral (select max(f.day) as d "
    "from core.event as f where f.citizen_id = e.citizen_id) as l",
    "select citizen_id from core.event where citizen_id in (select citizen_id from core.event)",
    "with n as (select count(*) as n from reference.service) select * from core.event, n",
    "select citizen_id, (select max(title) from reference.service) as t from core.event",
]


def breaks(
    folder: Path, query: str, keyed: str = KEYED, relations: Sequence[str] = ("core.event",)
) -> list[Fault]:
    return list(plain_breaks(model(folder, "journeys.fct_a", query, keyed), relations))


@pytest.mark.parametrize(("query", "words"), list(TOGETHER.items()))
def test_a_step_that_takes_all_keys_together_is_refused(
    tmp_path: Path, query: str, words: str
) -> None:
    faults = breaks(tmp_path, query)
    assert any(fault.found.startswith(words) for fault in faults)
    assert all(fault.next_step.startswith("name citizen_id there as well") for fault in faults)


@pytest.mark.parametrize("query", APART)
def test_what_is_of_one_key_passes(tmp_path: Path, query: str) -> None:
    assert breaks(tmp_path, query) == []


@pytest.mark.parametrize("query", TOGETHER)
def test_without_a_relation_that_has_the_key_nothing_is_refused(tmp_path: Path, query: str) -> None:
    assert breaks(tmp_path, query, relations=()) == []


@pytest.mark.parametrize("query", [QUERY, *APART[1:3]])
def test_of_a_key_of_two_columns_both_have_to_stand(tmp_path: Path, query: str) -> None:
    keyed = KEYED.replace("citizen_id", "citizen_id, day")
    found = [fault.found for fault in breaks(tmp_path, query, keyed)]
    assert any("citizen_id, day" in words for words in found)


def test_a_cte_named_before_the_one_it_reads_is_looked_at(tmp_path: Path) -> None:
    query = (
        "with recursive e as (select citizen_id, day from core.event union all "
        "select citizen_id, day + 1 from e where day < 3) select sum(day) over () as n, * from e"
    )
    (fault,) = breaks(tmp_path, query)
    assert "no partition" in fault.found


def test_a_relation_carries_a_key_with_all_its_columns_in_their_types() -> None:
    kinds = {"A": "VARCHAR", "b": "INTEGER", "c": "DATE"}
    assert carries(["a", "b"], {"a": "VARCHAR", "B": "INTEGER"}, kinds)
    assert not carries(["a", "b"], {"a": "VARCHAR"}, kinds)
    assert not carries(["a", "b"], {"a": "VARCHAR", "b": "BIGINT"}, kinds)
    assert not carries(["d"], {"a": "VARCHAR"}, kinds)
