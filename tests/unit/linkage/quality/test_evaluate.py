"""Measures of a partition, against figures worked out by hand."""

from __future__ import annotations

import polars as pl
import pytest

from insight_pipeline.linkage.quality.evaluate import (
    Confusion,
    b_cubed,
    by_group,
    confusion,
    evaluate,
    exact_clusters,
    pairwise,
)

FOUND = pl.Series(["a", "a", "a", "b", "b", "c"])
TRUTH = pl.Series([1, 1, 2, 2, 2, 3])


def test_pairwise_counts_pairs() -> None:
    quality = pairwise(FOUND, TRUTH)
    assert quality.precision == pytest.approx(2 / 4)
    assert quality.recall == pytest.approx(2 / 4)
    assert quality.f1 == pytest.approx(0.5)


def test_b_cubed_asks_every_record() -> None:
    quality = b_cubed(FOUND, TRUTH)
    assert quality.precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1 + 1) / 6)
    assert quality.recall == pytest.approx((1 + 1 + 1 / 3 + 2 / 3 + 2 / 3 + 1) / 6)


def test_exact_clusters_counts_people_found_whole_and_alone() -> None:
    assert exact_clusters(FOUND, TRUTH) == pytest.approx(1 / 3)


def test_names_of_clusters_do_not_matter_and_a_perfect_partition_is_perfect() -> None:
    quality = pairwise(pl.Series(["x", "x", "y"]), pl.Series([7, 7, 8]))
    assert (quality.precision, quality.recall, quality.f1) == (1.0, 1.0, 1.0)


def test_nothing_to_join_and_nothing_joined_is_no_mistake() -> None:
    alone = pl.Series([1, 2, 3])
    assert pairwise(alone, alone).f1 == 1.0
    assert b_cubed(alone.head(0), alone.head(0)).f1 == 1.0


def test_joining_everyone_has_full_recall_and_little_precision() -> None:
    quality = pairwise(pl.Series([0] * 4), pl.Series([1, 1, 2, 3]))
    assert quality.recall == 1.0 and quality.precision == pytest.approx(1 / 6)


@pytest.mark.parametrize("truth", [[1, 2], [1, 2, None]])
def test_a_record_without_a_label_is_refused(truth: list[int | None]) -> None:
    with pytest.raises(ValueError, match="one found and one true label"):
        pairwise(pl.Series([1, 2, 3]), pl.Series(truth))


def test_confusion_puts_every_pair_in_one_place() -> None:
    assert confusion(FOUND, TRUTH) == Confusion(
        joined_rightly=2, joined_wrongly=2, missed=2, apart_rightly=9
    )
    assert confusion(FOUND.head(0), TRUTH.head(0)) == Confusion(0, 0, 0, 0)


def test_a_group_is_asked_for_its_records_half_of_every_pair() -> None:
    group = pl.Series(["x", "x", "y", "y", None, "z"])
    found = by_group(FOUND, TRUTH, group)
    assert list(found) == ["", "x", "y", "z"]
    assert found["x"].precision == pytest.approx(2 / 4) and found["x"].recall == 1.0
    assert found["y"].precision == pytest.approx(1 / 3)
    assert found["y"].recall == pytest.approx(1 / 4)
    assert found[""].precision == 1.0 and found[""].recall == pytest.approx(1 / 2)
    assert found["z"].f1 == 1.0


def test_one_group_of_everyone_is_everyone() -> None:
    assert by_group(FOUND, TRUTH, pl.Series(["all"] * 6)) == {"all": pairwise(FOUND, TRUTH)}
    with pytest.raises(ValueError, match="every record needs one group"):
        by_group(FOUND, TRUTH, pl.Series(["all"]))


def test_an_evaluation_holds_every_measure() -> None:
    whole = evaluate(FOUND, TRUTH, {"sex": pl.Series(["F"] * 6)})
    assert (whole.records, whole.clusters, whole.people, whole.largest_cluster) == (6, 3, 3, 3)
    assert whole.pairwise == pairwise(FOUND, TRUTH) == whole.groups["sex"]["F"]
    assert whole.b_cubed == b_cubed(FOUND, TRUTH)
    assert whole.exact_clusters == exact_clusters(FOUND, TRUTH)
    assert evaluate(FOUND.head(0), TRUTH.head(0)).largest_cluster == 0
