"""What every reader hands over."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.kernel.strict import validate
from insight_pipeline.landing.reading import (
    REJECTS_SCHEMA,
    ROW,
    Content,
    Lines,
    ReaderOptions,
    Reading,
    UnreadableError,
    distinct_names,
    no_rejects,
    repeated_names,
)


def test_received_is_what_was_read_and_what_could_not_be() -> None:
    rows = pl.DataFrame({ROW: [2, 3], "Ref": ["a", "b"]})
    rejects = pl.DataFrame({ROW: [4], "code": ["unclosed_quote"]}, schema=REJECTS_SCHEMA)
    assert Reading(rows, rejects).received == 3
    assert Reading(rows, no_rejects()).received == 2


def test_the_row_number_is_not_a_column() -> None:
    assert Reading(pl.DataFrame({ROW: [2], "Ref": ["a"]}), no_rejects()).columns == ("Ref",)


def test_an_unreadable_document_says_how_and_not_what_it_holds() -> None:
    error = UnreadableError("broken_xml")
    assert error.code == str(error) == "broken_xml"


@pytest.mark.parametrize(
    "options",
    [
        {"format": "docx"},
        {"format": "csv", "delimeter": ";"},
        {"format": "csv", "delimiter": ""},
        {"format": "csv", "delimiter": "||"},
        {"format": "csv", "encoding": "klingon"},
        {"format": "xlsx", "header_row": 0},
        {"format": "xlsx", "header_row": "first"},
        {"format": "xlsx", "sheet": "Q1", "sheets": ["Q2"]},
        {"format": "xlsx", "sheets": []},
        {"format": "xlsx", "hidden_rows": "skip"},
        {"format": "xlsx", "totals": " "},
        {"format": "csv", "quote": "''"},
        {"format": "csv", "quote": ";", "delimiter": ";"},
        {"format": "csv", "headerRow": 2},
    ],
    ids=str,
)
def test_options_no_reader_can_follow_are_refused_when_the_contract_is_read(
    options: dict[str, object],
) -> None:
    with pytest.raises(InsightError):
        validate(options, ReaderOptions, "contract")


@pytest.mark.parametrize(
    "options",
    [
        {"format": "csv"},
        {"format": "csv", "delimiter": "\t", "quote": "'", "encoding": "cp1252"},
        {"format": "csv", "quote": "", "header_row": "auto", "member": "*.csv"},
        {"format": "xlsx", "header_row": 3, "sheet": "Tenancies", "hidden_rows": "reject"},
        {"format": "xlsx", "sheets": ["Q1", "Q*"], "totals": "Total"},
        {"format": "xml", "record": "Case"},
    ],
    ids=str,
)
def test_options_a_reader_can_follow_survive_the_way_to_another_process(
    options: dict[str, object],
) -> None:
    found = validate(options, ReaderOptions, "contract")
    assert ReaderOptions.model_validate_json(found.model_dump_json()) == found


@pytest.mark.parametrize(
    ("lines", "conserved"),
    [
        (Lines(physical=9, header=2, blank=1, continued=1), True),
        (Lines(physical=10, header=2, blank=1, continued=1), False),
        (Lines(physical=8, header=2, blank=1, continued=1), False),
    ],
)
def test_header_accepted_continued_rejected_and_blank_are_the_physical_lines(
    tmp_path: Path, lines: Lines, conserved: bool
) -> None:
    rejects = pl.DataFrame({ROW: [4], "code": ["unclosed_quote"]}, schema=REJECTS_SCHEMA)
    found = Content(tmp_path / "rows.parquet", ("Ref",), 4, rejects, (), (), lines)
    assert found.received == 5
    assert found.conserved is conserved


def test_every_name_of_a_source_gets_a_column_of_its_own() -> None:
    assert distinct_names(["a", "b"]) == ["a", "b"]
    assert distinct_names(["a", "", "a", ROW]) == ["a", "#2", "a#3", "_row#4"]
    assert distinct_names(["a", "a", "a#2"]) == ["a", "a#2#2", "a#2"]


def test_a_name_is_repeated_and_a_blank_is_not() -> None:
    assert repeated_names(["a", "", "b", "a", ""]) == ("a",)
