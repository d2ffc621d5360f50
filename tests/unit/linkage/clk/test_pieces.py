"""How cleaned values are cut: letters two by two, digits in their places, the rest whole."""

from __future__ import annotations

from pathlib import Path

import duckdb

from insight_pipeline.linkage.clk.pieces import cut, number_records
from insight_pipeline.linkage.clk.scheme import BIGRAMS, PLACES, WHOLE, Feature
from tests.linkage.making import Row, write_evidence


def pieces_of(folder: Path, feature: Feature, rows: list[Row]) -> dict[str, set[str]]:
    """record id → its pieces."""
    with duckdb.connect() as con:
        names = number_records(con, write_evidence(folder / "evidence.parquet", rows))
        found = cut(con, feature)
    answer: dict[str, set[str]] = {name: set() for name in names}
    for record, value in zip(found.record, found.value, strict=True):
        parts = {
            found.pieces[piece]
            for whose, piece in zip(found.of_value, found.piece, strict=True)
            if whose == value
        }
        answer[names[record]] |= parts
    return answer


def test_letters_are_cut_two_by_two_after_cleaning(tmp_path: Path) -> None:
    rows: list[Row] = [
        {"record_id": "b", "given_name": " Zoë "},
        {"record_id": "a", "given_name": "ZOE"},
        {"record_id": "c", "given_name": "Unknown"},
    ]
    found = pieces_of(tmp_path, Feature("given_name", BIGRAMS, 1), rows)
    assert found == {"a": {"_z", "zo", "oe", "e_"}, "b": {"_z", "zo", "oe", "e_"}, "c": set()}


def test_digits_are_cut_in_their_places(tmp_path: Path) -> None:
    rows: list[Row] = [{"record_id": "a", "phone": "07700 900 123"}]
    found = pieces_of(tmp_path, Feature("phone", PLACES, 1), rows)["a"]
    assert "1:77" in found and "2:70" in found and len(found) == 9


def test_dates_are_cut_as_digits_and_defaults_left_out(tmp_path: Path) -> None:
    from datetime import date

    rows: list[Row] = [
        {"record_id": "a", "birth_date": date(1990, 2, 13)},
        {"record_id": "b", "birth_date": date(1900, 1, 1)},
    ]
    found = pieces_of(tmp_path, Feature("birth_date", PLACES, 1), rows)
    assert found["a"] == {"1:19", "2:99", "3:90", "4:00", "5:02", "6:21", "7:13"}
    assert found["b"] == set()


def test_identifiers_of_two_issuers_share_no_piece_and_a_record_may_have_several(
    tmp_path: Path,
) -> None:
    rows: list[Row] = [
        {"record_id": "a", "trusted_ids": ["x:123"]},
        {"record_id": "b", "trusted_ids": ["y:123"]},
        {"record_id": "c", "trusted_ids": ["x:123", "y:123"]},
    ]
    found = pieces_of(tmp_path, Feature("trusted_id", WHOLE, 1), rows)
    assert found == {"a": {"x:123"}, "b": {"y:123"}, "c": {"x:123", "y:123"}}


def test_several_rows_of_a_record_are_one_record(tmp_path: Path) -> None:
    rows: list[Row] = [{"record_id": "a", "sex_code": "F"}, {"record_id": "a", "sex_code": "M"}]
    assert pieces_of(tmp_path, Feature("sex_code", WHOLE, 1), rows) == {"a": {"F", "M"}}
