"""W3C's description of the CSV files, checked by a program that is not ours."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from csvw import CSVW

from insight_pipeline.publication.database.dictionary import TABLES
from insight_pipeline.publication.database.export import FILES as TABLE_OF
from insight_pipeline.publication.open_data.terms import LICENCE
from tests.unit.publication.open_data.conftest import FILES, Planted

PLANTED = {
    "a count that is no number": ("indicators", "numerator", "many"),
    "a count below zero": ("indicators", "numerator", "-5"),
    "a decimal number with too many digits": ("indicators", "value", "60.12345"),
    "a day in another form": ("indicators", "period_from", "01/04/2025"),
    "a symbol nobody knows": ("indicators", "shorthand", "[q]"),
    "a direction nobody knows": ("indicators", "polarity", "sideways"),
    "no value where there must be one": ("indicators", "unit", ""),
    "a share above one hundred": ("scorecard", "validity_pct", "101"),
    "a sign that is neither": ("scorecard", "is_latency_kept", "perhaps"),
    "a line twice": ("revisions", "again", ""),
}


def accepts(path: Path) -> bool:
    try:
        return bool(CSVW(str(path), validate=True).is_valid)
    except ValueError:
        return False


@pytest.mark.parametrize("file", FILES)
def test_every_csv_file_is_what_its_description_says(release: Path, file: str) -> None:
    assert accepts(release / f"{file}.csv")


@pytest.mark.parametrize("what", PLANTED)
def test_a_planted_mistake_is_refused(planted: Planted, what: str) -> None:
    file, column, value = PLANTED[what]
    assert not accepts(planted(file, column, value) / f"{file}.csv")


def test_a_program_finds_the_key_that_joins_judgements_to_figures(
    release: Path, planted: Planted
) -> None:
    assert accepts(release / "csv-metadata.json")
    stray = planted("judgements", "breakdown", "nobody")
    assert accepts(stray / "judgements.csv")
    assert not accepts(stray / "csv-metadata.json")


@pytest.mark.parametrize("file", FILES)
def test_a_description_says_what_the_dictionary_says(release: Path, file: str) -> None:
    said = json.loads((release / f"{file}.csv-metadata.json").read_text(encoding="utf-8"))
    columns = said["tableSchema"]["columns"]
    described = TABLES[TABLE_OF[file]].columns
    assert {each["name"]: each["dc:description"] for each in columns} == {
        name: meaning for name, (_, meaning) in described.items()
    }
    header = (release / f"{file}.csv").read_text(encoding="utf-8").splitlines()[0]
    assert [each["titles"] for each in columns] == header.split(",")
    assert said["dc:license"] == {"@id": LICENCE.url}
    assert said["dc:publisher"]["schema:name"] == "Ashmere Council"
    assert said["dc:date"]["@value"] == "2026-06-30"
