from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from insight_pipeline.contracts.authoring.start import Begun, begin
from insight_pipeline.contracts.promise.contract import ContractProperties
from insight_pipeline.contracts.promise.odcs import load_contract
from insight_pipeline.kernel.errors import InsightError
from tests.unit.contracts.authoring.shop import SETTINGS, contracts, law, workshop

PEOPLE = pl.DataFrame(
    {
        "Card No": [f"C{n:04d}" for n in range(30)],
        "First Name": [f"Canaryfirst{n % 3}" for n in range(30)],
        "Kind of visit": [["Lane", "Gala"][n % 2] for n in range(30)],
        "Visited": [f"{1 + n % 12:02d}/{1 + n % 9:02d}/2025" for n in range(30)],
        "Left": [f"{13 + n % 12:02d}/{1 + n % 9:02d}/2025" for n in range(30)],
        "Cost": [f"{n}.50" for n in range(30)],
        "Lengths": [str(n) for n in range(30)],
        "Zone code": [f"0{n % 10}{n}" for n in range(30)],
        "Postcode": [f"ZA1 {n % 10}AB" for n in range(30)],
        "Note": ["" if n % 4 else f"Canarynote {n}" for n in range(30)],
    }
)

# Reader format → a contract that has it.
ONE_OF_A_FORMAT = {
    contract.promise.reader.format: name
    for name, contract in contracts().items()
    if "@" not in name
}


def drafted(folder: Path, rows: pl.DataFrame = PEOPLE, **options: Any) -> Begun:
    sample = folder / "sample.csv"
    rows.write_csv(sample)
    return begin(sample, "pool", "visits", options, law(), SETTINGS, folder / "out")


def columns(begun: Begun) -> dict[str, dict[str, Any]]:
    document = yaml.safe_load(begun.contract.read_text(encoding="utf-8"))
    return {item["name"]: item for item in document["schema"][0]["properties"]}


def custom(column: dict[str, Any]) -> dict[str, Any]:
    return {item["property"]: item["value"] for item in column.get("customProperties", [])}


def test_types_formats_keys_and_needs_are_read_off_the_cells(tmp_path: Path) -> None:
    found = columns(drafted(tmp_path))
    kinds = {name: item["logicalType"] for name, item in found.items()}
    assert kinds == {
        **dict.fromkeys(("Card No", "First Name", "Kind of visit"), "string"),
        **dict.fromkeys(("Zone code", "Postcode", "Note"), "string"),
        **{"Visited": "date", "Left": "date", "Cost": "number", "Lengths": "integer"},
    }
    assert found["Card No"]["primaryKey"] and "primaryKey" not in found["Note"]
    assert found["Card No"]["required"] and not found["Note"]["required"]
    assert custom(found["Postcode"])["format"] == "postcode"
    assert found["Left"]["logicalTypeOptions"] == {"format": "dd/MM/yyyy"}


def test_a_date_that_can_be_read_two_ways_is_asked_about(tmp_path: Path) -> None:
    asked = columns(drafted(tmp_path))["Visited"]["logicalTypeOptions"]["format"]
    assert asked.startswith("TODO") and "dd/MM/yyyy and MM/dd/yyyy" in asked


def test_a_short_list_of_words_is_suggested_and_a_human_asked(tmp_path: Path) -> None:
    begun = drafted(tmp_path)
    (suggested,) = begun.lists
    assert pl.read_csv(suggested)["label"].to_list() == ["Gala", "Lane"]
    assert "TODO" in custom(columns(begun)["Kind of visit"])["vocabulary"]
    assert "TODO" in suggested.read_text(encoding="utf-8")


def test_no_value_of_a_person_stands_in_what_is_written(tmp_path: Path) -> None:
    begun = drafted(tmp_path)
    written = "".join(p.read_text(encoding="utf-8") for p in (begun.contract, *begun.lists))
    cells = {str(cell) for row in PEOPLE.drop("Kind of visit").rows() for cell in row}
    assert [c for c in sorted(cells) if len(c) > 3 and c in written] == []
    assert "Canary" not in written


def test_the_draft_is_refused_until_each_question_has_its_answer(tmp_path: Path) -> None:
    begun = drafted(tmp_path)
    with pytest.raises(InsightError) as raised:
        load_contract(begun.contract, ContractProperties)
    places = [fault.where.partition(": ")[2] for fault in raised.value.faults]
    assert len(places) == begun.questions == len(set(places))
    assert "customProperties.lawfulBasis.value" in places
    assert "schema.visits.properties.Visited.logicalTypeOptions.format" in places


def test_no_contract_is_overwritten_and_names_keep_the_grammar(tmp_path: Path) -> None:
    drafted(tmp_path)
    with pytest.raises(InsightError, match="no contract of that name yet"):
        drafted(tmp_path)
    sample = tmp_path / "sample.csv"
    with pytest.raises(InsightError) as raised:
        begin(sample, "Pool", "a__b", {}, law(), SETTINGS, tmp_path / "out")
    assert [fault.where for fault in raised.value.faults] == ["--dataset", "--provider"]


@pytest.mark.parametrize(
    "header", ["C0001,Ada,24/12/2001", "a@b.example,x,y", "1,2,3", "9434765919,x,y"]
)
def test_a_sample_without_a_header_is_refused_for_its_cells_would_be_names(
    tmp_path: Path, header: str
) -> None:
    rows = pl.DataFrame({name: ["x"] * 3 for name in header.split(",")})
    with pytest.raises(InsightError, match="cells of a row"):
        drafted(tmp_path, rows)
    assert not list((tmp_path / "out").rglob("*"))


def test_an_empty_sample_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InsightError):
        drafted(tmp_path, PEOPLE.clear())


@pytest.mark.parametrize("stem", ONE_OF_A_FORMAT.values(), ids=str)
def test_what_a_contract_generates_is_drafted_into_its_columns_again(
    tmp_path: Path, stem: str
) -> None:
    """Contract → sample → draft: names in order, and dates in the format they were written in."""
    shop = workshop(stem)
    reader = shop.contract.promise.reader
    sample = tmp_path / f"sample.{reader.format}"
    shop.sample(sample, 40, seed=1)
    known = {
        name: getattr(reader, name)
        for name in ("sheet", "header_row", "record")
        if getattr(reader, name) is not None
    }
    found = columns(begin(sample, "again", "drafted", known, law(), SETTINGS, tmp_path / "out"))
    assert set(found) <= {column.name for column in shop.contract.columns}
    for column in shop.contract.columns:
        if column.type == "date" and column.name in found and found[column.name]["required"]:
            form = found[column.name]["logicalTypeOptions"]["format"]
            assert column.options.get("format", "yyyy-MM-dd") in form
