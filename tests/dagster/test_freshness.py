"""Freshness follows the promise: as long as one that is kept allows, and not longer."""

from __future__ import annotations

from datetime import date, timedelta

import dagster as dg
import pytest
from dagster._core.definitions.freshness import TimeWindowFreshnessPolicy

from insight_pipeline.defs.freshness import freshness_of
from tests.unit.contracts.service_levels.deliveries import promised


def window(frequency: int, latency: int) -> timedelta:
    policy = freshness_of(promised(frequency, latency))
    assert isinstance(policy, TimeWindowFreshnessPolicy)
    return policy.fail_window.to_timedelta()


@pytest.mark.parametrize(("frequency", "latency"), [(None, 14), (3, None), (None, None)])
def test_without_a_rhythm_or_a_latency_there_is_no_policy(
    frequency: int | None, latency: int | None
) -> None:
    assert freshness_of(promised(frequency, latency)) is None


@pytest.mark.parametrize("quarter", [3, 6, 9, 12])
def test_the_longest_wait_that_keeps_the_promise_is_fresh_and_a_fortnight_more_is_not(
    quarter: int,
) -> None:
    """One came on the last day of its quarter, the next comes on the last day allowed."""
    ends = date(2025, quarter, {3: 31, 6: 30, 9: 30, 12: 31}[quarter])
    following = date(
        ends.year + (quarter == 12), quarter % 12 + 3, 31 if quarter in (9, 12) else 30
    )
    longest = following + timedelta(days=14) - ends
    assert longest <= window(3, 14) < longest + timedelta(days=14)


def test_a_policy_can_be_put_on_an_asset() -> None:
    spec = dg.AssetSpec("x", freshness_policy=freshness_of(promised()))
    assert dg.Definitions(assets=[spec]).resolve_asset_graph().get(spec.key)
