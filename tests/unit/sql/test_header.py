"""The header on top of a SQL file: strict, and told apart from the query below it."""

from __future__ import annotations

from pathlib import Path

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.sql.header import Materialised, ModelHeader, read
from tests.unit.sql.files import sql_file


def faults(path: Path) -> str:
    with pytest.raises(InsightError) as caught:
        read(path, ModelHeader)
    return str(caught.value)


def test_header_and_query_are_parted(tmp_path: Path) -> None:
    more = "grain: one row per visit\nfeeds: [service_event]\ncolumns: {a: A column.}\n"
    header, query = read(sql_file(tmp_path, "stg_a", "select 1 as a;\n", more), ModelHeader)
    assert query == "select 1 as a"
    assert header.description == "stg_a."
    assert header.grain == "one row per visit"
    assert header.feeds == ("service_event",)
    assert header.columns == {"a": "A column."}


def test_a_later_comment_belongs_to_the_query(tmp_path: Path) -> None:
    _, query = read(sql_file(tmp_path, "a", "select /* one */ 1"), ModelHeader)
    assert query == "select /* one */ 1"


@pytest.mark.parametrize(
    ("more", "junk", "hint"),
    [
        ("discription: x\n", "discription", "did you mean 'description'?"),
        ("feed: [a]\n", "feed", "did you mean 'feeds'?"),
        ("zzz: x\n", "zzz", "nothing similar is known"),
    ],
)
def test_a_misspelt_key_is_named_with_the_nearest_known_key(
    tmp_path: Path, more: str, junk: str, hint: str
) -> None:
    words = faults(sql_file(tmp_path, "stg_a", "select 1", more))
    assert "stg_a.sql (header)" in words
    assert f"unknown key '{junk}'" in words
    assert hint in words


def test_a_misspelt_kind_of_test_is_named_with_the_nearest_known_kind(tmp_path: Path) -> None:
    words = faults(sql_file(tmp_path, "a", "select 1", "tests:\n  - {notnull: [a]}\n"))
    assert "notnull" in words
    assert "did you mean 'not_null'?" in words


@pytest.mark.parametrize(
    "text",
    ["select 1", "-- a line comment\nselect 1", "", "/* never closed", "select 1 /* late: x */"],
)
def test_a_file_without_a_header_is_told_how_to_start(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.sql"
    path.write_text(text)
    words = faults(path)
    assert "a.sql" in words
    assert "description" in words


@pytest.mark.parametrize("header", ["", "- a list", "description: x", "owner: y", "a: [", "5"])
def test_a_header_that_says_too_little_is_refused(tmp_path: Path, header: str) -> None:
    path = tmp_path / "a.sql"
    path.write_text(f"/*\n{header}\n*/\nselect 1")
    assert "a.sql (header)" in faults(path)


def test_a_table_stands_as_one_unless_it_says_otherwise(tmp_path: Path) -> None:
    header, _ = read(sql_file(tmp_path, "a", "select 1"), ModelHeader)
    assert (header.materialised, header.key, header.track) == (Materialised.TABLE, (), ())
    more = "materialised: snapshot\nkey: [a, b]\ntrack: [c]\n"
    header, _ = read(sql_file(tmp_path, "b", "select 1", more), ModelHeader)
    assert (header.materialised, header.key, header.track) == ("snapshot", ("a", "b"), ("c",))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("materialised: tabel\n", "'table', 'view', 'incremental' or 'snapshot'"),
        ("materialised: incremental\n", "incremental needs key: [columns]"),
        ("materialised: snapshot\ntrack: [a]\n", "snapshot needs key: [columns]"),
        ("materialised: snapshot\nkey: [a]\n", "snapshot needs track: [columns]"),
        ("key: [a]\n", "table has no key, take it out"),
        ("materialised: view\nkey: [a]\n", "view has no key, take it out"),
        ("materialised: incremental\nkey: [a]\ntrack: [b]\n", "incremental has no track"),
        ("materialised: snapshot\nkey: [a, A]\ntrack: [b]\n", "more than once"),
        ("materialised: snapshot\nkey: [a]\ntrack: [b, A]\n", "more than once"),
        ("tests: [{not_null: [a]}, {not_null: [a]}]\n", "a test stands more than once"),
    ],
)
def test_a_header_that_cannot_be_is_refused(tmp_path: Path, more: str, words: str) -> None:
    assert words in faults(sql_file(tmp_path, "a", "select 1", more))
