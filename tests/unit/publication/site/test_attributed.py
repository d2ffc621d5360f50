"""A provider is compared in one period only, with an interval, and with those who were there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from insight_pipeline.publication.site.attributed import (
    comparisons,
    others,
    series_of_provider,
    standing,
    tally,
    verdict,
)
from insight_pipeline.publication.site.records import Series
from insight_pipeline.publication.site.store import Store
from tests.unit.publication.site.builders import figure, indicator, series


def borough(*providers: Series, store: Store) -> Store:
    total = series(figure(5))
    return replace(store, indicators=(indicator(),), series=(total, *providers))


def of(name: str, number: int, outcome: str = "similar", value: str | None = "62.07") -> Series:
    found = figure(number, value, judged={"compared_outcome": outcome}, provider_id=name)
    return series(
        found,
        series_id=f"kept/provider/{name}",
        provider_id=name,
        breakdown_type="provider",
        breakdown=name,
        label=name.capitalize(),
    )


def test_one_beside_others_is_compared_with_the_borough(store: Store) -> None:
    one, other = of("one", 5, "worse"), of("other", 5)
    found = borough(one, other, store=store)
    assert verdict(found, one).startswith("Worse than the borough")
    assert verdict(found, other).startswith("Similar to the borough")
    signal = standing(found, one)
    assert signal is not None and signal.tone == "bad"
    assert standing(found, other) is None
    assert tally(found, "one") == "It answers for 1 indicator: 1 is worse than the borough."


def test_who_had_it_before_is_named_and_not_compared(store: Store) -> None:
    early, late = of("early", 1, "better"), of("late", 5, "worse")
    found = borough(early, late, store=store)
    assert others(found, late) == ()
    told = verdict(found, late)
    assert "Early answered in other periods" in told and "orse" not in told
    assert comparisons(found, "late") == () and standing(found, late) is None
    assert tally(found, "late") == "It answers for 1 indicator: 1 has nobody to compare with."


def test_a_withheld_figure_says_why_and_nothing_else(store: Store) -> None:
    hidden, other = of("one", 5, "not_compared", value=None), of("other", 5)
    found = borough(hidden, other, store=store)
    assert "withheld" in verdict(found, hidden)
    assert "no figure yet that may be shown" in tally(found, "one")


@pytest.mark.parametrize("outcome", ["better", "worse", "similar"])
def test_a_comparison_shows_every_provider_with_its_interval(outcome: str, store: Store) -> None:
    found = borough(of("one", 5, outcome), of("other", 5), store=store)
    (chart,) = comparisons(found, "one")
    assert [row[0] for row in chart.table.rows] == ["One", "Other"]
    assert all("54.0 to 69.6" in row for row in chart.table.rows)


def test_series_of_a_provider_are_its_own_alone(store: Store) -> None:
    found = series_of_provider(store, "splash")
    assert found and {each.provider_id for each in found} == {"splash"}
    assert {each.breakdown_type for each in found} == {"provider"}
