"""Whatever a file holds, every line and every record of it is accounted for, and by itself.

Belongs here: properties of judging, on files that hypothesis makes. Does not belong here: what is
right for a given file (test_zoo.py). Few examples of each, always the same ones; a night with more:
CONSERVATION_EXAMPLES=500.
"""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import duckdb
import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insight_pipeline.contracts.judging.examination import Bench, Examination
from insight_pipeline.contracts.judging.judge import bench, examine, write_issues
from insight_pipeline.contracts.judging.law import Law
from insight_pipeline.contracts.promise.contract import Contract
from tests.contracts.zoo.keeper import Issue, ordered
from tests.unit.contracts.promises import column, contract, home, row_rule

COLUMNS = (
    column("Ref", required=True, options={"maxLength": 8}),
    column("Day", "date", options={"format": "dd/MM/yyyy"}, severity="warn"),
    column("N", "integer", options={"minimum": 0}),
)
RULE = row_rule("n_needs_a_day", '"N" is null or "Day" is not null')
HEADER = "Ref,Day,N"
EXAMPLES = settings(
    max_examples=int(os.environ.get("CONSERVATION_EXAMPLES") or 8),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
Judged = tuple[Examination, tuple[Issue, ...]]


def promise(form: str, *, key: bool = False, **reader: Any) -> Contract:
    columns = (column("Ref", required=True, key=key, options={"maxLength": 8}), *COLUMNS[1:])
    return contract(
        *columns, rules=(RULE,), mode="append", maxBadShare=1, reader={"format": form, **reader}
    )


class Judge:
    """One bench for all examples; every file is judged in a folder of its own."""

    def __init__(self, bench: Bench, law: Law, folder: Path) -> None:
        self.bench, self.law, self.folder = bench, law, folder
        self.numbers = count()

    def __call__(self, data: bytes, made: Contract) -> Judged:
        work = self.folder / str(next(self.numbers))
        work.mkdir()
        (work / "file").write_bytes(data)
        found = examine(self.bench, work / "file", made, self.law, None, work)
        assert found.outcome != "error"
        write_issues(self.bench, found, made, work / "issues.parquet")
        with duckdb.connect() as connection:
            rows = connection.execute(
                "select line, column_name, code, severity from read_parquet(?)",
                [str(work / "issues.parquet")],
            ).fetchall()
        return found, ordered(rows)


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    folder = tmp_path_factory.mktemp("conservation")
    schema = dict.fromkeys(
        ["vocabulary", "code", "label", "synonyms", "valid_from", "valid_to", "source"], pl.String
    )
    law = Law(pl.DataFrame(schema=schema), ())
    with bench(law, home(folder)) as made:
        yield Judge(made, law, folder)


def assert_conserved(
    judged: Judged, physical: int | None = None, written: int | None = None
) -> None:
    """All rows and all lines are told, and every issue is about one of them.

    written: the rows or records that the test itself put into the file, blank ones included.
    """
    found, issues = judged
    parts = (found.accepted, found.quarantined, found.superseded, found.rejected)
    assert found.received == sum(parts)
    if found.content is None:
        assert found.outcome == "refused"
        return
    lines = found.content.lines
    assert found.content.conserved
    assert found.received == found.content.received
    assert physical in (None, lines.physical)
    assert written in (None, found.received + lines.blank)
    told = [line for line, *_ in issues if line is not None]
    assert all(lines.header < line <= lines.physical for line in told)
    if found.outcome == "accepted":
        assert held_lines(issues) == found.quarantined + found.rejected


def held_lines(issues: tuple[Issue, ...]) -> int:
    return len({line for line, _, _, severity in issues if line and severity == "record"})


def shape(judged: Judged) -> tuple[Any, ...]:
    found, issues = judged
    counts = (found.received, found.accepted, found.quarantined, found.superseded, found.rejected)
    return found.outcome, counts, issues


# CSV

SOUP = st.text(alphabet=",\";\t 'a1é\x00\ufeff\x1a", max_size=14).map(str.encode)
JUNK = st.one_of(SOUP, st.binary(max_size=12), st.sampled_from([b"", b",,", b'"', b'a,"b', b"   "]))
REF = st.sampled_from(["a", "b", "Zoë", "", "far too long", '"q"', '"x,y"', '"say ""so"""'])
DAY = st.sampled_from(["01/02/2025", "31/02/2025", "", "x"])
N = st.sampled_from(["0", "7", "-1", "", "1.5"])
ROW = st.tuples(REF, DAY, N).map(lambda cells: ",".join(cells).encode())
WRAPPED = st.tuples(st.sampled_from(['"two\nlines"', '"a\n\nb"']), DAY, N).map(
    lambda cells: ",".join(cells).encode()
)
ENDS = st.sampled_from([b"\n", b"\r\n", b"\r"])


def physical_lines(data: bytes) -> int:
    """Counted by hand: the oracle of the equation's one side."""
    parts = re.split(b"\r\n|\r|\n", data)
    return len(parts) - (parts[-1] == b"")


@st.composite
def csv_files(draw: st.DrawFn) -> bytes:
    lines = draw(st.lists(st.one_of(ROW, WRAPPED, JUNK), max_size=12))
    ended = b"".join(line + draw(ENDS) for line in [HEADER.encode(), *lines])
    mark = draw(st.sampled_from([b"", b"", b"\xef\xbb\xbf"]))
    return mark + (ended if draw(st.booleans()) else ended.rstrip(b"\r\n"))


@EXAMPLES
@given(data=csv_files(), key=st.booleans())
def test_every_line_of_any_csv_is_told_once_and_twice_the_same(
    judge: Judge, data: bytes, key: bool
) -> None:
    made = promise("csv", key=key, encoding="utf-8", delimiter=",")
    first = judge(data, made)
    assert_conserved(first, physical_lines(data))
    assert shape(judge(data, made)) == shape(first)


@EXAMPLES
@given(data=csv_files())
def test_every_line_is_told_where_encoding_and_delimiter_are_detected(
    judge: Judge, data: bytes
) -> None:
    assert_conserved(judge(data, promise("csv", header_row="auto")))


@EXAMPLES
@given(data=st.binary(max_size=200))
def test_bytes_of_any_kind_are_judged_or_refused(judge: Judge, data: bytes) -> None:
    for form in ("csv", "ndjson", "json", "xlsx", "parquet"):
        assert_conserved(judge(data, promise(form)))
    assert_conserved(judge(data, promise("xml", record="r")))


@EXAMPLES
@given(rows=st.lists(ROW, max_size=10), data=st.data(), key=st.booleans())
def test_rows_in_another_order_have_the_same_issues_on_their_new_lines(
    judge: Judge, rows: list[bytes], data: st.DataObject, key: bool
) -> None:
    made = promise("csv", key=key, encoding="utf-8", delimiter=",")
    order = data.draw(st.permutations(range(len(rows))))
    found, issues = judge(lines_of(rows), made)
    moved, moved_issues = judge(lines_of([rows[place] for place in order]), made)
    new_line = {old + 2: new + 2 for new, old in enumerate(order)}
    expected = ordered((line and new_line[line], *rest) for line, *rest in issues)  # type: ignore[misc]
    assert (moved.outcome, moved_issues) == (found.outcome, expected)
    assert shape((moved, ()))[1] == shape((found, ()))[1]


def lines_of(rows: list[bytes]) -> bytes:
    return b"\n".join([HEADER.encode(), *rows, b""])


BAD = st.one_of(SOUP, st.binary(max_size=10)).map(lambda line: re.sub(b"[\r\n]", b"", line))


@EXAMPLES
@given(rows=st.lists(ROW, min_size=1, max_size=8), bad=BAD, data=st.data())
def test_one_bad_line_changes_nothing_for_the_others(
    judge: Judge, rows: list[bytes], bad: bytes, data: st.DataObject
) -> None:
    made = promise("csv", encoding="utf-8", delimiter=",")
    place = data.draw(st.integers(0, len(rows)))
    _, issues = judge(lines_of(rows), made)
    _, with_bad = judge(lines_of([*rows[:place], bad, *rows[place:]]), made)
    shifted = {old + 2: old + 2 + (old >= place) for old in range(len(rows))}
    expected = [(shifted[line], *rest) for line, *rest in issues if line]
    assert [issue for issue in with_bad if issue[0] and issue[0] != place + 2] == expected


# Documents

NAMES = st.sampled_from(["Ref", "Day", "N", "Other", "a.b", ""])
VALUE = st.one_of(
    st.none(), st.booleans(), st.integers(), st.sampled_from(["a", "01/02/2025", "\ud800", ""])
)
RECORD = st.dictionaries(NAMES, st.one_of(VALUE, st.lists(VALUE, max_size=2)), max_size=4).map(
    json.dumps
)
NDJSON = st.one_of(
    RECORD, st.text(alphabet='{}[]":,1a \x00', max_size=10), st.sampled_from(["", "null", "NaN"])
)


@EXAMPLES
@given(lines=st.lists(NDJSON, max_size=10), end=st.sampled_from(["\n", "\r\n"]))
def test_every_line_of_any_ndjson_is_told(judge: Judge, lines: list[str], end: str) -> None:
    data = "".join(line + end for line in lines).encode()
    assert_conserved(judge(data, promise("ndjson")), physical_lines(data))


@EXAMPLES
@given(records=st.lists(st.one_of(RECORD, st.sampled_from(["1", '"a"', "null", "[]"])), max_size=8))
def test_every_record_of_any_json_array_is_told(judge: Judge, records: list[str]) -> None:
    data = f"[{','.join(records)}]".encode()
    assert_conserved(judge(data, promise("json")), len(records))


TAG = st.sampled_from(["Ref", "Day", "N", "Other"])
TEXT = st.text(alphabet="a1 <&é\n", max_size=6).map(escape)
ELEMENT = st.lists(st.tuples(TAG, TEXT), max_size=4).map(
    lambda cells: "".join(f"<{tag}>{text}</{tag}>" for tag, text in cells)
)


# A record, or what somebody meant for one: with attributes, loose text, in another case.
MEANT = st.builds(
    lambda name, attribute, inside, loose: f"<{name}{attribute}>{inside}{loose}</{name}>",
    st.sampled_from(["r", "r", "r", "R"]),
    st.sampled_from(["", "", ' Ref="a"', ' x="1" y=""']),
    ELEMENT,
    st.sampled_from(["", "", "loose"]),
)


@EXAMPLES
@given(records=st.lists(MEANT, max_size=8))
def test_every_record_of_any_xml_is_told(judge: Judge, records: list[str]) -> None:
    inside = "".join(records)
    judged = judge(f"<all>{inside}</all>".encode(), promise("xml", record="r"))
    if any(record.startswith("<r") for record in records) or not records:
        assert_conserved(judged, len(records), len(records))
    else:
        assert judged[0].unreadable == "missing_record"


CELL = st.one_of(
    st.none(), st.integers(-9, 9), st.sampled_from(["a", "01/02/2025", " ", "x\ny", "\x0b"])
)
SHEET = st.lists(st.tuples(CELL, CELL, CELL, st.one_of(st.none(), CELL)), max_size=8)


@EXAMPLES
@given(rows=SHEET)
def test_every_row_of_any_sheet_is_told(judge: Judge, rows: list[tuple[Any, ...]]) -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for down, row in enumerate([HEADER.split(","), *rows]):
        for across, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(down, across, cell)
            elif cell is not None:
                sheet.write_number(down, across, cell)
    book.close()
    used = max((n for n, row in enumerate(rows, 2) if any(c is not None for c in row)), default=1)
    assert_conserved(judge(out.getvalue(), promise("xlsx")), used, used - 1)
