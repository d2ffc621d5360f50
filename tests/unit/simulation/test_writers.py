"""File formats: what a reader gets back is what was put in."""

from __future__ import annotations

import json
import zipfile
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import polars as pl

from insight_pipeline.simulation import writers
from insight_pipeline.simulation.writers import CsvDialect

ROWS = pl.DataFrame(
    {
        "Name": ["Łucja", "O'Neill & <Sons>", "Muñoz", None],
        "Note": ["a;b", 'say "so"', " blanks ", "Null"],
    }
)


def test_a_code_page_keeps_the_letters_it_has_and_plain_letters_for_the_rest(
    tmp_path: Path,
) -> None:
    path = tmp_path / "members.csv"
    writers.write_csv(path, ROWS, CsvDialect(separator=";", encoding="cp1252"))
    text = path.read_bytes().decode("cp1252")
    assert "Lucja" in text and "Muñoz" in text and "?" not in text
    assert text.splitlines()[0] == "Name;Note"
    assert '"a;b"' in text
    assert path.read_bytes().count(b"\r\n") == 5


def test_a_byte_order_mark_only_where_the_dialect_has_one(tmp_path: Path) -> None:
    for bom in (True, False):
        path = tmp_path / f"{bom}.csv"
        writers.write_csv(path, ROWS, CsvDialect(bom=bom))
        assert path.read_bytes().startswith(b"\xef\xbb\xbf") is bom
        assert pl.read_csv(path)["Name"][0] == "Łucja"


def test_a_workbook_has_its_header_in_the_third_row_and_only_text(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    writers.write_xlsx(path, ROWS, "Tenancies", "Tenancies at 30 June")
    sheet = pl.read_excel(path, sheet_name="Tenancies", read_options={"header_row": 2})
    assert sheet.equals(ROWS)
    top = pl.read_excel(path, has_header=False, read_options={"header_row": None})
    assert top.row(0)[0] == "Tenancies at 30 June"


def test_the_rows_of_a_workbook_follow_its_header_as_the_standard_asks(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    writers.write_xlsx(path, pl.concat([ROWS] * 50), "Tenancies", "Title")
    with zipfile.ZipFile(path) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    rows = [int(row.attrib["r"]) for row in sheet.iter(f"{space}row")]
    assert rows == [1, 3, *range(4, 204)]
    cells = [(cell.attrib["r"], cell.attrib["t"]) for cell in sheet.iter(f"{space}c")]
    assert cells[3:6] == [("A4", "inlineStr"), ("B4", "inlineStr"), ("A5", "inlineStr")]


def test_xml_cells_are_escaped_and_empty_ones_stay_empty(tmp_path: Path) -> None:
    path = tmp_path / "cases.xml"
    writers.write_xml(path, ROWS, "HCLIC", "Case")
    cases = list(ElementTree.fromstring(path.read_bytes()))  # noqa: S314
    assert [case.tag for case in cases] == ["Case"] * 4
    assert [case.findtext("Name") for case in cases] == ["Łucja", "O'Neill & <Sons>", "Muñoz", ""]


def test_json_keeps_nested_names_and_says_who_sends_it(tmp_path: Path) -> None:
    path = tmp_path / "journeys.json"
    rows = ROWS.select(name=pl.struct(first="Name", last="Note"))
    writers.write_json(path, rows, "Recoverwell CIC", "journeys")
    content = json.loads(path.read_text())
    assert content["submitted_by"] == "Recoverwell CIC"
    assert content["journeys"][1]["name"] == {"first": "O'Neill & <Sons>", "last": 'say "so"'}


def test_an_empty_table_is_a_valid_file_of_every_format(tmp_path: Path) -> None:
    nothing = ROWS.clear()
    writers.write_csv(tmp_path / "a.csv", nothing, CsvDialect())
    assert (tmp_path / "a.csv").read_text() == "Name,Note\n"
    writers.write_xml(tmp_path / "a.xml", nothing, "HCLIC", "Case")
    assert len(ElementTree.fromstring((tmp_path / "a.xml").read_bytes())) == 0  # noqa: S314
    writers.write_xlsx(tmp_path / "a.xlsx", nothing, "Sheet", "Title")
    assert pl.read_excel(tmp_path / "a.xlsx", read_options={"header_row": 2}).columns == [
        "Name",
        "Note",
    ]
    writers.write_json(tmp_path / "a.json", nothing, "x", "journeys")
    assert json.loads((tmp_path / "a.json").read_text())["journeys"] == []


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for name, write in (
        ("a.xlsx", partial(writers.write_xlsx, rows=ROWS, sheet="S", title="T")),
        ("a.parquet", partial(writers.write_parquet, rows=ROWS)),
    ):
        paths = [tmp_path / f"{turn}_{name}" for turn in range(2)]
        for path in paths:
            write(path)
        assert paths[0].read_bytes() == paths[1].read_bytes()
    with zipfile.ZipFile(tmp_path / "0_a.xlsx") as book:
        assert {part.date_time for part in book.infolist()} == {(2024, 1, 1, 0, 0, 0)}
