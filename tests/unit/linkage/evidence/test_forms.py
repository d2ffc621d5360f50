"""Other scripts and telephone numbers: the form of a value, and that it reaches the evidence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.linkage.evidence.forms import phone_line
from insight_pipeline.linkage.evidence.load import load_evidence
from tests.linkage.making import person, write_evidence

BORN = date(1980, 2, 3)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("+44 (0)7700 900123", "7700900123"),
        ("0044 7700 900123", "7700900123"),
        ("020 7946 0123 ext 44", "2079460123"),
        ("07700 900123 / 020 7946 0000", "7700900123"),
        ("+48 601 123 456", "48601123456"),
        ("0033 1 23 45 67 89", "33123456789"),
        ("ask at reception", "ask at reception"),
    ],
)
def test_a_telephone_number_is_its_first_line_without_extension(raw: str, expected: str) -> None:
    assert phone_line(raw) == expected


def test_one_line_written_in_many_ways_is_one_value_and_the_raw_text_is_kept(
    tmp_path: Path,
) -> None:
    written = ["07700 900123", "+44 (0)7700 900123", "0044 7700 900123", "07700900123 ext. 9"]
    rows = [person(f"a:{i}", "Ada", "Ash", BORN, phone=raw) for i, raw in enumerate(written)]
    with duckdb.connect() as con:
        load_evidence(con, [write_evidence(tmp_path / "evidence.parquet", rows)])
        found = con.execute("select phone, phone_clean from person_evidence").fetchall()
    assert sorted(raw for raw, _ in found) == sorted(written)
    assert {clean for _, clean in found} == {"7700900123"}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("\u041e\u043b\u044c\u0433\u0430", "olga"),
        ("\u0391\u03bb\u03ad\u03be\u03b7\u03c2", "alexis"),
        ("M\u00fcller", "muller"),
        ("\u0141ucja", "lucja"),
        ("Ada", "ada"),
    ],
)
def test_names_in_any_script_become_latin_letters(raw: str, expected: str, tmp_path: Path) -> None:
    rows = [person("a:1", raw, "Ash", BORN)]
    with duckdb.connect() as con:
        load_evidence(con, [write_evidence(tmp_path / "evidence.parquet", rows)])
        found = con.execute("select given_name, given_name_clean from person_evidence").fetchall()
    assert found == [(raw, expected)]
