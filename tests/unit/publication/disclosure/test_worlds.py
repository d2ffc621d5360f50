"""Worlds of whole counts: found where there is one, and only there."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.publication.disclosure import worlds
from insight_pipeline.publication.disclosure.worlds import is_possible, world_of
from tests.unit.publication.disclosure.systems import system_of


def test_a_world_agrees_with_everything_known() -> None:
    system = system_of([0, 2], [9, 9], [[1, 1], [1, -1]], [(7, 7), (-1, 1)])
    smallest, largest = (world_of(system, np.array([sign, 0.0])) for sign in (1.0, -1.0))
    assert smallest is not None and smallest.tolist() == [3, 4]
    assert largest is not None and largest.tolist() == [4, 3]


def test_what_contradicts_itself_has_no_world() -> None:
    assert not is_possible(system_of([0, 0], [5, 5], [[1, 1]], [(20, 20)]))
    assert not is_possible(system_of([3], [2], [[1]], [(0, 9)]))
    within = system_of([0], [9], [[1]], [(0, 9)]).within(0, 4, 20)
    assert (within.low.tolist(), within.high.tolist()) == ([4], [9])


def test_fractions_that_would_hide_a_count_do_not() -> None:
    # 2x + 2y = 5 has solutions, but none in whole numbers; x + y + z with pairwise sums of 1 forces
    # a half each: an attack in fractions would find a world where there is none.
    system = system_of([0] * 3, [1] * 3, [[1, 1, 0], [0, 1, 1], [1, 0, 1]], [(1, 1)] * 3)
    relaxed = linprog(
        np.zeros(3), A_eq=system.rows.toarray(), b_eq=system.row_low, bounds=[(0, 1)] * 3
    )
    assert relaxed.status == 0
    assert not is_possible(system)


def test_a_search_that_fails_is_not_taken_for_a_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stopped:
        status, message, x = 1, "time limit", None

    monkeypatch.setattr(worlds, "milp", lambda *_, **__: Stopped())
    with pytest.raises(InsightError, match="time limit"):
        is_possible(system_of([0], [9], [[1]], [(0, 9)]))
