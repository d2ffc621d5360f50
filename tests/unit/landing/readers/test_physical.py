"""Physical lines are counted in bytes as an editor would count them."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from insight_pipeline.landing.readers import physical
from insight_pipeline.landing.readers.physical import count_lines

ENCODINGS = ["utf-8", "cp1252", "utf-16-le", "utf-16-be", "utf-32-le", "utf-16", "cp037", "utf-7"]


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.text(st.sampled_from("ab,\n\n\r\r\x0a"), max_size=20),
    st.sampled_from(ENCODINGS),
    st.integers(1, 5),
)
@example("a\r\nb", "utf-8", 2)
@example("", "utf-16-le", 1)
def test_lines_end_at_lf_crlf_or_cr_in_every_encoding(
    tmp_path: Path, text: str, encoding: str, block: int
) -> None:
    path = tmp_path / "a"
    path.write_bytes(text.encode(encoding))
    expected = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
    skip = 2 if encoding == "utf-16" else 0
    with patch.object(physical, "BLOCK_BYTES", block):
        found = count_lines(path, encoding, skip)
    assert found == (expected.count("\n") + 1 if text else 0)


@pytest.mark.parametrize(
    ("data", "encoding", "lines"),
    [
        (b"\n\n", "utf-8", 2),
        (b"a\n\xff\x0b\x0c\x85\n", "utf-8", 2),
        (b"a\x00\n\x00b", "utf-16-le", 2),
        (b"\n\x0a\x0a\n", "utf-16-be", 1),
    ],
)
def test_odd_bytes_are_neither_lines_nor_their_end(
    tmp_path: Path, data: bytes, encoding: str, lines: int
) -> None:
    path = tmp_path / "a"
    path.write_bytes(data)
    assert count_lines(path, encoding) == lines
