"""Parquet: every value as exact text, under the number of its record."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from insight_pipeline.landing.readers.choose import read
from insight_pipeline.landing.reading import ROW, ReaderOptions, Reading, UnreadableError


def parquet(folder: Path, query: str) -> Reading:
    path = folder / "a.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"copy ({query}) to '{path}' (format parquet)")
    return read(path, ReaderOptions(format="parquet"))


def test_parquet_columns_become_text_under_the_record_number(tmp_path: Path) -> None:
    found = parquet(
        tmp_path,
        "select 1 as id, timestamp '2025-04-03 18:45:00' as at, 1.50::decimal(5, 2) as fee, "
        "date '2025-04-03' as day, '007' as \"Ref no\", null::varchar as empty "
        "union all select 2, null, null, null, 'null', ''",
    )
    assert found.rows.rows() == [
        (1, "1", "2025-04-03 18:45:00", "1.50", "2025-04-03", "007", None),
        (2, "2", None, None, None, "null", None),
    ]
    assert found.columns == ("id", "at", "fee", "day", "Ref no", "empty")


def test_parquet_records_keep_their_order(tmp_path: Path) -> None:
    found = parquet(tmp_path, "select 70000 - range as n from range(70000)")
    assert found.rows[ROW].to_list() == list(range(1, 70001))
    assert found.rows["n"][0] == "70000"


def test_parquet_without_rows_keeps_its_columns(tmp_path: Path) -> None:
    found = parquet(tmp_path, "select 1 as id where false")
    assert (found.columns, found.received) == (("id",), 0)


@pytest.mark.parametrize("name", ["_row", "file_row_number", "FILE_ROW_NUMBER", "filename"])
def test_a_parquet_column_called_like_the_row_number_is_a_column(tmp_path: Path, name: str) -> None:
    found = parquet(tmp_path, f"select 'a' as id, 9 as {name}")
    assert found.rows.rows() == [(1, "a", "9")]


@pytest.mark.parametrize("name", ["year=2025/p.parquet", "p*.parquet", "p[12].parquet", "p?'.x"])
def test_no_path_is_a_pattern_or_a_column(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    pq.write_table(pa.table({"a": ["other"]}), path.with_name("p1.parquet"))
    pq.write_table(pa.table({"a": ["this"]}), path)
    found = read(path, ReaderOptions(format="parquet"))
    assert (found.columns, found.rows.rows()) == (("a",), [(1, "this")])


def test_damage_in_the_middle_of_the_data_is_a_broken_file(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    values = pa.table({"a": [f"value {n}" for n in range(300_000)]})
    pq.write_table(values, path, use_dictionary=False, row_group_size=50_000)
    data = bytearray(path.read_bytes())
    middle = len(data) * 9 // 10
    data[middle : middle + 4000] = b"\xff" * 4000
    path.write_bytes(bytes(data))
    with pytest.raises(UnreadableError, match="broken_parquet"):
        read(path, ReaderOptions(format="parquet"))


@pytest.mark.parametrize("cut", [1, 8])
def test_a_cut_parquet_file_is_broken(tmp_path: Path, cut: int) -> None:
    parquet(tmp_path, "select 1 as id")
    path = tmp_path / "a.parquet"
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(UnreadableError, match="broken_parquet"):
        read(path, ReaderOptions(format="parquet"))


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (
            "1234567890123456789012345.123456789::decimal(38, 9)",
            "1234567890123456789012345.123456789",
        ),
        ("(-9223372036854775807)::bigint", "-9223372036854775807"),
        ("18446744073709551615::ubigint", "18446744073709551615"),
        ("0.1::double", "0.1"),
        ("date '0001-01-01'", "0001-01-01"),
        ("timestamp '2025-04-03 18:45:00.123456'", "2025-04-03 18:45:00.123456"),
        ("timestamptz '2025-04-03 18:45:00+01'", "2025-04-03 17:45:00+00"),
        ("time '18:45:00'", "18:45:00"),
        ("true", "true"),
        ("{'a': 1, 'b': ['x', null]}", '{"a":1,"b":["x",null]}'),
        ("[1, 2]", "[1,2]"),
        ("map {'k': date '2025-01-01'}", '{"k":"2025-01-01"}'),
        ("''", None),
        ("'  '", "  "),
    ],
)
def test_every_type_has_one_exact_text(tmp_path: Path, expression: str, text: str | None) -> None:
    assert parquet(tmp_path, f"select {expression} as v").rows.rows() == [(1, text)]


def test_bytes_become_hexadecimal_digits_and_that_is_told(tmp_path: Path) -> None:
    found = parquet(tmp_path, "select '\\xAB\\x00'::blob as v")
    assert found.rows.rows() == [(1, "ab00")]
    assert found.notes == ("binary_as_hexadecimal",)


@pytest.mark.parametrize("name", ["*", "^a.*$", 'a"b', "a'b", "", "a.b"])
def test_no_name_of_a_column_is_a_pattern(tmp_path: Path, name: str) -> None:
    quoted = name.replace('"', '""') or " "
    found = parquet(tmp_path, f"""select 'x' as "{quoted}", 'y' as a""")
    assert found.rows.rows() == [(1, "x", "y")]


def test_names_that_differ_in_case_only_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"Name": ["x"], "name": ["y"]}), path)
    found = read(path, ReaderOptions(format="parquet"))
    assert (found.columns, found.rows.rows()) == (("Name", "name"), [(1, "x", "y")])
