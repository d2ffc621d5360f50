"""Names that clash and repairs nobody could make are found when a contract is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.contracts.documents import faults, load, with_column, with_property


def named(index: int = 2, made: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    """A document whose column of this place has these customProperties."""
    made = made or with_property()
    column = made["schema"][0]["properties"][index]
    column["customProperties"] = [{"property": k, "value": v} for k, v in properties.items()]
    return made


def test_repairs_are_named_with_the_contract_and_with_columns(tmp_path: Path) -> None:
    made = named(made=with_property(normalise=["trim", "header_case"]), normalise=["upper"])
    found = load(tmp_path, made)
    assert found.promise.normalise == ("trim", "header_case")
    assert found.columns[2].properties.normalise == ("upper",)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (with_property(normalise=["trimm"]), "did you mean 'trim'?"),
        (with_property(normalise=["upper", "lower"]), "both"),
        (named(made=with_property(normalise=["upper"]), normalise=["lower"]), "both"),
        (named(normalise=["header_case"]), "one of"),
        (named(normalise=["synonym"]), "write vocabulary with the column"),
        (named(normalise=["date_format"]), "write dateFormats with the column"),
        (with_property(normalise=["header_synonym"]), "write headerSynonyms with the column"),
    ],
)
def test_a_repair_that_is_not_one_is_refused(tmp_path: Path, made: Any, words: str) -> None:
    assert words in faults(tmp_path, made)


@pytest.mark.parametrize("forms", [["yyyy-MM-dd"], ["dd-MMM-yyyy", "yyyyMMdd"]])
def test_further_formats_of_a_date_are_taken(tmp_path: Path, forms: list[str]) -> None:
    assert load(tmp_path, named(1, dateFormats=forms)).columns[1].properties.date_formats


@pytest.mark.parametrize(
    ("forms", "words"),
    [
        (["MM/dd/yyyy"], "written like 'dd/MM/yyyy'"),
        (["dd/MM/yyyy"], "written like 'dd/MM/yyyy'"),
        (["yyyy-MM-dd", "yyyy-dd-MM"], "written like 'yyyy-MM-dd'"),
        (["d/M/yyyy"], "each once"),
        (["MM/yyyy"], "each once"),
        (["dd/MM/yyyy dd"], "each once"),
        (["dd.MM.yy"], "which century?"),
    ],
)
def test_a_format_that_would_be_a_guess_is_refused(
    tmp_path: Path, forms: list[str], words: str
) -> None:
    assert words in faults(tmp_path, named(1, dateFormats=forms))


def test_only_dates_have_further_formats(tmp_path: Path) -> None:
    assert "a date or a timestamp" in faults(tmp_path, named(2, dateFormats=["yyyy-MM-dd"]))


def test_synonyms_of_headers_are_taken_in_any_case(tmp_path: Path) -> None:
    made = named(headerSynonyms=["Full name", "full name", "NAME"])
    assert len(load(tmp_path, made).columns[2].properties.header_synonyms) == 3


@pytest.mark.parametrize(
    "made",
    [
        named(headerSynonyms=["Ref"]),
        named(headerSynonyms=["start"]),
        named(headerSynonyms=["Name"]),
        named(headerSynonyms=[" "]),
        named(1, named(2, headerSynonyms=["Full Name"]), headerSynonyms=["full  name"]),
    ],
    ids=["another column", "in other case", "itself", "empty", "two columns"],
)
def test_a_synonym_that_does_not_lead_to_its_column_alone_is_refused(
    tmp_path: Path, made: Any
) -> None:
    assert "headerSynonyms" in faults(tmp_path, made)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (with_property(periodColumn="Name"), "a date or a timestamp"),
        (with_property(inForce={"from": "2025-04-01", "to": "2025-03-31"}), "to before from"),
        (
            with_property(
                identityColumns={"periodFrom": "Start", "periodTo": "Strt", "submittedAt": "Start"}
            ),
            "did you mean 'Start'?",
        ),
        (with_property(drift={"maxPsi": 0}), "drift.maxPsi"),
        (with_property(drift={"maxPSI": 0.2}), "did you mean 'maxPsi'?"),
    ],
)
def test_properties_that_speak_of_nothing_are_refused(
    tmp_path: Path, made: Any, words: str
) -> None:
    assert words in faults(tmp_path, made)


def test_bare_files_are_never_appended_as_one_that_grows_would_count_twice(tmp_path: Path) -> None:
    columns = {"periodFrom": "Start", "periodTo": "Start", "submittedAt": "Start"}
    append = {"mode": "append"}
    bad = with_property(identityColumns=columns, resubmission=append)
    assert "a file that has grown replaces itself" in faults(tmp_path, bad)
    assert load(tmp_path / "bare", with_property(identityColumns=columns))
    assert load(tmp_path / "declared", with_property(resubmission=append))


def test_a_column_named_otherwise_in_the_file_is_refused(tmp_path: Path) -> None:
    assert "physicalName" in faults(tmp_path, with_column(physicalName="nm"))
    assert load(tmp_path / "same", with_column(physicalName="Name"))
