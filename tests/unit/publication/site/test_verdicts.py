"""Verdicts are those of the judgement, in words, and as sure."""

from __future__ import annotations

from typing import Any

import pytest

from insight_pipeline.publication.site import verdicts
from tests.unit.publication.site.builders import figure, series


@pytest.mark.parametrize(
    ("judged", "tone", "words"),
    [
        ({"recent_trend": "DecreasingAndGettingWorse"}, "bad", "Getting worse"),
        ({"recent_trend": "IncreasingAndGettingBetter"}, "good", "Getting better"),
        ({"recent_trend": "Increasing"}, "other", "Rising"),
        ({"spc_variation": "special_cause_improvement"}, "good", "Getting better"),
        ({"spc_variation": "special_cause_concern"}, "bad", "Getting worse"),
        ({"spc_variation": "special_cause_neutral_low"}, "other", "Unusually low"),
        ({"spc_variation": "common_cause"}, "plain", "No clear change"),
        ({"recent_trend": "NoChange"}, "plain", "No clear change"),
        ({"recent_trend": "CannotBeCalculated"}, "plain", "Too early to call a change"),
        ({}, "plain", "Too early to call a change"),
    ],
)
def test_a_change_is_what_trend_or_process_say(
    judged: dict[str, Any], tone: str, words: str
) -> None:
    found = verdicts.change(series(figure(0), figure(1, judged=judged)))
    assert (found.tone, found.words) == (tone, words)
    assert bool(found.sureness) == (words != "Too early to call a change")


def test_a_process_that_signals_is_told_even_where_the_trend_sees_nothing() -> None:
    judged = {"recent_trend": "NoChange", "spc_variation": "special_cause_concern"}
    assert verdicts.change(series(figure(judged=judged))).tone == "bad"


@pytest.mark.parametrize(
    ("flag", "sureness"),
    [
        ("High (0.001)", "very likely more than chance"),
        ("High (0.025)", "likely more than chance"),
        (None, "likely more than chance"),
    ],
)
def test_a_comparison_is_as_sure_as_the_limits_it_lies_beyond(
    flag: str | None, sureness: str
) -> None:
    found = verdicts.comparison(figure(judged={"compared_outcome": "worse", "funnel_flag": flag}))
    assert (found.words, found.tone, found.sureness) == ("Worse than the borough", "bad", sureness)


def test_neutral_figures_are_higher_or_lower_but_never_better() -> None:
    found = verdicts.comparison(figure(judged={"compared_outcome": "higher"}))
    assert (found.words, found.tone) == ("Higher than the borough", "other")
