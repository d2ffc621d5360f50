"""Fair comparison in the default borough: the failing agency is flagged, others are not blamed."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest
from scipy.stats import binom

from insight_pipeline.simulation.journeys.home_care import FAILING
from tests.end_to_end.boroughs import Borough
from tests.end_to_end.project import query

pytestmark = pytest.mark.end_to_end

INDICATOR = "home_care_admitted_90d"
# Of a funnel's figures the share that chance alone takes beyond a limit on one side.
STATED = (0.025, 0.001)
# How sure a count of false flags must be too high for chance before it is held against the rule.
SURE = 0.99
COLUMNS = ("period_from", "unit", "value", "flag", "outcome", "groups", "dispersion", "tau_squared")


def units(borough: Borough) -> pl.DataFrame:
    """Every published agency and year with its judgement, as a commissioner reads it."""
    rows = query(
        borough.release,
        "select figure.period_from, figure.breakdown, figure.value, judgement.funnel_flag, "
        "judgement.compared_outcome, judgement.funnel_groups, judgement.dispersion, "
        "judgement.tau_squared from figure inner join judgement using "
        "(indicator_id, period_from, period_to, area_code, provider_id, breakdown_type, breakdown) "
        f"where indicator_id = '{INDICATOR}' and breakdown_type = 'unit' "
        "and not figure.is_not_mature order by all",
    )
    return pl.DataFrame(rows, schema=COLUMNS, orient="row", infer_schema_length=None)


def judged(borough: Borough) -> pl.DataFrame:
    return units(borough).filter(pl.col("value").is_not_null())


def too_many(found: pl.DataFrame, side: str) -> list[str]:
    """Limits of a side beyond which lie more figures than chance can be believed to take there."""
    faults = []
    for rate in STATED:
        words = [f"{side} ({level})" for level in STATED if level <= rate]
        flagged = found.filter(pl.col("flag").is_in(words)).height
        if flagged > binom.ppf(SURE, found.height, rate):
            faults.append(f"{side} ({rate}): {flagged} of {found.height}")
    return faults


def test_the_failing_agency_is_flagged_high_from_its_day_on_and_not_before(
    borough: Borough, record_property: Callable[[str, object], None]
) -> None:
    planted = borough.true("situation").filter(pl.col("name") == FAILING).row(0, named=True)
    theirs = judged(borough).filter(pl.col("unit") == planted["unit_code"])
    after = theirs.filter(pl.col("period_from") >= planted["from_date"])
    before = theirs.filter(pl.col("period_from") < planted["from_date"])
    record_property("figure", f"the failing agency: {theirs.rows()}")
    assert after.height >= 1
    assert after["flag"].is_in(["High (0.001)", "High (0.025)"]).all()
    assert set(after["outcome"]) == {"worse"}
    assert set(before["outcome"]) <= {"similar", "better"}


def test_no_more_of_the_others_are_flagged_than_is_stated(
    borough: Borough, record_property: Callable[[str, object], None]
) -> None:
    failing = borough.true("situation").filter(pl.col("name") == FAILING)["unit_code"].item()
    others = judged(borough).filter(pl.col("unit") != failing)
    high = others.filter(pl.col("flag").str.starts_with("High"))
    record_property("figure", f"others flagged high: {high.height} of {others.height}")
    assert too_many(others, "High") == []


def test_a_borough_without_a_failing_agency_raises_no_more_flags_than_is_stated(
    control_borough: Borough, record_property: Callable[[str, object], None]
) -> None:
    found = judged(control_borough)
    flagged = found.filter(pl.col("flag") != "Not significant")
    record_property("figure", f"control: {flagged.height} of {found.height} agencies flagged")
    assert found.height >= 15
    assert too_many(found, "High") == too_many(found, "Low") == []


def test_small_agencies_are_withheld_and_nothing_is_said_of_them(borough: Borough) -> None:
    found = units(borough)
    withheld = found.filter(pl.col("value").is_null())
    assert withheld.height >= 2, "agencies too small to be shown"
    assert (
        withheld.select("flag", "groups", "dispersion").null_count().row(0)
        == (withheld.height,) * 3
    )
    assert set(withheld["outcome"]) == {"not_compared"}
    sizes = judged(borough).group_by("period_from").agg(pl.len(), pl.col("groups").max())
    assert all(count == groups for _, count, groups in sizes.iter_rows())


def test_ten_agencies_or_more_tell_how_much_they_vary_beyond_chance(borough: Borough) -> None:
    found = judged(borough)
    told = found.filter(pl.col("groups") >= 10)
    assert told.height > 0
    assert told.select("dispersion", "tau_squared").null_count().row(0) == (0, 0)
    assert (told["dispersion"] > 0).all() and (told["tau_squared"] >= 0).all()


def test_every_agencys_counts_are_as_close_to_the_truth_as_dirt_and_linkage_allow(
    borough: Borough, record_property: Callable[[str, object], None]
) -> None:
    keys = ["period_from", "breakdown"]
    true = borough.true("indicator").filter(
        pl.col("indicator_id") == INDICATOR, pl.col("breakdown_type") == "unit"
    )
    rows = query(
        borough.settings.warehouse,
        "select period_from, breakdown, numerator, denominator from indicators.figure "
        f"where indicator_id = '{INDICATOR}' and breakdown_type = 'unit' and not is_not_mature",
    )
    schema = [*keys, "numerator_found", "denominator_found"]
    found = pl.DataFrame(rows, schema=schema, orient="row", infer_schema_length=None)
    both = true.join(found, on=keys, how="full", coalesce=True)
    off = {
        name: (both[f"{name}_found"] - both[name]).abs() for name in ("numerator", "denominator")
    }
    record_property("figure", f"agencies: furthest off { ({k: v.max() for k, v in off.items()}) }")
    assert both.null_count().sum_horizontal().item() == 0, "the same agencies on both sides"
    for name, away in off.items():
        assert (away <= (0.08 * both[name]).clip(4)).all(), name
