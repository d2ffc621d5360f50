"""Pictures of a night's linkage are drawn from counts, where there are any."""

from __future__ import annotations

from pathlib import Path

from insight_pipeline.operations.charts.linking import cluster_sizes, match_weights


def test_people_are_drawn_by_their_number_of_records() -> None:
    made = cluster_sizes({1: 70, 2: 30, 5: 1})
    assert made is not None
    assert made.finding.startswith("101 people; the largest has 5 records.")


def test_without_people_or_without_a_store_there_is_no_picture(tmp_path: Path) -> None:
    assert cluster_sizes({}) is None
    assert match_weights(tmp_path / "identity.duckdb") is None
