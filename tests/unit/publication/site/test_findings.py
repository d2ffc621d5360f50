"""Sentences are as sure as the judgement, and never surer."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from insight_pipeline.publication.site import findings, verdicts
from tests.unit.publication.site.builders import figure, indicator, series

JUDGING_WORDS = ("better", "worse", "improv", "fall ", "rise", "rising", "falling")


def _summary(judged: dict[str, Any], **changes: Any) -> str:
    return findings.summary(indicator(**changes), series(figure(0), figure(1, judged=judged)))


def test_a_figure_is_told_with_its_period_interval_and_counts() -> None:
    assert findings.latest_words(indicator(), figure(5)) == (
        "62\xa0% in 2025/26 Q2 (Jul to Sep) (95\xa0% interval 54 to 70): about 90 of 145 events"
    )


def test_better_than_the_target_and_no_change_over_five_years_is_one_sentence_after_the_other() -> (
    None
):
    judged = {
        "compared_outcome": "better",
        "benchmark_id": "Borough plan",
        "benchmark_value": Decimal(50),
        "recent_trend": "NoChange",
    }
    assert _summary(judged, target_name="Borough plan", target_value=Decimal(50)) == (
        "62\xa0% in 2024/25 Q2 (Jul to Sep) (95\xa0% interval 54 to 70): about 90 of 145 events, "
        "better than the target of 50\xa0% (Borough plan). No change over five years beyond what "
        "chance alone would bring."
    )


def test_similar_is_not_clearly_different() -> None:
    judged = {
        "compared_outcome": "similar",
        "benchmark_id": "England",
        "benchmark_value": Decimal(60),
    }
    told = _summary(judged, benchmark_name="England", benchmark_value=Decimal(60))
    assert "not clearly different from England (60\xa0%)" in told


@pytest.mark.parametrize(
    ("trend", "variation", "gap"),
    list(product([None, "NoChange", "CannotBeCalculated"], [None, "common_cause"], ["20", "90"])),
)
def test_without_a_judgement_nothing_is_better_or_worse_however_far_the_figure_moved(
    trend: str | None, variation: str | None, gap: str
) -> None:
    judged = {"recent_trend": trend, "spc_variation": variation}
    moved = series(figure(0, gap), figure(1, "55.00", judged=judged))
    told = findings.summary(indicator(), moved).lower() + verdicts.change(moved).words.lower()
    assert not [word for word in JUDGING_WORDS if word in told]


def test_a_period_that_is_not_mature_is_neither_the_latest_nor_a_fall() -> None:
    unripe = figure(2, None, shorthand="[x]", is_not_mature=True)
    course = series(figure(0), figure(1), unripe)
    assert findings.summary(indicator(), course).startswith("62\xa0% in 2024/25 Q2")
    assert findings.not_mature_words(indicator(), course) == (
        "2024/25 Q3 (Oct to Dec) cannot be told yet: each case is followed for 28\xa0days. "
        "That is no fall."
    )


def test_a_withheld_figure_says_why_and_nothing_else() -> None:
    course = series(figure(0), figure(1, None))
    assert "confidential" in findings.summary(indicator(), course)
    assert verdicts.change(course).words == "Withheld"
    assert findings.change_words(indicator(), course) == ""


def test_too_few_points_are_counted_against_what_it_takes() -> None:
    told = findings.change_words(indicator(), series(figure(0), figure(1, None), figure(2)))
    assert told == "too early to call it a change: 2 quarters of the 12 it takes"
    years = indicator(period="financial_year")
    assert "2 years of the 5" in findings.change_words(years, series(figure(0), figure(1)))


@pytest.mark.parametrize(
    ("assurance", "said"),
    [
        ("consistent_pass", "is likely to go on being met if nothing changes"),
        ("consistent_fail", "is likely to go on being missed if nothing changes"),
        ("inconsistent", "by chance"),
        (None, "lies within the interval"),
    ],
)
def test_a_target_is_told_by_the_process_limits_else_by_the_interval(
    assurance: str | None, said: str
) -> None:
    kept = indicator(target_value=Decimal(60), target_name="Plan")
    told = findings.target_words(kept, figure(judged={"spc_assurance": assurance}))
    assert said in told


def test_a_target_beyond_the_interval_is_above_or_below_it_but_not_missed() -> None:
    high, low = (indicator(target_value=Decimal(n), target_name="Plan") for n in (80, 20))
    assert findings.target_words(high, figure()) == "the target of 80\xa0% lies above it"
    assert findings.target_words(low, figure()) == "the target of 20\xa0% lies below it"


def test_a_ratio_that_is_its_own_standard_is_no_figure() -> None:
    ratio = indicator(statistic="isr")
    course = series(figure(0, "100.00"), figure(1, "100.00"))
    assert findings.summary(ratio, course).startswith("The borough as a whole is 100 by definition")
    assert "too early" not in findings.summary(ratio, course).lower()
    assert not findings.is_own_standard(ratio, series(figure(0, "101.00")))
    assert not findings.is_own_standard(ratio, series(figure(0, None)))


def test_a_provider_that_happens_to_be_a_hundred_is_no_standard() -> None:
    ratio = indicator(statistic="isr")
    course = series(figure(0, "100.00", breakdown_type="provider"), breakdown_type="provider")
    assert not findings.is_own_standard(ratio, course)


def test_a_latest_period_of_ordinary_variation_does_not_clear_the_earlier_ones() -> None:
    common = {"spc_variation": "common_cause"}
    steady = series(figure(0, judged=common), figure(1, judged=common))
    assert "no change over the whole series" in findings.change_words(indicator(), steady)
    special = {"spc_variation": "special_cause_concern"}
    moved = series(figure(0, judged=special), figure(1, judged=common))
    told = findings.change_words(indicator(), moved)
    assert "in the latest period, as there was in earlier ones" in told
    assert "whole series" not in told


def test_a_figure_that_is_not_there_for_another_reason_is_not_called_withheld() -> None:
    none = figure(0, None, shorthand="[z]")
    assert findings.latest_words(indicator(), none) == (
        "There is no figure for 2024/25 Q1 (Apr to Jun) (not applicable)"
    )
    assert verdicts.change(series(none)).words == "No figure"
    assert verdicts.change(series(figure(0, None))).words == "Withheld"


def test_a_series_without_a_complete_period_says_so() -> None:
    unripe = figure(0, None, shorthand="[x]", is_not_mature=True)
    assert findings.summary(indicator(), series(unripe)) == "There is no complete period yet."
    assert findings.summary(indicator(), None) == "There is no complete period yet."
    assert verdicts.change(None).words == "Not known yet"
