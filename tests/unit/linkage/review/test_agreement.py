"""Agreement of reviewers, held against kappa as the textbook has it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from insight_pipeline.linkage.review.agreement import Agreement, agreements
from tests.unit.linkage.review.decided import decision, load


def test_kappa_of_cohen_s_own_kind_of_table() -> None:
    # 20 yes and 15 no agreed, 5 and 10 not: observed .70, by chance .50.
    assert Agreement("a", "b", 20, 5, 10, 15).kappa == pytest.approx(0.4)


def test_where_chance_alone_agrees_there_is_no_kappa() -> None:
    assert Agreement("a", "b", 4, 0, 0, 0).kappa is None


def test_only_what_both_judged_counts_and_groups_count_once(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        rows = [
            decision(1, "a b", "c d", "same"),
            decision(2, "a b", "c d", "same", "ben"),
            decision(3, "e", "f", "different"),
            decision(4, "f", "e", "same", "ben"),
            decision(5, "g", "h", "unsure"),
            decision(6, "g", "h", "same", "ben"),
            decision(7, "i", "j", "same"),
        ]
        load(con, tmp_path, rows)
        assert agreements(con) == [Agreement("ada", "ben", 1, 0, 1, 0)]
