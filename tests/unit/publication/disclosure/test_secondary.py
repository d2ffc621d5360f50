"""Secondary suppression: the fewest further cells, held against reference tables and Tau-Argus."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.publication.disclosure.attack import too_narrow
from insight_pipeline.publication.disclosure.block import Block
from insight_pipeline.publication.disclosure.crosstab import Cell, crosstab, withheld
from insight_pipeline.publication.disclosure.secondary import cheapest_pattern
from insight_pipeline.publication.disclosure.worlds import Flags

SharedPath = Callable[[str], Path]

# Tau-Argus writes its solver's logs into the folder it is run in, so it runs in one of its own.
_TAU_ARGUS = """
import json, sys
import pandas
from pytauargus import protect
table = json.load(sys.stdin)
people = [(r, c, 1.0) for r, c, n in table["counts"] for _ in range(n)]
result = protect(
    pandas.DataFrame(people, columns=["R", "C", "V"]),
    ["R", "C"] if table["is_two_way"] else ["R"],
    "V",
    f"FREQ({table['smallest']},10)",
    "OPT(1)",
    workdir=".",
)
cells = result.tables[0].dataframe()
hidden = cells[cells["status"].isin(["U", "M"])]
columns = hidden["C"] if table["is_two_way"] else [table["counts"][0][1]] * len(hidden)
print(json.dumps([[r.strip(), c.strip()] for r, c in zip(hidden["R"], columns)]))
"""


def tau_argus(counts: dict[Cell, int], smallest: int, folder: Path) -> set[Cell]:
    """Cells Tau-Argus withholds of a table in which counts below `smallest` are small."""
    import_module("pytauargus")
    table = {
        "counts": [[r, c, n] for (r, c), n in sorted(counts.items())],
        "smallest": smallest,
        "is_two_way": len({c for _, c in counts}) > 1,
    }
    done = subprocess.run(
        [sys.executable, "-c", _TAU_ARGUS],
        input=json.dumps(table),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return {(r, c) for r, c in json.loads(done.stdout.splitlines()[-1])}


def reference_tables(shared_path: SharedPath) -> list[dict[str, Any]]:
    path = shared_path("vectors/sdc/tables_secondary.json")
    return list(json.loads(path.read_text(encoding="utf-8")))


def counts_of(table: dict[str, Any]) -> dict[Cell, int]:
    return {(cell["row"], cell["col"]): cell["value"] for cell in table["cells"]}


def protected(counts: dict[Cell, int], primary: Iterable[Cell], width: float) -> set[Cell]:
    """Cells withheld by us, the primary ones among them."""
    block, is_hidden = crosstab(counts, width), withheld(counts, primary)
    pattern = pattern_of(block, is_hidden)
    assert pattern is not None
    return {cell for cell, hidden in zip(sorted(counts), pattern, strict=True) if hidden}


def pattern_of(block: Block, is_hidden: Flags) -> Flags | None:
    cost = np.ones(len(is_hidden))
    return cheapest_pattern(block, is_hidden, block.withheld(is_hidden), cost)


def is_safe(counts: dict[Cell, int], primary: set[Cell], hidden: set[Cell], width: float) -> bool:
    block = crosstab(counts, width)
    targets = block.withheld(withheld(counts, primary))
    return not too_narrow(block.known(withheld(counts, hidden)), targets)


@pytest.mark.shared
def test_reference_tables_are_protected_with_the_fewest_cells_there_can_be(
    shared_path: SharedPath, record_property: Callable[[str, object], None]
) -> None:
    tables = reference_tables(shared_path)
    for table in tables:
        counts, primary = counts_of(table), {tuple(cell) for cell in table["primary"]}
        hidden = protected(counts, primary, width=1)
        assert hidden >= primary
        assert len(hidden - primary) == table["expect_min_extra"], table["id"]
        assert is_safe(counts, primary, hidden, width=1)
        assert not is_safe(counts, primary, primary, width=1)
    assert len(tables) == 4
    record_property("figure", f"sdc/tables_secondary.json: {len(tables)} of 4 tables protected")


@pytest.mark.shared
def test_tau_argus_finds_the_published_patterns_and_no_smaller_ones(
    shared_path: SharedPath, tmp_path: Path
) -> None:
    compared = 0
    for table in reference_tables(shared_path):
        counts, primary = counts_of(table), {tuple(cell) for cell in table["primary"]}
        smallest = max(counts[cell] for cell in primary) + 1
        if {cell for cell, count in counts.items() if count < smallest} != primary:
            continue  # small cells that no threshold picks
        hidden = tau_argus(counts, smallest, tmp_path)
        if table["upstream_suppressed"]:
            assert hidden == {tuple(cell) for cell in table["upstream_suppressed"]}
        assert len(hidden - primary) == table["expect_min_extra"]
        assert is_safe(counts, primary, hidden, width=1)
        compared += 1
    assert compared == 3


@pytest.mark.slow
def test_no_pattern_of_tau_argus_is_smaller_than_ours(tmp_path: Path) -> None:
    # Tau-Argus protects each small count by 1 to either side, so by 2 between the ends.
    generator = np.random.default_rng(5)
    for _ in range(15):
        drawn = generator.choice([1, 2, 3, 8, 12, 20, 40], size=(4, 4), p=[0.1] * 3 + [0.175] * 4)
        counts = {(f"r{i}", f"c{j}"): int(drawn[i, j]) for i in range(4) for j in range(4)}
        primary = {cell for cell, count in counts.items() if count < 4}
        if not primary:
            continue
        theirs = tau_argus(counts, 4, tmp_path)
        ours = protected(counts, primary, width=2)
        assert is_safe(counts, primary, theirs, width=2)
        assert len(ours) <= len(theirs)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    drawn=st.lists(st.integers(0, 9), min_size=9, max_size=9),
    width=st.integers(1, 4),
)
def test_no_cheaper_pattern_protects_a_table(drawn: list[int], width: int) -> None:
    counts = {(f"r{i // 3}", f"c{i % 3}"): count for i, count in enumerate(drawn)}
    primary = {cell for cell, count in counts.items() if 1 <= count <= 2}
    block, is_hidden = crosstab(counts, width), withheld(counts, primary)
    pattern = pattern_of(block, is_hidden)
    others = sorted(set(counts) - primary)
    if pattern is None:
        assert not is_safe(counts, primary, set(counts), width)
        return
    hidden = {cell for cell, flag in zip(sorted(counts), pattern, strict=True) if flag}
    assert is_safe(counts, primary, hidden, width)
    for more in range(len(hidden - primary)):
        for extra in combinations(others, more):
            assert not is_safe(counts, primary, primary | set(extra), width)


def test_what_costs_least_is_withheld() -> None:
    counts = {("r", "a"): 2, ("r", "b"): 30, ("r", "c"): 30, ("r", "d"): 30}
    counts |= {("s", name): 50 for name in "abcd"}
    block, is_hidden = crosstab(counts), withheld(counts, [("r", "a")])
    cost = np.array([1.0, 5.0, 1.0, 5.0, 5.0, 5.0, 5.0, 5.0])
    pattern = cheapest_pattern(block, is_hidden, block.withheld(is_hidden), cost)
    assert pattern is not None
    names = [cell for cell, hidden in zip(sorted(counts), pattern, strict=True) if hidden]
    assert names == [("r", "a"), ("r", "c"), ("s", "a"), ("s", "c")]


def test_nothing_more_is_withheld_where_nothing_has_to_be() -> None:
    counts = {("r", "a"): 2, ("r", "b"): 3, ("s", "a"): 1, ("s", "b"): 40}
    is_hidden = withheld(counts, list(counts))
    pattern = pattern_of(crosstab(counts), is_hidden)
    assert pattern is not None and (pattern == is_hidden).all()
