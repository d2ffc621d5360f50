"""XML, JSON and NDJSON: every value as written, nothing from outside the document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insight_pipeline.landing.readers import record_table
from insight_pipeline.landing.readers.choose import read
from insight_pipeline.landing.reading import (
    ROW,
    Lines,
    ReaderOptions,
    Reading,
    UnreadableError,
)

searched = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def reading(folder: Path, form: str, data: bytes | str, record: str | None = None) -> Reading:
    path = folder / "a"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read(path, ReaderOptions.model_validate({"format": form, "record": record}))


def dicts(found: Reading) -> list[dict[str, Any]]:
    """Rows without their empty cells."""
    return [{k: v for k, v in row.items() if v is not None} for row in found.rows.to_dicts()]


def refusal(folder: Path, form: str, data: bytes | str, record: str | None = None) -> str:
    with pytest.raises(UnreadableError) as caught:
        reading(folder, form, data, record)
    return caught.value.code


# XML


def xml(folder: Path, cases: str, declared: str = "") -> Reading:
    return reading(folder, "xml", f'<?xml version="1.0"?>{declared}<H>{cases}</H>', "Case")


def test_xml_gives_one_row_for_each_record_element(tmp_path: Path) -> None:
    found = xml(tmp_path, "<Case><Ref>1</Ref><Name>Zoë &amp; Co</Name></Case><Case><Ref/></Case>")
    assert found.columns == ("Name", "Ref")
    assert dicts(found) == [{ROW: 1, "Ref": "1", "Name": "Zoë & Co"}, {ROW: 2}]


def test_xml_elements_of_any_order_meet_in_their_columns(tmp_path: Path) -> None:
    found = xml(tmp_path, "<Case><A>1</A><B>2</B></Case><Case><B>3</B><A>4</A></Case>")
    assert found.rows.rows() == [(1, "1", "2"), (2, "4", "3")]


def test_xml_in_its_declared_encoding_is_read(tmp_path: Path) -> None:
    data = '<?xml version="1.0" encoding="iso-8859-1"?><H><Case><N>Zoë</N></Case></H>'
    found = reading(tmp_path, "xml", data.encode("latin-1"), "Case")
    assert dicts(found) == [{ROW: 1, "N": "Zoë"}]


def test_xml_cdata_is_text(tmp_path: Path) -> None:
    assert dicts(xml(tmp_path, "<Case><N><![CDATA[a<b]]></N></Case>")) == [{ROW: 1, "N": "a<b"}]


def test_xml_comments_and_instructions_are_neither_columns_nor_the_end_of_a_value(
    tmp_path: Path,
) -> None:
    found = xml(tmp_path, "<Case><!-- c --><?go x?><N>a<!-- c -->b</N></Case>")
    assert found.columns == ("N",)
    assert dicts(found) == [{ROW: 1, "N": "ab"}]


def test_xml_does_not_read_a_file_that_an_entity_names(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("Hernandez")
    declared = f'<!DOCTYPE H [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    found = xml(tmp_path, "<Case><N>&x;</N><M>a&x;</M></Case>", declared)
    assert "Hernandez" not in str(found.rows.rows())


def test_xml_does_not_put_in_what_an_entity_says(tmp_path: Path) -> None:
    declared = '<!DOCTYPE H [<!ENTITY x "planted">]>'
    found = xml(tmp_path, "<Case><N>&x;</N><M>a&x;</M></Case>", declared)
    assert "planted" not in str(found.rows.rows())


def test_xml_makes_no_column_of_an_entity(tmp_path: Path) -> None:
    declared = '<!DOCTYPE H [<!ENTITY x "planted">]>'
    assert xml(tmp_path, "<Case>&x;<N>1</N></Case>", declared).columns == ("N",)


def test_xml_does_not_let_a_bomb_of_entities_grow(tmp_path: Path) -> None:
    layers = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    declared = f'<!DOCTYPE H [<!ENTITY l0 "lol">{layers}]>'
    try:
        found = xml(tmp_path, "<Case><N>&l11;</N></Case>", declared)
    except UnreadableError:
        return
    assert "lol" not in str(found.rows.rows())


@pytest.mark.parametrize(
    "data",
    [b" ", b"no xml", b"<H><Case><N>1</N></Case>", b"<H><Case><N>\xff</N></Case></H>", b"<a></b>"],
    ids=["blank", "text", "cut", "bytes", "crossed"],
)
def test_broken_xml_is_unreadable(tmp_path: Path, data: bytes) -> None:
    assert refusal(tmp_path, "xml", data, "Case") == "broken_xml"


@pytest.mark.parametrize("form", ["csv", "json", "parquet", "xlsx", "xml"])
def test_a_file_without_a_byte_is_empty_rather_than_broken(tmp_path: Path, form: str) -> None:
    assert refusal(tmp_path, form, b"", "Case") == "empty_file"


def test_records_of_another_name_alone_are_not_no_records(tmp_path: Path) -> None:
    assert refusal(tmp_path, "xml", b"<H><Client><N>1</N></Client></H>", "Case") == "missing_record"


def test_a_namespace_changes_no_name(tmp_path: Path) -> None:
    data = '<H xmlns="urn:a" xmlns:b="urn:b"><Case><N>1</N><b:M>2</b:M></Case></H>'
    found = reading(tmp_path, "xml", data, "Case")
    assert dicts(found) == [{ROW: 1, "M": "2", "N": "1"}]


def test_xml_without_records_is_no_rows(tmp_path: Path) -> None:
    assert xml(tmp_path, "").received == 0


@pytest.mark.parametrize(
    "case",
    [
        "<Case><_row>9</_row></Case>",
        "<Case><N>1<Inner>2</Inner></N></Case>",
        "<Case><N>1</N><N>2</N></Case>",
    ],
    ids=["row number", "nested", "repeated"],
)
def test_xml_of_an_unexpected_shape_is_answered_and_not_guessed_at(
    tmp_path: Path, case: str
) -> None:
    try:
        found = xml(tmp_path, case + "<Case><N>3</N></Case>")
    except UnreadableError:
        return
    told = bool(found.duplicate_columns) or found.rejects.height == 1
    unknown = set(found.columns) - {"N"}
    assert found.received == 2
    assert told or unknown, "what is lost is told"


def test_xml_inside_xml_becomes_dotted_columns(tmp_path: Path) -> None:
    found = xml(tmp_path, "<Case><N>\n<First>a</First>\n<Last>b</Last></N></Case>")
    assert dicts(found) == [{ROW: 1, "N.First": "a", "N.Last": "b"}]


def test_xml_with_a_value_cut_by_an_entity_is_rejected(tmp_path: Path) -> None:
    found = xml(tmp_path, "<Case><N>a&x;</N></Case>", '<!DOCTYPE H [<!ENTITY x "b">]>')
    assert found.rejects.rows() == [(1, "broken_record")]


def test_an_attribute_is_a_column_of_its_own_name(tmp_path: Path) -> None:
    found = xml(tmp_path, '<Case id="7"><N lang="en">a</N></Case><Case id=""><N lang="cy"/></Case>')
    assert found.columns == ("id", "N", "N.lang")
    assert dicts(found) == [{ROW: 1, "id": "7", "N": "a", "N.lang": "en"}, {ROW: 2, "N.lang": "cy"}]


def test_an_attribute_beside_an_element_of_its_name_keeps_its_mark(tmp_path: Path) -> None:
    found = xml(tmp_path, '<Case id="7"><N>a</N></Case><Case id="8"><id>9</id></Case>')
    assert dicts(found) == [{ROW: 1, "@id": "7", "N": "a"}, {ROW: 2, "@id": "8", "id": "9"}]


def test_two_attributes_of_one_name_are_not_guessed_at(tmp_path: Path) -> None:
    found = xml(tmp_path, '<Case xmlns:b="urn:b" id="7" b:id="8"><N>a</N></Case>')
    assert found.rejects.rows() == [(1, "broken_record")]


def test_an_empty_element_with_an_attribute_of_xml_schema_is_an_empty_column(
    tmp_path: Path,
) -> None:
    schema = "http://www.w3.org/2001/XMLSchema-instance"
    found = xml(tmp_path, f'<Case><N xmlns:xsi="{schema}" xsi:nil="true"/></Case>')
    assert (found.columns, dicts(found)) == (("N",), [{ROW: 1}])


def test_a_key_of_json_is_no_attribute(tmp_path: Path) -> None:
    assert dicts(reading(tmp_path, "ndjson", '{"@id": "7"}')) == [{ROW: 1, "@id": "7"}]


@pytest.mark.parametrize("case", ["<Case>7<N>a</N></Case>", "<Case><N>a</N>7</Case>"])
def test_text_beside_the_elements_of_a_record_rejects_it(tmp_path: Path, case: str) -> None:
    found = xml(tmp_path, case + "<Case>\n<N>b</N>\n</Case>")
    assert found.rejects.rows() == [(1, "broken_record")]
    assert dicts(found) == [{ROW: 2, "N": "b"}]


def test_what_is_named_like_a_record_in_another_case_is_rejected_in_its_place(
    tmp_path: Path,
) -> None:
    one = "<N>1</N>"
    found = xml(
        tmp_path,
        f"<case>{one}</case><Case>{one}</Case><CASE>{one}</CASE><case/><Case>{one}</Case><case/>",
    )
    assert found.rows[ROW].to_list() == [2, 5]
    assert found.rejects.rows() == [(n, "other_element") for n in (1, 3, 4, 6)]
    assert found.lines.physical == 6


def test_elements_and_text_beside_the_records_are_told(tmp_path: Path) -> None:
    found = xml(tmp_path, "<Head/><G>x<Client/><Case><N>1</N><Case/></Case>y</G><Count>1</Count>")
    assert found.notes == ("other_elements:3", "text_beside_records:2")


def test_records_in_several_groups_have_nothing_beside_them(tmp_path: Path) -> None:
    group = '<G n="1"><Case><N>1</N></Case><Case><N>2</N></Case></G>'
    found = xml(tmp_path, group * 3)
    assert (found.received, found.notes) == (6, ())


# JSON and NDJSON


@pytest.mark.parametrize(
    "line",
    ['{"a": 1, "a": 2}', '{"a.b": 1, "a": {"b": 2}}', '{"a": "\\ud800"}', '{"a": NaN}'],
)
def test_a_record_that_would_lose_a_value_is_rejected(tmp_path: Path, line: str) -> None:
    found = reading(tmp_path, "ndjson", line)
    assert found.rejects.rows() == [(1, "broken_record")]


def test_a_list_in_a_cell_is_json_with_its_digits(tmp_path: Path) -> None:
    found = reading(tmp_path, "ndjson", '{"a": [1.10, "x", {"b": null}]}')
    assert dicts(found) == [{ROW: 1, "a": '[1.10,"x",{"b":null}]'}]


def test_nested_objects_become_dotted_columns(tmp_path: Path) -> None:
    data = '{"journeys": [{"id": "a", "name": {"first": "Zoë", "alias": {"x": "y"}}}, {"id": "b"}]}'
    found = reading(tmp_path, "json", data, "journeys")
    assert set(found.columns) == {"id", "name.first", "name.alias.x"}
    assert dicts(found) == [
        {ROW: 1, "id": "a", "name.first": "Zoë", "name.alias.x": "y"},
        {ROW: 2, "id": "b"},
    ]


def test_an_object_that_is_null_in_one_record_is_no_column_of_its_own(tmp_path: Path) -> None:
    found = reading(tmp_path, "ndjson", '{"name": null}\n{"name": {"first": "a"}}\n')
    assert found.columns == ("name.first",)


def test_a_value_that_is_an_object_elsewhere_is_not_lost(tmp_path: Path) -> None:
    found = reading(tmp_path, "ndjson", '{"name": "Zoë"}\n{"name": {"first": "a"}}\n')
    kept = "Zoë" in str(found.rows.rows())
    assert kept or found.rejects.rows() == [(1, "broken_record")]


@pytest.mark.parametrize(
    "number",
    ["0", "-1", "12345678901234567890123", "9434765919", "0.1", "1.10", "1234.50", "1e5", "1E-7"],
)
def test_numbers_keep_their_digits_as_written(tmp_path: Path, number: str) -> None:
    found = reading(tmp_path, "ndjson", f'{{"n": {number}}}\n')
    assert dicts(found) == [{ROW: 1, "n": number}]


def test_texts_that_look_like_something_else_stay_texts(tmp_path: Path) -> None:
    row = {"a": "007", "b": "null", "d": "1e5", "e": "true", "f": " x ", "g": '"'}
    found = reading(tmp_path, "ndjson", json.dumps(row))
    assert dicts(found) == [{ROW: 1, **row}]


def test_an_empty_text_is_a_missing_value_of_its_column(tmp_path: Path) -> None:
    found = reading(tmp_path, "ndjson", '{"a": "", "b": "1"}')
    assert found.columns == ("a", "b")
    assert dicts(found) == [{ROW: 1, "b": "1"}]


def test_ndjson_rejects_the_broken_line_and_keeps_the_others(tmp_path: Path) -> None:
    lines = ['{"a": "1"}', '{"a": "2"', "[1]", "x", "", '{"a": "3"}', '{"a": "4"} {"a": "5"}']
    found = reading(tmp_path, "ndjson", "\n".join(lines))
    assert dicts(found) == [{ROW: 1, "a": "1"}, {ROW: 6, "a": "3"}]
    assert found.rejects.rows() == [(n, "broken_record") for n in (2, 3, 4, 7)]


def test_ndjson_with_carriage_returns_and_a_byte_order_mark(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf" + b'{"a": "1"}\r\n\r\n{"a": "2"}\r\n'
    assert dicts(reading(tmp_path, "ndjson", data)) == [{ROW: 1, "a": "1"}, {ROW: 3, "a": "2"}]


@pytest.mark.parametrize("data", ["", "\n", " \r\n\n"])
def test_ndjson_without_records_is_no_rows(tmp_path: Path, data: str) -> None:
    assert reading(tmp_path, "ndjson", data).received == 0


def test_json_may_be_an_array_itself(tmp_path: Path) -> None:
    found = reading(tmp_path, "json", '[{"a": "1"}, 5, {"a": "2"}]')
    assert dicts(found) == [{ROW: 1, "a": "1"}, {ROW: 3, "a": "2"}]
    assert found.rejects.rows() == [(2, "broken_record")]


def test_an_empty_array_is_no_rows(tmp_path: Path) -> None:
    assert reading(tmp_path, "json", '{"journeys": []}', "journeys").received == 0


@pytest.mark.parametrize("data", [" ", "nope", '{"journeys": [{"a": 1}', "{'journeys': []}"])
def test_broken_json_is_unreadable(tmp_path: Path, data: str) -> None:
    assert refusal(tmp_path, "json", data, "journeys") == "broken_json"


@pytest.mark.parametrize("data", ['{"journey": [{"a": 1}]}', '{"journeys": {"a": 1}}', "5"])
def test_json_without_the_promised_array_is_unreadable_and_not_empty(
    tmp_path: Path, data: str
) -> None:
    assert refusal(tmp_path, "json", data, "journeys")


def test_json_of_another_encoding_is_unreadable(tmp_path: Path) -> None:
    assert refusal(tmp_path, "json", '[{"a": "Zoë"}]'.encode("cp1252")) == "wrong_encoding"


def test_a_line_of_ndjson_in_another_encoding_is_rejected_alone(tmp_path: Path) -> None:
    data = '{"a": "Zoë"}\n'.encode("cp1252") + '{"a": "Zoë"}\n{"a": "\x00"}\n'.encode()
    found = reading(tmp_path, "ndjson", data)
    assert dicts(found) == [{ROW: 2, "a": "Zoë"}]
    assert found.rejects.rows() == [(1, "bad_encoding"), (3, "null_byte")]


@pytest.mark.parametrize("form", ["json", "ndjson"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_json_in_a_wide_encoding_is_read(tmp_path: Path, form: str, encoding: str) -> None:
    text = '[{"a": "Zoë"}]' if form == "json" else '{"a": "Zoë"}'
    assert dicts(reading(tmp_path, form, text.encode(encoding))) == [{ROW: 1, "a": "Zoë"}]


def test_json_in_its_declared_encoding_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes('[{"a": "Zoë"}]'.encode("cp1252"))
    found = read(path, ReaderOptions(format="json", encoding="cp1252"))
    assert dicts(found) == [{ROW: 1, "a": "Zoë"}]


def test_columns_that_only_late_records_have_are_columns_of_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_table, "RECORDS_OF_A_FRAME", 2)
    lines = "".join(json.dumps({f"c{n // 2}": str(n)}) + "\n" for n in range(5))
    found = reading(tmp_path, "ndjson", lines)
    assert found.columns == ("c0", "c1", "c2")
    assert dicts(found) == [{ROW: n + 1, f"c{n // 2}": str(n)} for n in range(5)]


@pytest.mark.parametrize(
    "line",
    [
        '{"": 1}',
        r'{"\\": 1, "\"": 2}',
        """{"'": 1, "$": 2, "[0]": 3}""",
        '{"*": 1, "a": 2}',
        '{"a.b": 1, "a": {"b": 2}}',
        '{"_row": 5}',
        '{"a": 1, "a": 2}',
        '{"Name": 1, "name": 2}',
    ],
)
def test_no_key_is_too_odd_to_be_answered(tmp_path: Path, line: str) -> None:
    try:
        found = reading(tmp_path, "ndjson", line)
    except UnreadableError:
        return
    assert found.received == 1


keys = st.text(st.sampled_from("abZ_ -é0"), min_size=1, max_size=4)
leaves = st.none() | st.booleans() | st.text(st.characters(codec="utf-8"), max_size=5)
records = st.dictionaries(keys, leaves | st.dictionaries(keys, leaves, max_size=2), max_size=3)


def flat(record: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Dotted path and text of every value that is there."""
    found: list[tuple[str, str]] = []
    for key, value in record.items():
        if isinstance(value, dict):
            found += flat(value, f"{prefix}{key}.")
        elif value not in (None, ""):
            found.append((prefix + key, value if isinstance(value, str) else json.dumps(value)))
    return found


@searched
@given(records)
def test_every_value_of_a_record_is_found_under_its_path(
    tmp_path: Path, record: dict[str, Any]
) -> None:
    found = reading(tmp_path, "ndjson", json.dumps(record))
    assert dicts(found) == [{ROW: 1, **dict(flat(record))}]


@searched
@given(st.text(st.sampled_from('{}[]":,a1. \n\\é*'), max_size=30))
def test_every_line_of_ndjson_is_accepted_rejected_or_blank(tmp_path: Path, text: str) -> None:
    try:
        found = reading(tmp_path, "ndjson", text)
    except UnreadableError:
        return
    lines = text.removesuffix("\n").split("\n") if text else []
    filled = [n for n, line in enumerate(lines, start=1) if line.strip()]
    assert sorted(found.rows[ROW].to_list() + found.rejects[ROW].to_list()) == filled
    assert found.lines == Lines(len(lines), 0, len(lines) - len(filled), 0)
