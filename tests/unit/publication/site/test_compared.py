"""Who is called better or worse, and only those."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from insight_pipeline.publication.site.compared import in_a_funnel, side_by_side
from insight_pipeline.publication.site.group import Group, order_of
from insight_pipeline.publication.site.records import Figure, Series
from tests.unit.publication.site.builders import figure, indicator, series

START = date(2024, 4, 1)


def _ward(label: str, outcome: str = "similar", value: str | None = "62.07", **more: Any) -> Series:
    judged = {"compared_outcome": outcome, **more.pop("judged", {})}
    one = figure(0, value, breakdown_type="area", judged=judged, **more)
    return series(one, label=label, series_id=f"kept/area/{label}", breakdown_type="area")


def _group(*wards: Series, total: Figure | None = None, **changes: Any) -> Group:
    return Group(
        "by-ward", "ward", "wards", indicator(**changes), wards, START, total or figure(0, "60.00")
    )


def _finding(*wards: Series) -> str:
    found = side_by_side(_group(*wards))
    assert found is not None
    return found.finding


def test_those_that_are_judged_better_or_worse_are_named_worse_first() -> None:
    told = _finding(_ward("Abbey", "better"), _ward("Ings", "worse"), _ward("Oak", "worse"))
    assert told == "Ings and Oak: worse than the borough; Abbey: better than the borough"


def test_where_all_are_similar_none_differs_by_more_than_chance() -> None:
    assert _finding(_ward("Abbey", value="20"), _ward("Ings", value="90")) == (
        "No ward differs from the borough by more than chance"
    )
    assert _finding(_ward("Abbey"), _ward("Ings", value=None)) == (
        "No ward that is shown differs from the borough by more than chance"
    )


def test_where_nothing_is_compared_the_title_gives_the_range_and_no_verdict() -> None:
    told = _finding(_ward("Abbey", "not_compared", "20"), _ward("Ings", "not_compared", "90"))
    assert told == "From 20\xa0% (Abbey) to 90\xa0% (Ings); not tested against chance"
    assert _finding(_ward("Abbey", "not_compared")) == (
        "Abbey: 62\xa0%, the only ward in 2024/25 Q1 (Apr to Jun)"
    )


def test_where_all_is_withheld_the_title_says_so() -> None:
    assert _finding(_ward("Abbey", value=None)) == (
        "All wards are withheld in 2024/25 Q1 (Apr to Jun)"
    )


def test_withheld_and_doubtful_figures_are_noted() -> None:
    found = side_by_side(_group(_ward("Abbey", shorthand="[p]"), _ward("Ings", value=None)))
    assert found is not None
    assert found.notes == (
        "1 of 2 wards is withheld.",
        "Hollow marks are provisional: may still change.",
    )


def test_what_has_no_figure_for_another_reason_is_not_called_withheld() -> None:
    found = side_by_side(_group(_ward("Abbey"), _ward("Ings", value=None, shorthand="[x]")))
    assert found is not None
    assert found.notes == ("1 of 2 wards is not shown.",)


def test_the_table_says_how_each_compares_and_how_sure_that_is() -> None:
    judged = {"funnel_flag": "Low (0.001)"}
    found = side_by_side(_group(_ward("Abbey", "worse", judged=judged), _ward("Ings", value=None)))
    assert found is not None
    assert found.table.rows[0][:3] == (
        "Abbey",
        "Worse than the borough (very likely more than chance)",
        "62.1",
    )
    assert found.table.rows[1][1:3] == ("", "[c]")


def test_nothing_at_a_period_is_no_chart() -> None:
    assert side_by_side(_group()) is None


def test_a_funnel_needs_three_figures_a_total_and_a_statistic_that_has_one() -> None:
    wards = [_ward(name, basis=Decimal(n)) for name, n in (("A", 50), ("B", 90), ("C", 400))]
    assert in_a_funnel(_group(*wards)) is not None
    assert in_a_funnel(_group(*wards[:2])) is None
    assert in_a_funnel(_group(*wards, total=figure(0, None))) is None
    assert in_a_funnel(_group(*wards, statistic="mean", multiplier=1)) is None


def test_places_stand_in_the_order_of_their_names() -> None:
    assert [each.label for each in order_of([_ward("Oak"), _ward("Abbey")])] == ["Abbey", "Oak"]


def _unit(label: str, value: str | None, expected: str = "30", **judged: Any) -> Series:
    known = {"dispersion": Decimal("2.13"), "tau_squared": Decimal("0.05"), **judged}
    one = figure(0, value, breakdown_type="unit", basis=value and Decimal(expected), judged=known)
    return series(one, label=label, series_id=f"kept/unit/{label}", breakdown_type="unit")


def _agencies(*units: Series) -> Group:
    total = figure(0, "100.00", basis=Decimal(300))
    ratio = indicator(statistic="isr", polarity="lower_is_better")
    return Group("by-care-unit", "care unit", "care units", ratio, units, START, total)


def test_a_funnel_says_by_how_much_its_units_vary_and_whom_it_leaves_out() -> None:
    group = _agencies(_unit("A", "90"), _unit("B", "110"), _unit("C", "100"), _unit("D", None))
    found = in_a_funnel(group)
    assert found is not None
    assert found.notes == (
        "Limits are wider than chance alone would make them: care units vary 2.13 times as much "
        "as chance explains, for reasons that no figure here allows for.",
        "Figures that are withheld are in no funnel: nothing is concluded about them.",
        "1 of 4 care units is withheld.",
    )
    assert [row[0] for row in found.table.rows] == ["A", "B", "C", "D"]


def test_too_few_units_and_units_that_vary_by_chance_are_told_apart() -> None:
    few = {"dispersion": None, "tau_squared": None}
    even = {"dispersion": Decimal("0.87"), "tau_squared": Decimal(0)}
    told = []
    for judged in (few, even):
        found = in_a_funnel(_agencies(*(_unit(name, "90", **judged) for name in "ABC")))
        assert found is not None
        told.append(found.notes[0])
    assert told == [
        "Limits are those of chance alone: how much care units differ beyond it cannot be told "
        "from fewer than 10 figures.",
        "Limits are those of chance alone: care units vary no more than that (0.87 times as much "
        "as chance explains).",
    ]


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("care unit", "care units"),
        ("provider", "providers"),
        ("pair of providers", "pairs of providers"),
        ("pathway", "pathways"),
        ("service", "services"),
    ],
)
def test_nobody_who_delivers_is_named_for_an_untested_figure(one: str, many: str) -> None:
    agencies = _agencies(_unit("A", "90"), _unit("B", "110"))
    found = side_by_side(replace(agencies, one=one, many=many))
    assert found is not None
    assert found.finding == (
        f"{many.capitalize()}: from 90\xa0per 100 expected to 110\xa0per 100 expected; "
        "not tested against chance"
    )
