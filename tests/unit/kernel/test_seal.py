"""A seal holds for the very bytes it was put on, and for nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from insight_pipeline.kernel.seal import SEAL_SUFFIX, is_whole, seal

CONTENT = b"rows of a feed"


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    path = tmp_path / "feed.parquet"
    path.write_bytes(CONTENT)
    seal(path)
    return path


def test_what_was_sealed_is_whole(sealed: Path) -> None:
    assert is_whole(sealed)
    assert not is_whole(sealed.with_name("another.parquet"))


@pytest.mark.parametrize("bit", range(0, len(CONTENT) * 8, 7))
def test_any_bit_that_turned_breaks_the_seal(sealed: Path, bit: int) -> None:
    content = bytearray(CONTENT)
    content[bit // 8] ^= 1 << bit % 8
    sealed.write_bytes(content)
    assert not is_whole(sealed)


@pytest.mark.parametrize("content", [CONTENT[:-1], b"", CONTENT + b" "])
def test_what_was_cut_or_grew_is_not_whole(sealed: Path, content: bytes) -> None:
    sealed.write_bytes(content)
    assert not is_whole(sealed)


def test_without_its_seal_or_under_another_nothing_is_whole(sealed: Path) -> None:
    beside = sealed.with_name(sealed.name + SEAL_SUFFIX)
    beside.write_text("another\n")
    assert not is_whole(sealed)
    beside.unlink()
    assert not is_whole(sealed)
    seal(sealed)
    assert is_whole(sealed)
    sealed.unlink()
    assert not is_whole(sealed)
