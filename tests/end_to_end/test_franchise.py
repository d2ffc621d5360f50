"""A service that changed hands: who was lost is found, nobody else, and the site tells of it."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from insight_pipeline.sql.engines.duckdb import connect
from tests.end_to_end.boroughs import Borough
from tests.end_to_end.project import query

pytestmark = pytest.mark.end_to_end

PAGE = "site/changes-of-provider.html"
TRANSITIONS = """
select citizen_id, service_code, changed_date, state_code, seen_days
from journeys.fct_transition
"""


def followed(borough: Borough) -> pl.DataFrame:
    """Linked people in the middle of a service that changed hands: what was found (state_code) and
    what is true (state); null where only one side knows of them."""
    with connect(borough.settings, borough.settings.warehouse, read_only=True) as connection:
        found = pl.DataFrame(connection.sql(TRANSITIONS).pl())
    citizens = borough.citizens()
    true = borough.true("transition").join(citizens, on="person")
    return found.join(citizens, on="citizen_id", how="semi").join(
        true, on=["citizen_id", "service_code", "changed_date"], how="full", coalesce=True
    )


def recall_and_precision(people: pl.DataFrame, state: str) -> tuple[float, float]:
    found, true = pl.col("state_code") == state, pl.col("state") == state
    hits = people.filter(found & true).height
    return hits / people.filter(true).height, hits / people.filter(found).height


def test_people_lost_in_transition_are_found_and_nobody_else(
    borough: Borough, record_property: Callable[[str, object], None]
) -> None:
    people = followed(borough)
    recall, precision = recall_and_precision(people, "lost")
    lost = people.filter(pl.col("state") == "lost").height
    record_property(
        "figure",
        f"lost in transition, of {people.height} linked people in treatment then {lost} lost: "
        f"recall {recall:.3f}, precision {precision:.3f}",
    )
    assert lost >= 20
    assert recall >= 0.95
    assert precision >= 0.95


def test_whoever_was_seen_in_time_is_carried_over(borough: Borough) -> None:
    people = followed(borough)
    assert min(recall_and_precision(people, "carried_over")) >= 0.95
    days = people.filter(pl.col("state_code") == "carried_over")["seen_days"]
    assert days.is_between(0, 28).all()


def test_a_borough_where_nobody_is_lost_is_told_so(
    control_borough: Borough, record_property: Callable[[str, object], None]
) -> None:
    people = followed(control_borough)
    assert people.filter(pl.col("state") == "lost").is_empty()
    raised = people.filter(pl.col("state_code") == "lost").height
    record_property(
        "figure", f"control borough: {raised} of {people.height} people falsely told lost"
    )
    assert raised <= 0.02 * people.height


def test_every_change_of_provider_is_in_the_release_with_its_prices(borough: Borough) -> None:
    rows = query(
        borough.release,
        "select service_code, from_provider_id, to_provider_id, changed_date::varchar, gap_days, "
        "overlap_days, area_codes, from_price_gbp, to_price_gbp, comparable_date::varchar "
        "from contract_change",
    )
    passed_on = ("substance_misuse", "newleaf", "recoverwell", "2025-10-01", 0, 0, None)
    assert rows == [(*passed_on, 410000, 465000, "2026-04-01")]


def test_series_of_the_service_break_at_the_change_and_no_others(borough: Borough) -> None:
    rows = query(
        borough.release,
        "select distinct breakdown_type, breakdown, period_from::varchar, shorthand like '%[b]%' "
        "from figure inner join indicator_service using (indicator_id) "
        "where service_code = 'substance_misuse' and value is not null",
    )
    broken = {(kind, name, day) for kind, name, day, is_broken in rows if is_broken}
    assert {day for _, _, day in broken} <= {"2025-04-01", "2025-10-01"}
    assert ("total", "all", "2025-10-01") in broken
    assert not {kind for kind, _, _ in broken} & {"provider", "provider_pair", "unit"}
    assert {name for kind, name, _ in broken if kind == "service"} <= {"substance_misuse"}


def test_the_new_providers_first_figures_are_not_judged_and_later_ones_may_be(
    borough: Borough,
) -> None:
    rows = query(
        borough.release,
        "select breakdown, period_from::varchar, is_not_comparable, compared_outcome, "
        "funnel_flag from figure inner join judgement using (indicator_id, period_from, "
        "period_to, area_code, provider_id, breakdown_type, breakdown) "
        "where breakdown_type = 'provider' and breakdown in ('newleaf', 'recoverwell')",
    )
    flagged = {(who, day) for who, day, is_flagged, _, _ in rows if is_flagged}
    assert {day for who, day in flagged if who == "recoverwell"} == {
        *("2025-04-01", "2025-10-01", "2026-01-01"),
    }
    judged = {(outcome, flag) for _, _, is_flagged, outcome, flag in rows if is_flagged}
    assert judged == {("not_compared", None)}
    assert any(not is_flagged and who == "recoverwell" for who, _, is_flagged, _, _ in rows)


def test_the_page_tells_of_the_people_and_of_each_outcome_before_and_after(
    borough: Borough,
) -> None:
    page = (borough.release.parent / PAGE).read_text(encoding="utf-8")
    assert "New Leaf" in page and "1 October 2025" in page
    assert "people in the middle of the service" in page
    told = ("no difference can be told", " better under ", " worse under ", "nothing can be told")
    assert any(words in page for words in (*told, "may be compared yet"))
