"""The picture of hand-offs tells what is published and what is judged, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from insight_pipeline.publication.site.hand_off_exhibits import flow_exhibit, missed_table
from tests.unit.publication.site.builders import figure, indicator, series
from tests.unit.publication.site.test_between import pair


def test_the_flow_has_share_counts_and_clock() -> None:
    found = flow_exhibit([pair()])
    assert found is not None
    assert "62\N{NO-BREAK SPACE}% within 28\N{NO-BREAK SPACE}days" in found.svg
    assert "90 of 145" in found.svg
    assert found.finding.startswith("At 1 hand-off between services, 38")


def test_a_withheld_hand_off_is_dashed_without_any_number() -> None:
    hidden = replace(pair(), series=series(figure(value=None)))
    found = flow_exhibit([hidden])
    assert found is not None
    assert "withheld" in found.svg and "[c]" in found.svg
    assert "145" not in found.svg and "%" not in found.finding
    assert missed_table([hidden]).rows[0][-1] == "[c]"


def test_a_change_is_named_only_as_judged() -> None:
    worse = series(figure(judged={"spc_variation": "special_cause_concern"}))
    found = flow_exhibit([pair(), replace(pair(), series=worse, indicator=indicator(title="B"))])
    steady = flow_exhibit([pair()])
    assert found is not None and steady is not None
    assert "getting worse" in found.finding
    assert steady.finding.endswith("none can be said to get better or worse")


def test_hand_offs_without_a_share_are_not_drawn() -> None:
    assert flow_exhibit([pair(statistic="mean", multiplier=1)]) is None
    assert flow_exhibit([]) is None
