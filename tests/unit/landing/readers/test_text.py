"""What a text file is written in, declared or not; and nothing of it lost on the way."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insight_pipeline.landing.readers import text as text_module
from insight_pipeline.landing.readers.text import Text, open_text

NAMES = "Ref;Name\n1;Zoë\n2;Łucja\n"
LATIN = "Ref;Name\n1;Zoë\n2;£5 “net”\n"


def opened(folder: Path, data: bytes, declared: str | None = None) -> Text:
    path = folder / "a"
    path.write_bytes(data)
    return open_text(path, declared)


def whole(text: Text) -> str:
    return b"".join(text.blocks()).decode()


@pytest.mark.parametrize(
    ("data", "encoding", "notes"),
    [
        (b"", "utf-8", ()),
        (b"a;b\n", "utf-8", ()),
        (NAMES.encode(), "utf-8", ()),
        (NAMES.encode("utf-8-sig"), "utf-8", ()),
        (NAMES.encode("utf-16"), "utf-16-le", ()),
        (b"\xfe\xff" + NAMES.encode("utf-16-be"), "utf-16-be", ()),
        (NAMES.encode("utf-32"), "utf-32-le", ()),
        (NAMES.encode("utf-16-le"), "utf-16-le", ("encoding_detected:utf-16-le",)),
        (NAMES.encode("utf-16-be"), "utf-16-be", ("encoding_detected:utf-16-be",)),
        (LATIN.encode("cp1252"), "cp1252", ("encoding_detected:cp1252",)),
    ],
)
def test_an_encoding_that_is_not_declared_is_detected(
    tmp_path: Path, data: bytes, encoding: str, notes: tuple[str, ...]
) -> None:
    found = opened(tmp_path, data)
    assert (found.encoding, found.notes) == (encoding, notes)
    assert whole(found) in {"", "a;b\n", NAMES, LATIN}


def test_one_damaged_line_does_not_make_another_encoding_of_utf8(tmp_path: Path) -> None:
    data = NAMES.encode() + "3;Zoë\n".encode("cp1252")
    assert opened(tmp_path, data).encoding == "utf-8"
    assert opened(tmp_path, data + "4;é\n5;ü\n".encode("cp1252")).encoding == "cp1252"


def test_a_byte_order_mark_wins_over_what_is_declared_and_that_is_told(tmp_path: Path) -> None:
    found = opened(tmp_path, NAMES.encode("utf-16"), "cp1252")
    assert (found.encoding, found.notes) == ("utf-16-le", ("encoding_differs:utf-16-le",))
    assert whole(found) == NAMES
    assert opened(tmp_path, NAMES.encode("utf-8-sig"), "cp1252").notes == (
        "encoding_differs:utf-8",
    )


@pytest.mark.parametrize(
    ("written", "declared"),
    [
        ("utf-8", "utf-8-sig"),
        ("utf-8-sig", "UTF8"),
        ("utf-16", "utf-16"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "utf-16"),
        ("utf-32", "utf-32"),
        ("cp1250", "cp1250"),
    ],
)
def test_what_is_declared_is_read_as_declared(tmp_path: Path, written: str, declared: str) -> None:
    found = opened(tmp_path, NAMES.encode(written), declared)
    assert (whole(found), found.notes) == (NAMES, ())


def test_a_doubt_about_the_declared_encoding_is_told_and_changes_nothing(tmp_path: Path) -> None:
    found = opened(tmp_path, NAMES.encode(), "cp1252")
    assert (found.encoding, found.notes) == ("cp1252", ("encoding_seems:utf-8",))
    wide = opened(tmp_path, NAMES.encode("utf-16-le"), "utf-8")
    assert (wide.encoding, wide.notes) == ("utf-8", ("encoding_seems:utf-16-le",))
    assert opened(tmp_path, b"a\n", "cp1252").notes == ()


def test_a_null_byte_is_no_sign_of_utf16(tmp_path: Path) -> None:
    assert opened(tmp_path, b"a,b\n1,\x002\n").encoding == "utf-8"


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.text(st.sampled_from("aé€\r\r\n,𝄞"), max_size=30),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "gb18030", "utf-7"]),
    st.integers(1, 9),
)
def test_blocks_give_the_text_with_line_feeds_wherever_they_are_cut(
    tmp_path: Path, text: str, encoding: str, block: int
) -> None:
    found = opened(tmp_path, text.encode(encoding), encoding)
    with patch.object(text_module, "BLOCK_BYTES", block):
        assert whole(found) == text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"a\xff\nb\n", "utf-8"),
        (b"a\x81\nb\n", "cp1252"),
        (b"a\xe9\nb\n", "ascii"),
        (b"a\x00\x00\xd8\n\x00b\x00\n\x00", "utf-16-le"),
        (b"b\x00\n\x00a", "utf-16-le"),
    ],
)
def test_what_cannot_be_decoded_stays_undecodable_on_its_line(
    tmp_path: Path, data: bytes, encoding: str
) -> None:
    lines = b"".join(opened(tmp_path, data, encoding).blocks()).split(b"\n")
    assert b"b" in lines
    for line in lines:
        if line not in (b"b", b""):
            with pytest.raises(UnicodeDecodeError):
                line.decode()
