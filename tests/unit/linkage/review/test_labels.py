"""Decisions as labels."""

from __future__ import annotations

from pathlib import Path

import duckdb

from insight_pipeline.linkage.review.labels import label_pairs, labelled_pairs
from tests.unit.linkage.review.decided import decision, load


def test_a_label_says_what_was_decided_and_how_it_came_to_review(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        rows = [
            decision(1, "b a", "c", "same", sampling_code="random"),
            decision(2, "d", "e", "different", is_blind=True),
            decision(3, "f", "g", "unsure"),
        ]
        load(con, tmp_path, rows)
        found = labelled_pairs(con).rows()
        assert found == [
            ("a", "c", True, "random", False, False, "d001"),
            ("b", "c", True, "random", False, True, "d001"),
            ("d", "e", False, "near_join", True, True, "d002"),
        ]
        con.execute("create table record as select unnest(['a', 'd', 'c', 'e']) as record_id")
        con.execute(
            "create or replace table record as select ascii(record_id) as rid, * from record"
        )
        assert label_pairs(con) == 2
        labels = con.execute("select rid_l, rid_r, is_match, is_shown from labelled_pair")
        assert labels.fetchall() == [(97, 99, True, False), (100, 101, False, True)]
