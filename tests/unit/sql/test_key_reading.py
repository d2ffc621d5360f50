"""What the SQL of an incremental model says plainly is refused before anything is made."""

from __future__ import annotations

from pathlib import Path

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.sql.key_reading import refuse_plain_break
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
}
APART = [
    QUERY,
    "select citizen_id, sum(day) over (partition by citizen_id) as n from core.event",
    "select citizen_id, sum(day) over w as n from core.event window w as (partition by citizen_id)",
    "select event_id, max(citizen_id) as citizen_id from core.event group by event_id",
    "select citizen_id, max(day) from core.event group by all",
    "with s as (select * from reference.service limit 1) select * from core.event, s",
    "select e.citizen_id, (select max(f.day) from core.event as f where f.citizen_id = "
    "e.citizen_id limit 1) as last from core.event as e",
    "with n as (select count(*) as n from reference.service) select * from core.event, n",
]


@pytest.mark.parametrize(("query", "words"), list(TOGETHER.items()))
def test_a_step_that_takes_all_keys_together_is_refused(
    tmp_path: Path, query: str, words: str
) -> None:
    with pytest.raises(InsightError) as caught:
        refuse_plain_break(model(tmp_path, "journeys.fct_a", query, KEYED), ["core.event"])
    (fault,) = caught.value.faults
    assert fault.found.startswith(words)
    assert "citizen_id" in fault.next_step


@pytest.mark.parametrize("query", APART)
def test_what_may_be_of_one_key_passes(tmp_path: Path, query: str) -> None:
    refuse_plain_break(model(tmp_path, "journeys.fct_a", query, KEYED), ["core.event"])


@pytest.mark.parametrize("query", TOGETHER)
def test_without_a_relation_that_has_the_key_nothing_is_refused(tmp_path: Path, query: str) -> None:
    refuse_plain_break(model(tmp_path, "journeys.fct_a", query, KEYED), [])
