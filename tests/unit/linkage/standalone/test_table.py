"""Opening a person table: nothing lost, and a usable name for every record."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.linkage.standalone.table import read_table, refuse_unusable_ids


def write(folder: Path, text: str, name: str = "people.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_csv_is_text_whatever_it_looks_like(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, "id;postcode\n007;01234\n008;\n"), tmp_path)
    assert (table.columns, table.size) == (("id", "postcode"), 2)
    rows = pl.read_parquet(table.rows).rows()
    assert rows == [(2, "007", "01234"), (3, "008", None)]


def test_parquet_is_text_as_well(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    pl.DataFrame({"id": [7], "born": [None]}, schema_overrides={"born": pl.Date}).write_parquet(
        path
    )
    assert pl.read_parquet(read_table(path, tmp_path).rows).rows() == [(1, "7", None)]


def test_a_line_that_is_no_row_is_not_left_out_in_silence(tmp_path: Path) -> None:
    with pytest.raises(InsightError, match="1 of 3 lines"):
        read_table(write(tmp_path, "a,b\n1,2\n1,2,3\n4,5\n"), tmp_path)


@pytest.mark.parametrize(("name", "words"), [("x.docx", "ends with"), ("x.csv", "empty file")])
def test_a_file_that_is_no_table_is_told(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(InsightError, match=words):
        read_table(write(tmp_path, "", name), tmp_path)


@pytest.mark.parametrize(
    "cell",
    [
        "1990-12-31", "31/12/1990", "31 Dec 1990", "December 31, 1990", "1990-12-31T00:00:00",
        "4417", "07700 900123", "+44 7700 900123", "ZA1 1AA", "za11aa", "QQ 12 34 56 C",
        "o.p@example.org",
    ],
)  # fmt: skip
def test_a_table_without_a_header_is_told_without_its_first_persons_values(
    tmp_path: Path, cell: str
) -> None:
    file = write(tmp_path, f'Olwen,"{cell}",Pemberthy\nMarek,"{cell}",Caldcombe\n')
    with pytest.raises(InsightError, match="looks like data") as caught:
        read_table(file, tmp_path)
    said = str(caught.value)
    assert not [value for value in ("Olwen", "Pemberthy", cell) if value in said]


@pytest.mark.parametrize(
    "names", ["address1,address_2", "31 days,q1", "March 2020,dob", "nhs no,電話1", "a1,b2"]
)
def test_names_of_columns_may_hold_digits(tmp_path: Path, names: str) -> None:
    assert read_table(write(tmp_path, f"{names}\n1,2\n"), tmp_path).size == 1


def test_missing_and_repeated_ids_are_counted_and_never_shown(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, "id,b\nCanary,1\nCanary,2\n ,3\n,4\nX,5\n"), tmp_path)
    with duckdb.connect() as con, pytest.raises(InsightError) as caught:
        refuse_unusable_ids(con, table, "id")
    said = str(caught.value)
    assert "2 rows without one" in said and "2 rows that share 1 ids" in said
    assert "Canary" not in said


def test_row_numbers_are_always_usable(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, "id,b\nX,1\nX,2\n"), tmp_path)
    with duckdb.connect() as con:
        refuse_unusable_ids(con, table, None)
