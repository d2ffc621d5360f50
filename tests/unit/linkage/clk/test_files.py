"""The file partners exchange: back as it was written, refused where two do not fit together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.linkage.clk.files import (
    Encoded,
    read_encoded,
    refuse_unlike,
    write_encoded,
)

ROWS = np.array([[1, 2**63], [0, 0], [2**64 - 1, 5]], dtype=np.uint64)
ENCODED = Encoded(["b", "c", "a"], ROWS, "scheme", "key")


def test_rows_come_back_in_the_order_of_their_ids(tmp_path: Path) -> None:
    path = tmp_path / "ours.parquet"
    write_encoded(ENCODED, path)
    back = read_encoded(path)
    assert back.record_ids == ["a", "b", "c"]
    assert back.rows.tolist() == ROWS[[2, 0, 1]].tolist()
    assert (back.scheme, back.key_check) == ("scheme", "key")
    assert pl.read_parquet(path)["popcount"].to_list() == [2, 0, 66]


def test_an_empty_file_is_a_file(tmp_path: Path) -> None:
    write_encoded(replace(ENCODED, record_ids=[], rows=ROWS[:0]), tmp_path / "none.parquet")
    assert read_encoded(tmp_path / "none.parquet").rows.shape == (0, 2)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (replace(ENCODED, scheme="another"), "one scheme"),
        (replace(ENCODED, key_check="another"), "one secret"),
    ],
)
def test_files_of_two_schemes_or_secrets_are_refused(other: Encoded, words: str) -> None:
    refuse_unlike(ENCODED, ENCODED)
    with pytest.raises(InsightError, match=words):
        refuse_unlike(ENCODED, other)


def test_another_file_is_told_to_be_no_encoded_one(tmp_path: Path) -> None:
    plain = tmp_path / "plain.parquet"
    pl.DataFrame({"record_id": ["a"], "clk": [b"x"]}).write_parquet(plain)
    text = tmp_path / "text.parquet"
    text.write_text("no parquet")
    for path in (plain, text):
        with pytest.raises(InsightError, match="insight clk encode"):
            read_encoded(path)
