"""Planted vacuums and duplicated assessments, found; and a control borough in which none is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from insight_pipeline.warehouse.needs import NEEDS_FILE, load_needs
from tests.end_to_end.boroughs import Borough
from tests.end_to_end.project import query

pytestmark = pytest.mark.end_to_end

Record = Callable[[str, object], None]
QUARTER_DAYS = 92
# Planted situation → the need it leaves unmet, and what kind of gap that is.
PLANTED = {
    "exercise_referral_withdrawn": ("exercise", "withdrawn"),
    "treatment_never_reaches": ("drug_alcohol_treatment", "never_reached"),
}
_VACUUM = """
select need_code, area_code, kind_code, since_date, period_from, is_complete, is_flagged
from journeys.fct_service_vacuum
order by all
"""
_DUPLICATE = "select citizen_id, provider_id, assessed_date from journeys.fct_duplicate_assessment"
_PUBLIC = "select need_code, area_code, period_from, is_flagged, kind_code from vacuum order by all"
_COST = """
select period_from, duplicates, cost_low_gbp, cost_gbp, cost_high_gbp
from duplication_cost
order by all
"""


def vacuums(borough: Borough) -> pl.DataFrame:
    """Every need, ward and quarter as the warehouse judges it."""
    columns = ["need_code", "area_code", "kind_code", "since_date", "period_from"]
    rows = query(borough.settings.warehouse, _VACUUM)
    return pl.DataFrame(rows, schema=[*columns, "is_complete", "is_flagged"], orient="row")


def duplicates_found(borough: Borough) -> tuple[int, int, int]:
    """True ones, found ones, and those that are both; of people whose records are all linked."""
    citizens = borough.citizens()
    key = ["person", "provider_id", "assessed_date"]
    true = borough.true("duplicate").join(citizens, on="person").select(key)
    rows = query(borough.settings.warehouse, _DUPLICATE)
    schema = {"citizen_id": pl.String, "provider_id": pl.String, "assessed_date": pl.Date}
    found = pl.DataFrame(rows, schema=schema, orient="row").join(citizens, on="citizen_id")
    return true.height, found.height, true.join(found.select(key), on=key).height


def test_every_planted_vacuum_is_flagged_where_it_is_and_from_when_it_began(
    borough: Borough, record_property: Record
) -> None:
    flags = vacuums(borough).filter("is_flagged")
    planted = borough.true("situation").filter(pl.col("name").is_in(list(PLANTED)))
    for row in planted.iter_rows(named=True):
        need, kind = PLANTED[row["name"]]
        here = flags.filter(need_code=need, area_code=row["area_code"]).sort("period_from")
        assert not here.is_empty(), row["name"]
        first = here.row(0, named=True)
        assert first["kind_code"] == kind, row["name"]
        assert abs((first["since_date"] - row["from_date"]).days) <= QUARTER_DAYS, row["name"]
        record_property("figure", f"{row['name']}: flagged from {first['period_from']}, {kind}")
    assert planted.height == len(PLANTED)


def test_nothing_else_is_flagged_more_often_than_the_stated_rate(
    borough: Borough, control_borough: Borough, record_property: Record
) -> None:
    flags = load_needs(borough.settings.contracts / NEEDS_FILE).flags
    assert flags is not None
    wrong = judged = 0
    situations = borough.true("situation")
    for each in (borough, control_borough):
        found = vacuums(each)
        if each is borough:
            for name, (need, _) in PLANTED.items():
                (ward,) = situations.filter(name=name)["area_code"]
                found = found.filter((pl.col("need_code") != need) | (pl.col("area_code") != ward))
        judged += found.filter("is_complete").height
        wrong += found.filter("is_flagged").height
    stated = 2 * flags.chance
    record_property("figure", f"false vacuum flags: {wrong} of {judged} (at most {stated:.1%})")
    # Chance may bring one where the stated rate lets one expect half of one.
    assert judged > 300 and wrong <= max(1, stated * judged)


def test_assessments_made_twice_are_found_and_no_others(
    borough: Borough, record_property: Record
) -> None:
    true, found, both = duplicates_found(borough)
    recall, precision = both / true, both / found
    record_property(
        "figure", f"duplicate assessments: recall {recall:.3f} of {true}, precision {precision:.3f}"
    )
    assert recall >= 0.95 and precision >= 0.95


def test_the_control_borough_has_hardly_any_duplicate(control_borough: Borough) -> None:
    assert duplicates_found(control_borough)[:2] == (0, 0)


def test_the_release_flags_the_withdrawn_ward_and_costs_the_duplicates(
    borough: Borough, record_property: Record
) -> None:
    planted = borough.true("situation").filter(name="exercise_referral_withdrawn")
    (ward,), (first,) = planted["area_code"], planted["from_date"]
    told = [row for row in query(borough.release, _PUBLIC) if row[3]]
    assert ("exercise", ward, first, True, "withdrawn") in told
    assert all((row[0], row[1]) == ("exercise", ward) for row in told if row[0] == "exercise")
    costs = {row[0]: row[1:] for row in query(borough.release, _COST)}
    count, low, taken, high = costs[date(2025, 4, 1)]
    record_property("figure", f"duplicates of 2025/26: {count}, £{low:,.0f} to £{high:,.0f}")
    needs = load_needs(borough.settings.contracts / NEEDS_FILE).needs
    (cost,) = (need.duplication.unit_cost_gbp for need in needs if need.duplication)
    assert (low, taken, high) == (count * cost.low, count * cost.central, count * cost.high)
