"""The reader agrees with a plain state machine about every line, however the file is cut up."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from insight_pipeline.landing.readers import csv, csv_cells, csv_grammar, text
from insight_pipeline.landing.readers.choose import read
from insight_pipeline.landing.reading import ReaderOptions, Reading
from tests.unit.landing.readers.csv_oracle import answer

searched = settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

# Lines that are likely to be sound, and to fit together badly when they are not.
PIECES = ["a", "é", " ", ",", ",", ";", '"', '""', '"x"', ',"', '",', "\ufeff", "\x0b", "\u2028"]
lines = st.lists(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), max_size=8)
BAD = b"\xff\xfe"


def compared(
    folder: Path,
    body: list[bytes],
    end: bytes,
    block: int,
    longest: int,
    options: ReaderOptions,
    width: int,
) -> tuple[object, object]:
    """The reader's answer and the oracle's to one file, its header being `width` names."""
    delimiter = options.delimiter or ","
    header = delimiter.join(f"c{n}" for n in range(width)).encode()
    path = folder / "a.csv"
    path.write_bytes(end.join([header, *body]))
    with (
        patch.object(text, "BLOCK_BYTES", block),
        patch.object(csv, "HEAD_LINES", 1),
        patch.object(csv_cells, "SMALLEST_BLOCK", 8),
        patch.object(csv_grammar, "MAX_LINES_OF_A_RECORD", longest),
    ):
        found = read(path, options)
    texts = [None if BAD in line or b"\x00" in line else line.decode() for line in body]
    if texts and texts[-1] == "":
        texts.pop()  # the end of the line before
    return seen(found), expected(texts, delimiter, options.quote, width, longest)


def seen(found: Reading) -> object:
    unreadable = {"bad_encoding": "unreadable", "null_byte": "unreadable"}
    rejects = [(n - 2, unreadable.get(code, code)) for n, code in found.rejects.rows()]
    rows = [(row[0] - 2, [cell or "" for cell in row[1:]]) for row in found.rows.rows()]
    return rows, rejects, found.lines.blank, found.lines.continued


def expected(
    texts: list[str | None], delimiter: str, quote: str, width: int, longest: int
) -> object:
    told = answer(texts, delimiter, quote, width, longest)
    return told.rows, told.rejects, len(told.blank), len(told.continued)


@searched
@given(lines, st.sampled_from([b"\n", b"\r\n", b"\r"]), st.integers(1, 40), st.integers(1, 4))
@example(['a,"', '"",a', 'a"'], b"\n", 7, 2)
@example(["\ufeffa,a", '"\ufeff",a'], b"\n", 1, 2)
@example(['a,"a', "a", "a", "a", 'a"'], b"\n", 5, 2)
def test_every_line_becomes_what_the_grammar_says(
    tmp_path: Path, body: list[str], end: bytes, block: int, width: int
) -> None:
    options = ReaderOptions(format="csv", delimiter=",", encoding="utf-8")
    raw = [line.encode() for line in body]
    found, told = compared(tmp_path, raw, end, block, 4, options, width)
    assert found == told


@searched
@given(
    st.lists(st.sampled_from([b"a,a", b'"a",""', b'a,"', b'a"', b"", BAD, b'"\x00",a', b"a"])),
    st.integers(1, 40),
)
def test_lines_that_cannot_be_read_change_nothing_for_the_others(
    tmp_path: Path, body: list[bytes], block: int
) -> None:
    options = ReaderOptions(format="csv", delimiter=",", encoding="utf-8")
    found, told = compared(tmp_path, body, b"\n", block, 4, options, 2)
    assert found == told


DIALECTS = [
    (";", '"'),
    ("|", "'"),
    ("\t", '"'),
    (" ", '"'),
    ("¬", '"'),
    (",", "«"),
    ("^", "~"),
    (",", ""),
]


@pytest.mark.parametrize(("delimiter", "quote"), DIALECTS)
@settings(parent=searched, max_examples=20)
@given(data=st.data())
def test_every_dialect_is_read_by_the_same_grammar(
    tmp_path: Path, delimiter: str, quote: str, data: st.DataObject
) -> None:
    pieces = ["a", "é", " ", delimiter, delimiter, quote, quote * 2, f"{quote}x{quote}", '"', ","]
    line = st.lists(st.sampled_from(pieces), max_size=6).map(lambda p: "".join(p).encode())
    body = data.draw(st.lists(line, max_size=6))
    options = ReaderOptions(format="csv", delimiter=delimiter, quote=quote, encoding="utf-8")
    found, told = compared(tmp_path, body, b"\n", 11, 4, options, 2)
    assert found == told


def test_the_oracle_knows_the_plain_cases() -> None:
    told = answer(["a,b", '"a ""b""",', 'x,"y', 'z"', "", "a", 'a"b,c'], ",", '"', 2)
    assert told.rows == [(0, ["a", "b"]), (1, ['a "b"', ""]), (2, ["x", "y\nz"])]
    assert told.rejects == [(5, "wrong_field_count"), (6, "stray_quote")]
    assert (told.blank, told.continued) == ([4], [3])
