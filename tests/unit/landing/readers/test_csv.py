"""CSV: no line is lost, none is changed, and whatever the bytes are, there is an answer."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from insight_pipeline.landing.readers.choose import read
from insight_pipeline.landing.reading import ROW, ReaderOptions, Reading, UnreadableError

searched = settings(
    max_examples=35,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def reading(tmp_path: Path, data: bytes | str, **options: Any) -> Reading:
    path = tmp_path / "a.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read(path, ReaderOptions(format="csv", **options))


def rows(tmp_path: Path, data: bytes | str, **options: Any) -> list[tuple[Any, ...]]:
    return reading(tmp_path, data, **options).rows.rows()


def rejects(found: Reading) -> list[tuple[Any, ...]]:
    return found.rejects.rows()


def refusal(tmp_path: Path, data: bytes | str, **options: Any) -> str:
    with pytest.raises(UnreadableError) as caught:
        reading(tmp_path, data, **options)
    return caught.value.code


# Dialects


def test_rows_are_text_under_the_line_they_stand_on(tmp_path: Path) -> None:
    found = reading(tmp_path, "Ref,Name\n001,Null\nNA,nan\n,\n")
    assert found.rows.columns == [ROW, "Ref", "Name"]
    assert found.rows.rows() == [(2, "001", "Null"), (3, "NA", "nan"), (4, None, None)]
    assert rejects(found) == []


def test_cp1252_with_semicolons(tmp_path: Path) -> None:
    data = "No;Name;Fee\n1;Zoë “Zo” Nuñez;£5,00\n".encode("cp1252")
    found = rows(tmp_path, data, delimiter=";", encoding="cp1252")
    assert found == [(2, "1", "Zoë “Zo” Nuñez", "£5,00")]


def test_a_pipe_is_a_delimiter_and_no_pattern(tmp_path: Path) -> None:
    assert rows(tmp_path, "a|b\n1,5|x.y\n|\n", delimiter="|") == [
        (2, "1,5", "x.y"),
        (3, None, None),
    ]


def test_tabs(tmp_path: Path) -> None:
    assert rows(tmp_path, "a\tb\n1 \t2\n", delimiter="\t") == [(2, "1 ", "2")]


@pytest.mark.parametrize("body", ["1,2\n", '1,"2\n3"\n'], ids=["fast", "line by line"])
def test_a_byte_order_mark_is_no_part_of_the_first_header(tmp_path: Path, body: str) -> None:
    data = ("Ref,Name\n" + body).encode("utf-8-sig")
    assert reading(tmp_path, data).columns == ("Ref", "Name")


def test_utf16_is_read_when_it_is_promised(tmp_path: Path) -> None:
    assert rows(tmp_path, "a,b\n1,é\n".encode("utf-16"), encoding="utf-16") == [(2, "1", "é")]


def test_a_line_that_is_not_in_the_promised_encoding_is_rejected_alone(tmp_path: Path) -> None:
    found = reading(tmp_path, b"a\nZo\xeb\nZo\xc3\xab\n", encoding="utf-8")
    assert found.rows.rows() == [(3, "Zoë")]
    assert rejects(found) == [(2, "bad_encoding")]


def test_a_character_that_is_in_no_code_page_rejects_its_line_alone(tmp_path: Path) -> None:
    found = reading(tmp_path, b"a\nZo\xeb\n\x81\n", encoding="cp1252")
    assert found.rows.rows() == [(2, "Zoë")]
    assert rejects(found) == [(3, "bad_encoding")]


def test_a_line_with_a_null_byte_is_rejected_alone(tmp_path: Path) -> None:
    found = reading(tmp_path, b"a,b\n1,\x002\n3,4\n")
    assert found.rows.rows() == [(3, "3", "4")]
    assert rejects(found) == [(2, "null_byte")]


@pytest.mark.parametrize(
    ("header", "code"), [(b"a,\xeb", "wrong_encoding"), (b"a,\x00b", "null_bytes")]
)
def test_a_header_that_cannot_be_read_makes_the_document_unreadable(
    tmp_path: Path, header: bytes, code: str
) -> None:
    assert refusal(tmp_path, header + b"\n1,2\n", encoding="utf-8") == code


def test_half_a_character_of_utf16_rejects_its_line_alone(tmp_path: Path) -> None:
    data = "a,b\n1,x\n2,".encode("utf-16-le") + b"\x00\xd8" + "\n3,z\n".encode("utf-16-le")
    found = reading(tmp_path, data, encoding="utf-16-le")
    assert found.rows.rows() == [(2, "1", "x"), (4, "3", "z")]
    assert rejects(found) == [(3, "bad_encoding")]
    cut = reading(tmp_path, data[:-1], encoding="utf-16-le")
    assert rejects(cut) == [(3, "bad_encoding"), (4, "bad_encoding")]


def test_a_quoted_field_does_not_run_over_a_line_that_cannot_be_read(tmp_path: Path) -> None:
    found = reading(tmp_path, b'a,b\n1,"x\n\xff\ny"\n2,z\n', encoding="utf-8")
    assert found.rows.rows() == [(5, "2", "z")]
    assert rejects(found) == [(2, "unclosed_quote"), (3, "bad_encoding"), (4, "stray_quote")]


@pytest.mark.parametrize("data", ["", "a,b\n"])
def test_a_file_that_ends_before_its_header_is_empty(tmp_path: Path, data: str) -> None:
    assert refusal(tmp_path, data, header_row=2) == "empty_file"


def test_a_header_alone_is_no_rows_of_these_columns(tmp_path: Path) -> None:
    found = reading(tmp_path, "a,b\n")
    assert (found.columns, found.received) == (("a", "b"), 0)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("last", [True, False], ids=["ended", "not ended"])
def test_every_kind_of_line_end_gives_the_same_rows(tmp_path: Path, end: str, last: bool) -> None:
    text = end.join(["a,b", "1,x", '2,"y', 'z"', "3,w"]) + (end if last else "")
    assert rows(tmp_path, text) == [(2, "1", "x"), (3, "2", "y\nz"), (5, "3", "w")]


def test_mixed_line_ends_lose_nothing(tmp_path: Path) -> None:
    assert rows(tmp_path, "a,b\r\n1,x\n2,y\r3,z\r\n") == [
        (2, "1", "x"),
        (3, "2", "y"),
        (4, "3", "z"),
    ]


def test_the_header_may_stand_below_a_title(tmp_path: Path) -> None:
    found = reading(tmp_path, 'Visits, "Q1"\n\na,b\n1,2\n\n3,"4\n5"\n', header_row=3)
    assert found.columns == ("a", "b")
    assert found.rows.rows() == [(4, "1", "2"), (6, "3", "4\n5")]


def test_a_header_is_trimmed_and_unquoted(tmp_path: Path) -> None:
    assert reading(tmp_path, '"Ref, no", Name \n1,2\n').columns == ("Ref, no", "Name")


# Quotes


def test_quotes_hold_delimiters_quotes_and_line_breaks(tmp_path: Path) -> None:
    text = 'a,b\n"1,5","say ""hi"""\n2,"one\n\ntwo"\n3,x\n'
    assert rows(tmp_path, text) == [
        (2, "1,5", 'say "hi"'),
        (3, "2", "one\n\ntwo"),
        (6, "3", "x"),
    ]


def test_an_unclosed_quote_rejects_one_line_and_keeps_the_others(tmp_path: Path) -> None:
    found = reading(tmp_path, 'a,b\n1,x\n2,"y\n3,z\n4,w\n')
    assert found.rows.rows() == [(2, "1", "x"), (4, "3", "z"), (5, "4", "w")]
    assert rejects(found) == [(3, "unclosed_quote")]


def test_an_unclosed_quote_does_not_swallow_the_good_quoted_lines_after_it(
    tmp_path: Path,
) -> None:
    body = "".join(f'{n},"name {n}"\n' for n in range(200))
    found = reading(tmp_path, f'a,b\n0,"open\n{body}')
    assert rejects(found) == [(2, "unclosed_quote")]
    assert found.rows.height == 200


def test_what_becomes_of_a_line_does_not_depend_on_the_other_lines(tmp_path: Path) -> None:
    for line in ('5" pipe,x', 'a "b" c,x', "' ,x", '"x" ,y', '"",x'):
        alone = reading(tmp_path, f"a,b\n{line}\n")
        among = reading(tmp_path, f"a,b\n{line}\n\n1\n")
        assert [row for row in rejects(among) if row[0] == 2] == rejects(alone), line
        assert among.rows.height == alone.rows.height, line


@pytest.mark.parametrize("line", ['5" pipe,x', '"x" ,y', 'x,y"'])
def test_a_quote_that_neither_opens_nor_closes_a_field_rejects_its_line(
    tmp_path: Path, line: str
) -> None:
    found = reading(tmp_path, f"a,b\n{line}\n1,z\n")
    assert found.rows.rows() == [(3, "1", "z")]
    assert rejects(found) == [(2, "stray_quote")]


def test_an_empty_record_of_tabs_is_no_blank_line(tmp_path: Path) -> None:
    assert rows(tmp_path, "a\tb\n\t\n1\t2\n", delimiter="\t") == [(2, None, None), (3, "1", "2")]


def test_a_truncated_last_line_is_rejected_and_the_others_kept(tmp_path: Path) -> None:
    for tail, code in (("3", "wrong_field_count"), ('3,"half of', "unclosed_quote")):
        found = reading(tmp_path, f"a,b\n1,x\n2,y\n{tail}")
        assert [row[1] for row in found.rows.rows()] == ["1", "2"]
        assert rejects(found) == [(4, code)]


def test_ragged_lines_are_rejected_by_number(tmp_path: Path) -> None:
    found = reading(tmp_path, "a,b\n1\n2,x\n3,y,z\n")
    assert found.rows.rows() == [(3, "2", "x")]
    assert rejects(found) == [(2, "wrong_field_count"), (4, "wrong_field_count")]


def test_a_field_as_long_as_a_letter_is_read(tmp_path: Path) -> None:
    letter = "line\n" * 40 + "x" * 150_000
    assert rows(tmp_path, f'a,b\n1,"{letter}"\n2,y\n') == [(2, "1", letter), (43, "2", "y")]


# Blank lines and odd headers


def test_blank_lines_are_neither_records_nor_rejects(tmp_path: Path) -> None:
    found = reading(tmp_path, "a,b\n\n1,x\n  \n\n2,y\n\n")
    assert found.rows.rows() == [(3, "1", "x"), (6, "2", "y")]
    assert rejects(found) == []


def test_a_blank_line_is_no_record_of_a_single_column_either(tmp_path: Path) -> None:
    assert rows(tmp_path, "a\n1\n\n2\n") == [(2, "1"), (4, "2")]


def test_a_repeated_header_is_told_and_its_values_are_kept(tmp_path: Path) -> None:
    found = reading(tmp_path, "a,b,a\n1,2,3\n")
    assert found.duplicate_columns == ("a",)
    assert found.rows.rows() == [(2, "1", "2", "3")]
    assert found.columns[:2] == ("a", "b")


@pytest.mark.parametrize(
    "header",
    ["", ",", "_row,a", "a,a,a#2", '"a', "a" * 140_000 + ",b", '"a"b,c', " "],
    ids=["blank", "nameless", "_row", "numbered", "open quote", "long", "junk", "space"],
)
@pytest.mark.parametrize("body", ["", "1,2\n", '1,"2\n3"\n\nx\n'], ids=["no", "one", "odd"])
def test_no_header_is_too_odd_to_be_answered(tmp_path: Path, header: str, body: str) -> None:
    try:
        found = reading(tmp_path, f"{header}\n{body}")
    except UnreadableError:
        return
    assert conserved(f"{header}\n{body}", found)


# Conservation


def conserved(text: str, found: Reading) -> bool:
    """Every line is header, inside a row, rejected or blank; and the reading says how many."""
    told = found.lines
    counted = told.header + found.received + told.continued + told.blank
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines[-1] == "":
        lines.pop()
    inside: set[int] = set()
    for row in found.rows.rows():
        breaks = sum(str(cell).count("\n") for cell in row[1:] if cell is not None)
        inside |= set(range(row[0], row[0] + breaks + 1))
    rejected = set(found.rejects[ROW].to_list())
    header = set(range(1, told.header + 1))
    seen = header | inside | rejected
    unseen = [number for number in range(1, len(lines) + 1) if number not in seen]
    once = len(header) + len(inside) + len(rejected) == len(seen)
    if not (counted == told.physical == len(lines) and len(unseen) == told.blank):
        return False
    return once and all(lines[number - 1].strip() == "" for number in unseen)


anything = st.text(st.sampled_from('ab1é", \t;|\r\n\n\n""'), max_size=60)


@searched
@given(anything, anything)
@example("a,b", '1,"x\n2,y\n3,"z"\n')
@example("a", "\n1\n")
def test_every_line_is_header_accepted_rejected_or_blank(
    tmp_path: Path, header: str, body: str
) -> None:
    text = header + "\n" + body
    try:
        found = reading(tmp_path, text)
    except UnreadableError:
        return
    assert conserved(text, found)


@searched
@given(st.binary(max_size=60), st.sampled_from([None, "utf-8", "cp1252", "utf-16", "gbk"]))
def test_any_bytes_are_read_without_loss_or_told_to_be_unreadable(
    tmp_path: Path, data: bytes, encoding: str | None
) -> None:
    try:
        found = reading(tmp_path, b"a,b\n" + data, encoding=encoding)
        told = found.lines
        counted = told.header + found.received + told.continued + told.blank
        assert counted == told.physical
    except UnreadableError as error:
        assert error.code in {"wrong_encoding", "null_bytes", "empty_file"}


fields = st.text(st.sampled_from("ab1é\",;|' \n#\\"), max_size=8)


@searched
@given(
    st.lists(st.tuples(fields, fields, fields), max_size=8),
    st.sampled_from([",", ";", "|"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_what_a_sound_writer_wrote_is_what_is_read(
    tmp_path: Path, table: list[tuple[str, ...]], delimiter: str, end: str, quoting: Any
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerows([("a", "b", "c"), *table])
    found = reading(tmp_path, text.getvalue(), delimiter=delimiter)
    assert rejects(found) == []
    assert [tuple(cell or "" for cell in row[1:]) for row in found.rows.rows()] == table


@searched
@given(
    st.lists(
        st.sampled_from(["good", "quoted", "break", "open", "ragged", "blank", "junk"]),
        min_size=1,
        max_size=10,
    )
)
def test_a_bad_line_never_costs_a_good_one(tmp_path: Path, kinds: list[str]) -> None:
    lines = {
        "good": "{n},x",
        "quoted": '{n},"x, ""y"""',
        "break": '{n},"x\ny"',
        "open": '{n},"x',
        "ragged": "{n}",
        "blank": "",
        "junk": '{n},x"y"z"',
    }
    text = "a,b\n" + "".join(lines[kind].format(n=n) + "\n" for n, kind in enumerate(kinds))
    found = reading(tmp_path, text)
    kept = {row[1] for row in found.rows.rows()}
    assert kept >= {str(n) for n, kind in enumerate(kinds) if kind in {"good", "quoted", "break"}}
    assert conserved(text, found)


def test_a_file_of_thousands_of_columns_is_read(tmp_path: Path) -> None:
    width = 4096
    header = ",".join(f"c{n}" for n in range(width))
    quoted = ",".join(['"a,b"', *["1"] * (width - 1)])
    short = ",".join(["1"] * (width - 1))
    found = reading(tmp_path, f"{header}\n{quoted}\n{','.join(['1'] * width)}\n{short}\n")
    assert found.rows["c0"].to_list() == ["a,b", "1"]
    assert found.rejects.rows() == [(4, "wrong_field_count")]


def test_open_quotes_over_long_lines_take_no_more_than_a_look_at_each(tmp_path: Path) -> None:
    """Each candidate was once held against the grammar anew: minutes for these few lines."""
    block = 'a,"open\n' + ('x""y' * 2000 + "\n") * 199
    found = reading(tmp_path, "A,B\n" + block * 5)
    assert found.rows.height == 0
    assert found.rejects.height == 1000
