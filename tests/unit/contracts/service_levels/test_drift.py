"""Drift: which columns of a delivery look unlike those before."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy

from insight_pipeline.contracts.judging.verdict import Verdict
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.service_levels.drift import (
    PREDECESSORS,
    drift_notices,
    stability_index,
)
from tests.unit.contracts.service_levels.deliveries import promised, verdict

COLUMN = "Outcome code"
CODE = "drift.outcome_code"
FIRST = date(2025, 1, 7)
LIKE = {"*": 90, "A": 60, "B": 30, "": 10}
UNLIKE = {"*": 90, "A": 10, "B": 80, "": 10}
Cells = dict[str, int]


def drifting(min_rows: int = 50, max_psi: float = 0.25) -> Contract:
    return promised(drift={"maxPsi": max_psi, "minRows": min_rows})


def history(*profiles: Cells) -> list[Verdict]:
    """One delivery a week with these cells of the column, named d0, d1 …"""
    return [
        verdict(f"d{n}", day=FIRST + timedelta(weeks=n), profile={COLUMN: cells})
        for n, cells in enumerate(profiles)
    ]


def test_a_delivery_unlike_those_before_is_noticed_and_like_ones_are_not() -> None:
    assert drift_notices(drifting(), history(LIKE, LIKE, UNLIKE)) == {"d2": (CODE,)}
    assert drift_notices(drifting(), history(LIKE, LIKE, LIKE)) == {}


def test_a_contract_that_promises_nothing_about_drift_is_silent() -> None:
    assert drift_notices(promised(), history(LIKE, UNLIKE)) == {}


def test_the_first_delivery_has_nothing_to_be_unlike() -> None:
    assert drift_notices(drifting(), history(UNLIKE)) == {}


def test_the_threshold_is_the_contracts() -> None:
    assert drift_notices(drifting(max_psi=5), history(LIKE, UNLIKE)) == {}


@pytest.mark.parametrize(
    ("before", "now"),
    [({"*": 49, "A": 49}, {"*": 500, "B": 500}), ({"*": 500}, {"": 49})],
    ids=["before", "now"],
)
def test_too_few_rows_on_either_side_say_nothing(before: Cells, now: Cells) -> None:
    assert drift_notices(drifting(50), history(before, now)) == {}
    assert drift_notices(drifting(49), history(before, now)) == {"d1": (CODE,)}


def test_refused_deliveries_are_neither_history_nor_noticed() -> None:
    first, second = history(LIKE, UNLIKE)
    refused = verdict(
        "r", day=FIRST - timedelta(weeks=1), outcome="refused", profile={COLUMN: UNLIKE}
    )
    assert drift_notices(drifting(), [refused, first]) == {}
    assert drift_notices(drifting(), [refused, first, second]) == {"d1": (CODE,)}


def test_only_so_many_predecessors_count() -> None:
    old = [UNLIKE] * 30
    recent = [LIKE] * PREDECESSORS
    assert f"d{30 + PREDECESSORS}" not in drift_notices(drifting(), history(*old, *recent, LIKE))
    assert f"d{30 + PREDECESSORS}" in drift_notices(drifting(), history(*old, *recent, UNLIKE))
    # One fewer of the new kind, and one of the old kind is in the pool.
    huge = {code: 1_000 * cells for code, cells in UNLIKE.items()}
    pool = [huge, *recent[1:]]
    assert f"d{len(pool)}" not in drift_notices(drifting(), history(*pool, UNLIKE))


def test_what_is_not_in_the_code_list_is_a_bin_of_its_own() -> None:
    unknown = {"*": 90, "A": 40, "B": 20, "": 10}
    assert drift_notices(drifting(), history(LIKE, unknown)) == {"d1": (CODE,)}


def test_missing_cells_are_a_bin_of_their_own() -> None:
    assert drift_notices(drifting(), history({"*": 100}, {"*": 60, "": 40})) == {"d1": (CODE,)}


def test_a_code_that_one_side_lacks_counts_as_half_a_cell_there() -> None:
    new = (0.1 - 0.5 / 100) * np.log(0.1 / (0.5 / 100))
    rest = (0.9 - 1.0) * np.log(0.9)
    assert stability_index({"A": 100}, {"A": 180, "B": 20}) == pytest.approx(new + rest)


cells = st.dictionaries(st.sampled_from([*"ABCDEF*", ""]), st.integers(0, 500)).filter(
    lambda found: sum(found.values()) > 0
)


coded = st.dictionaries(st.sampled_from("ABCDEF"), st.integers(0, 500), min_size=1)


@given(cells, st.integers(1, 7))
def test_equal_distributions_have_an_index_of_exactly_0(found: Cells, times: int) -> None:
    assert stability_index(found, {code: n * times for code, n in found.items()}) == 0


@given(cells, cells)
def test_the_index_is_the_symmetric_relative_entropy_of_scipy(before: Cells, now: Cells) -> None:
    codes = [c for c in {*before, *now} if before.get(c) or now.get(c)]
    old = np.array([before.get(c, 0) or 0.5 for c in codes]) / sum(before.values())
    new = np.array([now.get(c, 0) or 0.5 for c in codes]) / sum(now.values())
    index = np.sum((new - old) * np.log(new / old))
    assert stability_index(before, now) == pytest.approx(index, abs=1e-12)
    if all(before.get(c) and now.get(c) for c in codes):
        both = entropy(new, old) + entropy(old, new)
        assert stability_index(before, now) == pytest.approx(both, abs=1e-9)


@given(cells, cells)
def test_the_index_is_the_same_both_ways_and_never_below_0_without_gaps(
    before: Cells, now: Cells
) -> None:
    assert stability_index(before, now) == pytest.approx(stability_index(now, before))
    assert stability_index(before, now) >= 0


@given(st.lists(coded, min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_shuffling_the_verdicts_changes_nothing(profiles: list[Cells], random: object) -> None:
    verdicts = history(*({**found, "*": sum(found.values())} for found in profiles))
    expected = drift_notices(drifting(1, 0.1), verdicts)
    random.shuffle(verdicts)  # type: ignore[attr-defined]
    assert drift_notices(drifting(1, 0.1), verdicts) == expected
