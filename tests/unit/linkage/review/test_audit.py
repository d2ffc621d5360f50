"""The audit names who decided what, why, and what came of it."""

from __future__ import annotations

from pathlib import Path

import duckdb

from insight_pipeline.linkage.review.audit import audit
from tests.unit.linkage.review.decided import decision, load


def test_every_decision_is_listed_with_its_reason_and_state(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        rows = [
            decision(1, "a", "b", "same"),
            decision(2, "a", "c", "different", reason="Two cards were seen"),
            decision(3, "b", "c", "same"),
            decision(4, "d e", "f", "same"),
            decision(5, "d e", "f", "withdrawn"),
        ]
        load(con, tmp_path, rows)
        told = {one.decision_id: one for one in audit(con)}
    assert list(told) == ["d005", "d004", "d003", "d002", "d001"]
    assert {key: one.state for key, one in told.items()} == {
        "d001": "in effect",
        "d002": "in effect",
        "d003": "put back",
        "d004": "not in effect",
        "d005": "not in effect",
    }
    assert told["d002"].reason == "Two cards were seen"
    assert told["d004"].records == 3
