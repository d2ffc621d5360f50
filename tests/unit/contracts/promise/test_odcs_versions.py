"""Versions in time: the newest with the earlier ones behind it, and no doubt which one judges."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from insight_pipeline.contracts.promise.contract import Contract, ContractProperties
from insight_pipeline.contracts.promise.odcs import load_contracts, load_versions
from insight_pipeline.kernel.errors import InsightError
from tests.conftest import ROOT
from tests.unit.contracts.documents import with_property, write

OLD = {"inForce": {"from": "2023-04-01", "to": "2025-03-31"}}
NEW = {"inForce": {"from": "2025-04-01"}}
STEM = "brightcare__cases"


def version(number: str, **changed: Any) -> dict[str, Any]:
    return {**with_property(**changed), "version": number}


def earlier(folder: Path, number: str, made: dict[str, Any]) -> Path:
    return write(folder, made, f"{STEM}@{number}")


def load(folder: Path) -> Contract:
    (found,) = load_contracts(folder, ContractProperties)
    return found


def faults(folder: Path) -> str:
    with pytest.raises(InsightError) as caught:
        load_contracts(folder, ContractProperties)
    return str(caught.value)


def test_the_newest_version_carries_the_earlier_ones_newest_first(tmp_path: Path) -> None:
    oldest = {"inForce": {"to": "2023-03-31"}}
    write(tmp_path, version("1.10.0", **NEW), STEM)
    earlier(tmp_path, "1.9.0", version("1.9.0", **OLD))
    earlier(tmp_path, "1.2.0", version("1.2.0", **oldest))
    found = load(tmp_path)
    assert found.version == "1.10.0"
    assert [(c.stem, c.version) for c in found.earlier] == [(STEM, "1.9.0"), (STEM, "1.2.0")]
    assert load_versions(found.path, ContractProperties) == found


@pytest.mark.parametrize(
    ("period_to", "judge"),
    [("2025-03-31", "1.9.0"), ("2025-04-01", "2.0.0"), ("2023-03-31", None)],
)
def test_a_period_is_judged_by_the_version_in_force_at_its_end(
    tmp_path: Path, period_to: str, judge: str | None
) -> None:
    write(tmp_path, version("2.0.0", **NEW), STEM)
    earlier(tmp_path, "1.9.0", version("1.9.0", **OLD))
    judging = load(tmp_path).judging(date.fromisoformat(period_to), None)
    assert (judging and judging.version) == judge


def test_in_a_transition_the_declared_version_judges_and_else_the_newest(tmp_path: Path) -> None:
    new = {"inForce": {"from": "2025-01-01", "transition": "overlap"}}
    write(tmp_path, version("2.0.0", **new), STEM)
    earlier(tmp_path, "1.9.0", version("1.9.0", **OLD))
    found = load(tmp_path)
    exact = [("1.9.0", "1.9.0"), ("2.0.0", "2.0.0"), (None, "2.0.0")]
    for declared, judge in (*exact, ("1.9.1", "1.9.0"), ("2.3.0", "2.0.0"), ("3.0.0", "2.0.0")):
        judging = found.judging(date(2025, 3, 31), declared)
        assert judging
        assert judging.version == judge


def test_an_earlier_version_alone_is_refused_with_the_nearest_dataset(tmp_path: Path) -> None:
    earlier(tmp_path, "1.0.0", version("1.0.0"))
    write(tmp_path, version("1.0.0", dataset="case"), "brightcare__case")
    assert "did you mean 'brightcare__case'?" in faults(tmp_path)


@pytest.mark.parametrize(
    ("file", "number", "changed", "words"),
    [
        ("2.0.0", "2.0.0", OLD, "a version lower than 2.0.0"),
        ("3.0.0", "3.0.0", OLD, "a version lower than 2.0.0"),
        ("1.0.0", "1.1.0", OLD, f"named {STEM}@1.1.0.odcs.yaml"),
        ("one", "one", OLD, "three numbers"),
        ("1.0.0", "1.0.0", {}, "an open end between two versions"),
        ("1.0.0", "1.0.0", {"inForce": {"to": "2025-04-30"}}, "transition: overlap"),
        ("1.0.0", "1.0.0", {"inForce": {"to": "2025-02-28"}}, "transition: gap"),
        ("1.0.0", "1.0.0", {**OLD, "dataset": "case"}, "a file named brightcare__case.odcs"),
    ],
)
def test_versions_that_leave_a_doubt_are_refused(
    tmp_path: Path, file: str, number: str, changed: dict[str, Any], words: str
) -> None:
    write(tmp_path, version("2.0.0", **NEW), STEM)
    earlier(tmp_path, file, version(number, **changed))
    assert words in faults(tmp_path)


@pytest.mark.parametrize("said", ["overlap", "gap"])
def test_a_transition_that_is_none_is_refused(tmp_path: Path, said: str) -> None:
    new = {"inForce": {"from": "2025-04-01", "transition": said}}
    write(tmp_path, version("2.0.0", **new), STEM)
    earlier(tmp_path, "1.0.0", version("1.0.0", **OLD))
    assert "no transition" in faults(tmp_path)


def renamed(made: dict[str, Any], *synonyms: str) -> dict[str, Any]:
    """The document with its key Ref called Reference, and perhaps with what it was called."""
    column = made["schema"][0]["properties"][0]
    column["name"] = "Reference"
    column["customProperties"] = [{"property": "headerSynonyms", "value": list(synonyms)}]
    made["schema"][0]["quality"] = []
    return made


def test_a_key_that_is_renamed_says_what_it_was_called(tmp_path: Path) -> None:
    key = {"resubmission": {"mode": "upsert", "key": ["Reference"]}}
    earlier(tmp_path, "1.0.0", version("1.0.0", **OLD))
    write(tmp_path, renamed(version("2.0.0", **NEW, **key), "Ref"), STEM)
    found = load(tmp_path)
    known = {column.name for column in found.earlier[0].columns}
    names = {column.name: column.name_among(known) for column in found.columns}
    assert names == {"Reference": "Ref", "Start": "Start", "Name": "Name"}
    write(tmp_path, renamed(version("2.0.0", **NEW, **key)), STEM)
    assert "earlier name in its headerSynonyms" in faults(tmp_path)


PARENT = "brightcare__people"


def referring(dataset: str, to: str | None, severity: str = "warn") -> dict[str, Any]:
    made = {**version("1.0.0", dataset=dataset), "id": f"brightcare__{dataset}"}
    made["schema"][0]["name"] = dataset
    if to:
        properties = [{"property": "severity", "value": severity}]
        reference = {"to": to, "customProperties": properties}
        made["schema"][0]["properties"][2]["relationships"] = [reference]
    return made


def told(folder: Path, to: str, severity: str = "warn", back: str | None = None) -> str:
    """The faults of a dataset that refers to its parent, and perhaps the parent back to it."""
    write(folder, referring("cases", to, severity), STEM)
    write(folder, referring("people", back), PARENT)
    try:
        load_contracts(folder, ContractProperties)
    except InsightError as error:
        return str(error)
    return ""


def test_references_lead_to_a_column_of_a_dataset(tmp_path: Path) -> None:
    assert told(tmp_path, f"{PARENT}.Ref", "record") == ""
    assert f"did you mean '{PARENT}'?" in told(tmp_path, "brightcare__peeple.Ref")
    assert "did you mean 'Ref'?" in told(tmp_path, f"{PARENT}.Reff")


def test_a_reference_refuses_no_delivery(tmp_path: Path) -> None:
    assert "severity record or warn" in told(tmp_path, f"{PARENT}.Ref", "delivery")


def test_a_circle_of_references_is_a_fault(tmp_path: Path) -> None:
    assert "never back" in told(tmp_path, f"{PARENT}.Ref", back=f"{STEM}.Ref")
    assert "never back" in told(tmp_path, f"{STEM}.Ref")


def test_the_files_of_this_project_have_an_earlier_version_with_a_renamed_column() -> None:
    contracts = load_contracts(ROOT / "data_contracts" / "providers", ContractProperties)
    (visits,) = [contract for contract in contracts if contract.earlier]
    (before,) = visits.earlier
    known = {column.name for column in before.columns}
    assert {column.name_among(known) for column in visits.columns if column.name == "site"} == {
        "centre"
    }
    judging = visits.judging(date(2020, 3, 31), None)
    assert judging == before
