"""The model's word where nothing speaks against it, the labels' where they do."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.linkage.quality.basis import BINS, bin_of, bits_of
from insight_pipeline.linkage.quality.calibration import (
    Calibration,
    calibrate,
    model_probability,
    read_from_join,
)


def calibrated(labels: dict[float, tuple[int, int]], join: float = 0.0) -> Calibration:
    """`labels`: bits → (equal, different)."""
    con = duckdb.connect()
    con.execute("create table silver (bin integer, is_equal boolean, is_reached boolean)")
    for bits, (equal, different) in labels.items():
        for is_equal, number in ((True, equal), (False, different)):
            con.execute(
                "insert into silver select ?, ?, true from range(?)",
                [bin_of(bits), is_equal, number],
            )
    return calibrate(con, join)


def test_without_labels_a_weight_says_what_the_model_says_and_doubts_itself() -> None:
    found = calibrated({})
    for bits in (-6.0, 0.0, 6.0):
        believed = float(model_probability(np.array([bits_of(bin_of(bits))]))[0])
        assert found.at(bin_of(bits)) == pytest.approx(believed)
    assert found.method == "model"
    assert found.tilt[bin_of(0.0) - BINS.start] > 0.3


def test_many_labels_decide_and_leave_little_doubt() -> None:
    labels = {8.2: (640, 360), -3.2: (10, 990)}
    found = calibrated(labels)
    assert found.at(bin_of(8.2)) == pytest.approx(0.64, abs=0.02)
    assert found.at(bin_of(-3.2)) == pytest.approx(0.01, abs=0.01)
    assert found.method == "calibrated"
    assert max(found.tilt) < max(calibrated({}).tilt) / 2


def test_a_few_labels_far_from_the_model_move_weights_nobody_labelled() -> None:
    found = calibrated({6.2: (2, 38)})
    assert found.at(bin_of(4.2)) < calibrated({}).at(bin_of(4.2)) - 0.2


def test_equal_pairs_below_the_lowest_weight_kept_are_no_evidence() -> None:
    assert calibrated({-14.2: (50, 0)}).probability == calibrated({}).probability


def test_a_join_below_nothing_is_read_as_an_even_chance_and_what_is_below_as_it_is() -> None:
    read = read_from_join(np.array([-4.0, 2.0, -9.0]), join=-4.0)
    assert read.tolist() == [0.0, 6.0, -9.0]


def test_the_first_bin_of_a_probability_nobody_reaches_is_above_all() -> None:
    assert calibrated({}).first_bin(2.0) == BINS.stop


LABELS = st.dictionaries(
    st.sampled_from([-6.2, -3.2, 0.2, 4.2, 8.2]),
    st.tuples(st.integers(0, 60), st.integers(0, 60)),
    max_size=5,
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(LABELS)
def test_more_weight_is_never_less_likely_whatever_the_labels_say(
    labels: dict[float, tuple[int, int]],
) -> None:
    assert (np.diff(calibrated(labels).probability) >= 0).all()


def test_labels_that_fall_with_weight_are_pooled() -> None:
    falling = calibrated({0.2: (900, 100), 4.2: (100, 900)})
    assert falling.at(bin_of(0.2)) == pytest.approx(falling.at(bin_of(4.2)))
    assert falling.at(bin_of(0.2)) == pytest.approx(0.5, abs=0.02)
