"""The mark of evidence changes with what records say, and with nothing else."""

from __future__ import annotations

import pytest

from insight_pipeline.linkage.review.marks import MARK_HEX, evidence_mark
from tests.unit.linkage.review.scene import scene

SAYS = {"a": "ashby", "b": "brook"}


def test_order_and_repetition_of_records_do_not_count() -> None:
    with scene({"x": "ab"}, {}, says=SAYS) as con:
        mark = evidence_mark(con, ["a", "b"])
        assert evidence_mark(con, ["b", "a", "b"]) == mark
        assert len(mark) == MARK_HEX
        assert evidence_mark(con, ["a"]) != mark


@pytest.mark.parametrize(
    "change",
    [
        "insert into evidence_value values ('a', 'phone', '1')",
        "insert into trusted_value values ('b', 'upn:1')",
        "update evidence_value set value = 'ashbee' where record_id = 'a'",
        "update evidence_value set field = 'given_name' where record_id = 'a'",
        "delete from evidence_value where record_id = 'b'",
    ],
)
def test_any_other_word_counts(change: str) -> None:
    with scene({"x": "ab"}, {}, says=SAYS) as con:
        mark = evidence_mark(con, ["a", "b"])
        con.execute(change)
        assert evidence_mark(con, ["a", "b"]) != mark


def test_words_of_others_do_not_count() -> None:
    with scene({"x": "abc"}, {}, says=SAYS) as con:
        mark = evidence_mark(con, ["a", "b"])
        con.execute("insert into evidence_value values ('c', 'phone', '1')")
        assert evidence_mark(con, ["a", "b"]) == mark
