"""The axis of a funnel plot."""

from __future__ import annotations

import polars as pl

from insight_pipeline.indicators.statistics.funnels import funnel_limits


def test_an_axis_rises_by_whole_steps_from_one_to_beyond_the_largest() -> None:
    rows = pl.DataFrame({"numerator": [5, 700], "denominator": [10, 1234]})
    sizes = funnel_limits(rows, "proportion")["population"]
    assert len(sizes) == 100
    assert sizes[0] == 1 and sizes[-1] == 1300
    assert (sizes.diff().drop_nulls() >= 1).all()


def test_the_axis_of_ratios_ends_one_step_short_as_the_published_one_does() -> None:
    rows = pl.DataFrame({"numerator": [5, 700], "denominator": [10, 1234]})
    sizes = funnel_limits(rows, "ratio")["observed_events"]
    assert len(sizes) == 100
    assert sizes[0] == 1 and 1200 < sizes[-1] < 1300


def test_an_axis_of_areas_alike_begins_below_the_smallest() -> None:
    rows = pl.DataFrame({"numerator": [500, 700], "denominator": [1000, 1234]})
    assert funnel_limits(rows, "proportion")["population"][0] == 900


def test_few_people_still_give_a_hundred_steps() -> None:
    rows = pl.DataFrame({"numerator": [1], "denominator": [3]})
    assert funnel_limits(rows, "proportion")["population"].to_list()[:3] == [2, 3, 4]
