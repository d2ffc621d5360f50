"""What a receipt says about a file's text."""

from __future__ import annotations

from pathlib import Path

import pytest

from insight_pipeline.landing.encoding import LOOK_BYTES, encoding_of


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "ascii"),
        (b"a;b\n", "ascii"),
        ("Zoë".encode(), "utf-8"),
        ("Zoë".encode("utf-8-sig"), "utf-8 with byte order mark"),
        ("Zoë".encode("utf-16"), "utf-16"),
        ("Zoë".encode("cp1252"), "8-bit, not utf-8"),
        (b"PK\x03\x04\x00\x00", "binary"),
        (b"a" * (LOOK_BYTES - 1) + "ë".encode(), "utf-8"),
    ],
)
def test_a_files_text_is_told_by_its_first_bytes(
    tmp_path: Path, content: bytes, expected: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert encoding_of(path) == expected
