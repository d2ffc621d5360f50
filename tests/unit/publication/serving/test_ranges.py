"""Parts of files, as RFC 9110 has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight_pipeline.publication.serving.ranges import Span, UnsatisfiableError, span_of


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("bytes=0-99", Span(0, 99)),
        ("bytes=0-", Span(0, 999)),
        ("bytes=990-2000", Span(990, 999)),
        ("bytes=999-999", Span(999, 999)),
        ("bytes=-10", Span(990, 999)),
        ("bytes=-5000", Span(0, 999)),
    ],
)
def test_one_range_is_cut_to_the_file(header: str, span: Span) -> None:
    assert span_of(header, 1000) == span


@pytest.mark.parametrize(
    "header",
    [None, "", "bytes=", "bytes=-", "bytes=5-1", "bytes=0-1,5-9", "lines=0-1", "bytes=a-b",
     "bytes=٣-٤", "bytes=0-9" + "9" * 40],
)  # fmt: skip
def test_what_is_no_single_range_means_the_whole_file(header: str | None) -> None:
    assert span_of(header, 1000) is None


@pytest.mark.parametrize(
    ("header", "size"), [("bytes=1000-", 1000), ("bytes=-0", 9), ("bytes=0-", 0)]
)
def test_a_range_beyond_the_end_cannot_be_had(header: str, size: int) -> None:
    with pytest.raises(UnsatisfiableError):
        span_of(header, size)


@given(size=st.integers(1, 10_000), first=st.integers(0, 10_000), length=st.integers(1, 10_000))
def test_a_range_gives_the_bytes_a_slice_gives(size: int, first: int, length: int) -> None:
    data = range(size)
    try:
        span = span_of(f"bytes={first}-{first + length - 1}", size)
    except UnsatisfiableError:
        assert not data[first : first + length]
        return
    assert span is not None
    assert data[span.first : span.last + 1] == data[first : first + length]
    assert span.length == len(data[first : first + length])
