from __future__ import annotations

import zipfile
from pathlib import Path

import fastexcel
import pytest

from insight_pipeline.kernel.errors import InsightError
from tests.unit.contracts.authoring.shop import of, workshop
from tests.unit.contracts.promises import column, contract

CODED = contract(
    column("Card No", required=True),
    column("=Sum", vocabulary="sex_code"),
    column("Day", "date", options={"format": "dd/MM/yyyy"}),
    key=("Card No",),
)


def test_a_csv_template_is_the_header_as_the_contract_writes_it(tmp_path: Path) -> None:
    workshop("activelife__members").template(tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_bytes().startswith(b"MemberNo;Forename;Surname;DOB;")


def test_a_workbook_has_the_header_where_the_contract_says(tmp_path: Path) -> None:
    shop = workshop("homestead__tenancies")
    shop.template(tmp_path / "t.xlsx")
    book = fastexcel.read_excel(tmp_path / "t.xlsx")
    sheet = book.load_sheet("Tenancies", header_row=shop.contract.promise.reader.header_row - 1)  # type: ignore[operator]
    assert [c.name for c in sheet.available_columns()] == [c.name for c in shop.contract.columns]


def test_its_second_sheet_explains_every_column_and_lists_the_codes(tmp_path: Path) -> None:
    of(CODED).template(tmp_path / "t.xlsx")
    book = fastexcel.read_excel(tmp_path / "t.xlsx")
    assert book.sheet_names == ["Data", "Notes"]
    cells = book.load_sheet("Notes", header_row=None).to_polars()
    words = {str(cell) for row in cells.rows() for cell in row if cell is not None}
    assert {"Card No", "Always; part of the key", "F", "Female", "Code list sex_code"} <= words
    assert "A date, written dd/MM/yyyy." in words


def test_cells_are_text_and_codes_are_to_choose_from(tmp_path: Path) -> None:
    of(CODED).template(tmp_path / "t.xlsx")
    with zipfile.ZipFile(tmp_path / "t.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        styles = book.read("xl/styles.xml").decode()
    assert 'formatCode="@"' in styles  # the format "text"
    assert 'sqref="B2:' in sheet and "Notes!$F$4:$F$6" in sheet
    assert "<f>" not in sheet  # a header that begins with = is no formula


def test_the_same_contract_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        of(CODED).template(tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InsightError, match=r"ends in \.csv or \.xlsx"):
        of(CODED).template(tmp_path / "t.ods")
    assert not (tmp_path / "t.ods").exists()
