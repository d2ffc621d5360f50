"""What leaves the identity zone, and what is read back from it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.linkage.quality.metadata import quality_metadata, read_quality
from insight_pipeline.linkage.quality.nightly import measure_quality
from insight_pipeline.linkage.quality.uncertainty import DrawCounts
from tests.unit.linkage.quality.stores import BASIS, store


def test_metadata_are_plain_figures_of_everyone() -> None:
    report = measure_quality(store({"a": [1, 2]}, [(1, 2, 9.2)]), BASIS)
    told = quality_metadata(report, DrawCounts(1, (1, 2), 1, 1))
    assert all(isinstance(value, (int, float, str)) for value in told.values())
    assert told["estimated_precision_lower"] <= told["estimated_precision"]  # type: ignore[operator]
    assert (told["people_fewest"], told["people_most"]) == (1, 2)
    assert "labelled_precision" not in told and "review_backlog" not in told
    assert told["quality_method"] == "model"
    assert "p:1" not in str(told) and "pryce" not in str(told)


def test_the_last_night_is_read_unless_another_is_named(tmp_path: Path) -> None:
    path = tmp_path / "identity.duckdb"
    assert read_quality(path) == []
    with duckdb.connect(str(path)) as con:
        con.execute("create table meta (night bigint)")
    assert read_quality(path) == []
    with duckdb.connect(str(path)) as con:
        con.execute("create table quality as select * from (values "
            "(1, 'records', 'everyone', 'everyone', 5.0), (2, 'records', 'everyone', 'everyone', "
            "6.0)) v(night, measure, group_kind, group_value, numerator)")  # fmt: skip
    assert [row["numerator"] for row in read_quality(path)] == [6.0]
    assert [row["numerator"] for row in read_quality(path, 1)] == [5.0]


def test_a_store_that_cannot_be_read_is_a_fault_that_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "identity.duckdb"
    path.write_text("not a database")
    with pytest.raises(InsightError, match="wait until the night is over"):
        read_quality(path)
