"""The attack: ranges of counts, held against reference cases and against counting all worlds."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from insight_pipeline.publication.disclosure.attack import Target, attack, too_narrow
from insight_pipeline.publication.disclosure.crosstab import crosstab, withheld
from tests.unit.publication.disclosure.systems import system_of

INF = float("inf")
SharedPath = Callable[[str], Path]


def reference_tables(shared_path: SharedPath) -> list[dict[str, Any]]:
    path = shared_path("vectors/sdc/tables_secondary.json")
    return list(json.loads(path.read_text(encoding="utf-8")))


def counts_of(table: dict[str, Any]) -> dict[tuple[str, str], int]:
    return {(cell["row"], cell["col"]): cell["value"] for cell in table["cells"]}


def ranges(counts: dict[tuple[str, str], int], hidden: Any) -> dict[tuple[str, str], Any]:
    block = crosstab(counts)
    flags = withheld(counts, hidden)
    known = block.known(flags)
    return {cell: attack(known, place) for place, cell in enumerate(sorted(counts)) if flags[place]}


@pytest.mark.shared
def test_ranges_equal_those_of_the_reference_tables(
    shared_path: SharedPath, record_property: Callable[[str, object], None]
) -> None:
    compared = 0
    for table in reference_tables(shared_path):
        counts, primary = counts_of(table), [tuple(cell) for cell in table["primary"]]
        patterns = {
            "audit_primary_only": primary,
            "audit_upstream_pattern": [tuple(c) for c in table["upstream_suppressed"] or []],
        }
        for key, hidden in patterns.items():
            for name, expected in table.get(key, {}).items():
                found = ranges(counts, hidden)[tuple(name.split("|"))]
                assert found == tuple(expected), (table["id"], key, name)
                compared += 1
        if table["attack"]:
            told = table["attack"]
            extra = [*primary, tuple(told["with_extra"])]
            assert ranges(counts, extra)[tuple(told["cell"])] == (told["low"], told["up"])
            compared += 1
    assert compared == 25
    record_property(
        "figure", f"sdc/tables_secondary.json: {compared} ranges of 4 tables, all equal"
    )


@pytest.mark.shared
def test_two_blanks_in_every_row_and_column_give_a_cell_away(shared_path: SharedPath) -> None:
    table = next(t for t in reference_tables(shared_path) if "recoverable" in t["id"])
    counts, hidden = counts_of(table), [tuple(cell) for cell in table["primary"]]
    for axis in (0, 1):
        for name in {cell[axis] for cell in counts}:
            assert sum(cell[axis] == name for cell in hidden) >= 2
    assert ranges(counts, hidden)["w", "b"] == (47, 47)


def test_a_count_outside_of_every_world_has_no_range() -> None:
    system = system_of([0, 0], [5, 5], [[1, 1]], [(20, 20)])
    assert attack(system, 0) is None


def test_fractions_would_promise_a_wider_range_than_there_is() -> None:
    # x in {0, 1} and 3x <= 2 leave 0 only; in fractions up to two thirds.
    system = system_of([0], [1], [[3]], [(-INF, 2)])
    relaxed = linprog([-1.0], A_ub=[[3.0]], b_ub=[2.0], bounds=[(0, 1)])
    assert relaxed.x[0] == pytest.approx(2 / 3)
    assert attack(system, 0) == (0, 0)


@pytest.mark.parametrize(("width", "is_narrow"), [(4, False), (5, True)])
def test_a_target_is_too_narrow_when_less_than_its_width_is_possible(
    width: float, is_narrow: bool
) -> None:
    system = system_of([0, 0], [50, 50], [[1, 1]], [(4, 4)])
    target = Target(0, -INF, INF, width, is_small=True)
    assert too_narrow(system, [target]) == ([target] if is_narrow else [])


def test_only_the_range_a_small_count_is_known_to_lie_in_counts() -> None:
    system = system_of([0, 0], [50, 50], [[1, 1]], [(9, 9)])
    small = Target(0, 1, 7, 6, is_small=True)
    assert too_narrow(system, [small]) == []
    tight = system_of([6, 0], [50, 50], [[1, 1]], [(40, 40)])
    assert too_narrow(tight, [small]) == [small]


def test_whoever_takes_a_count_for_small_against_all_that_is_known_learns_nothing() -> None:
    system = system_of([10, 0], [50, 50], [[1, 1]], [(60, 60)])
    assert too_narrow(system, [Target(0, 1, 7, 6, is_small=True)]) == []


@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_ranges_are_those_of_all_worlds_counted_one_by_one(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 4))
    truth = data.draw(st.lists(st.integers(0, 5), min_size=size, max_size=size))
    rows = data.draw(
        st.lists(
            st.lists(st.sampled_from([-1, 0, 1, 1, 2]), min_size=size, max_size=size),
            min_size=1,
            max_size=3,
        )
    )
    slack = data.draw(st.lists(st.integers(0, 2), min_size=len(rows), max_size=len(rows)))
    sums = [sum(w * t for w, t in zip(row, truth, strict=True)) for row in rows]
    known = [(s - k, s + k) for s, k in zip(sums, slack, strict=True)]
    system = system_of([0] * size, [6] * size, rows, known)
    worlds = np.array(list(itertools.product(range(7), repeat=size)))
    totals = worlds @ np.array(rows).T
    agree = worlds[np.all((totals >= system.row_low) & (totals <= system.row_high), axis=1)]
    for place in range(size):
        assert attack(system, place) == (agree[:, place].min(), agree[:, place].max())
        spread = int(agree[:, place].max() - agree[:, place].min())
        for width in (spread, spread + 1):
            target = Target(place, -INF, INF, width, is_small=True)
            assert bool(too_narrow(system, [target])) is (width > spread)
