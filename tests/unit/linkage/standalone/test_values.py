"""From the columns of a table to evidence: joined, dated, coded, and judged by check digits."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from insight_pipeline.linkage.standalone.run import plan, prepare_evidence
from insight_pipeline.linkage.standalone.table import read_table
from insight_pipeline.settings import Settings
from tests.conftest import ROOT

GOOD_NHS, BAD_NHS = "9434765919", "9434765918"


def convert(
    folder: Path, rows: list[dict[str, Any]], *maps: str, record_id: str | None = "id"
) -> tuple[pl.DataFrame, dict[str, int]]:
    """The evidence that a table becomes, and what was not understood in it."""
    path = folder / "people.parquet"
    pl.DataFrame(rows).write_parquet(path)
    table = read_table(path, folder)
    evidence = folder / "home" / "evidence.parquet"
    chosen = plan(table, maps, record_id)
    unread = prepare_evidence(table, chosen, None, evidence, Settings(folder / "home", ROOT))
    return pl.read_parquet(evidence).sort("row_number"), unread


def test_columns_are_joined_by_spaces_and_what_is_empty_is_left_out(tmp_path: Path) -> None:
    rows = [{"id": "a", "no": 6.0, "st": " Elm Road "}, {"id": "b", "no": None, "st": "Elm Road"}]
    evidence, _ = convert(tmp_path, rows, "address_line=no+st")
    assert evidence["address_line"].to_list() == ["6 Elm Road", "Elm Road"]
    assert evidence["record_id"].to_list() == ["a", "b"]
    assert evidence["provider_id"].to_list() == ["file", "file"]


def test_sex_is_coded_as_the_vocabulary_spells_it_and_the_rest_is_counted(tmp_path: Path) -> None:
    spelt = ["Male", "f", "2", "woman", "Unknown", "?"]
    rows = [{"id": str(n), "sex": value} for n, value in enumerate(spelt)]
    evidence, unread = convert(tmp_path, rows, "sex_code=sex")
    assert evidence["sex_code"].to_list() == ["M", "F", "F", "F", "U", None]
    assert unread == {"sex_code": 1}


def test_identifiers_with_check_digits_are_judged_and_others_taken(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "nhs": GOOD_NHS, "card": "C:7"},
        {"id": "b", "nhs": BAD_NHS, "card": None},
    ]
    maps = ("trusted_id.nhs_number=nhs", "trusted_id.library=card")
    evidence, unread = convert(tmp_path, rows, *maps)
    assert evidence["trusted_ids"].to_list() == [[f"nhs_number:{GOOD_NHS}", "library:C7"], []]
    assert unread == {"trusted_id.nhs_number": 1}


def test_a_field_of_two_values_is_two_rows_of_evidence_of_one_record(tmp_path: Path) -> None:
    rows = [{"id": "a", "home": "111", "mobile": "222", "who": "north"}]
    evidence, _ = convert(tmp_path, rows, "phone=home", "phone=mobile", "provider_id=who")
    assert evidence.select("record_id", "phone", "provider_id").rows() == [
        ("a", "111", "north"),
        ("a", "222", "north"),
    ]


def test_dates_become_dates_and_what_is_none_is_counted(tmp_path: Path) -> None:
    rows = [{"id": str(n), "born": text} for n, text in enumerate(["19900213", "19900231", None])]
    evidence, unread = convert(tmp_path, rows, "birth_date=born")
    assert evidence["birth_date"].to_list() == [date(1990, 2, 13), None, None]
    assert unread == {"birth_date": 1}


def test_without_an_id_the_rows_are_named_by_their_numbers(tmp_path: Path) -> None:
    evidence, _ = convert(tmp_path, [{"n": "A"}, {"n": "B"}], "given_name=n", record_id=None)
    assert evidence["record_id"].to_list() == ["1", "2"]
