"""What a contract agrees beside its columns: service levels, servers, references."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from insight_pipeline.contracts.promise.contract import Reference, ServiceLevels
from insight_pipeline.kernel.outcome import Severity
from tests.unit.contracts.documents import document, faults, load


def with_levels(*levels: tuple[str, Any, str | None]) -> dict[str, Any]:
    items = [
        {"property": name, "value": value, **({"unit": unit} if unit else {})}
        for name, value, unit in levels
    ]
    return {**document(), "slaProperties": items}


def with_relationship(**relationship: Any) -> dict[str, Any]:
    made = document()
    made["schema"][0]["properties"][2]["relationships"] = [relationship]
    return made


@pytest.mark.parametrize(
    ("unit", "months"), [("m", 3), ("months", 3), ("q", 9), ("y", 36), ("yr", 36), ("years", 36)]
)
def test_a_frequency_is_in_months(tmp_path: Path, unit: str, months: int) -> None:
    made = with_levels(("frequency", 3, unit))
    assert load(tmp_path, made).service_levels == ServiceLevels(frequency_months=months)


@pytest.mark.parametrize(("unit", "days"), [("d", 2), ("day", 2), ("days", 2), ("weeks", 14)])
def test_a_latency_is_in_days(tmp_path: Path, unit: str, days: int) -> None:
    made = with_levels(("latency", 2, unit))
    assert load(tmp_path, made).service_levels == ServiceLevels(latency_days=days)


def test_without_service_levels_nothing_is_promised(tmp_path: Path) -> None:
    assert load(tmp_path, document()).service_levels == ServiceLevels()


@pytest.mark.parametrize(
    "levels",
    [
        [("frequency", 7, "d")],
        [("frequency", 3, None)],
        [("frequency", 0, "m")],
        [("frequency", 1.5, "m")],
        [("frequency", True, "m")],
        [("latency", 1, "m")],
        [("latency", -1, "d")],
        [("latency", "14", "d")],
        [("latency", 14, "d"), ("latency", 7, "d")],
        [("availability", 99, "percent")],
    ],
    ids=str,
)
def test_a_service_level_nobody_could_measure_is_refused(tmp_path: Path, levels: Any) -> None:
    assert "slaProperties" in faults(tmp_path, with_levels(*levels))


def test_a_misspelt_service_level_is_named_with_the_nearest(tmp_path: Path) -> None:
    assert "did you mean 'latency'?" in faults(tmp_path, with_levels(("latncy", 1, "d")))


def test_servers_are_kept_as_they_stand_and_one_is_the_inbox(tmp_path: Path) -> None:
    inbox = {"server": "inbox", "type": "local", "path": "inbox/brightcare", "format": "csv"}
    other = {**inbox, "server": "archive"}
    made = {**document(), "servers": [inbox, other]}
    assert load(tmp_path, made).servers == (inbox, other)
    made = {**document(), "servers": [inbox, {**inbox}]}
    assert "one server named 'inbox'" in faults(tmp_path / "two", made)


def test_a_relationship_is_a_reference_that_warns_unless_it_says_otherwise(tmp_path: Path) -> None:
    made = with_relationship(to="brightcare__people.Name")
    (found,) = load(tmp_path / "a", made).references
    assert found == Reference("Name", "brightcare__people", "Name", Severity.WARN)
    severity = [{"property": "severity", "value": "record"}]
    made = with_relationship(to="brightcare__people.Name", customProperties=severity)
    (found,) = load(tmp_path / "b", made).references
    assert found.severity is Severity.RECORD


@pytest.mark.parametrize(
    "relationship",
    [
        {"to": ["brightcare__people.Name"]},
        {"to": "schema/people/properties/name"},
        {"to": "people"},
        {"to": "a.b", "customProperties": [{"property": "severty", "value": "warn"}]},
        {"to": "a.b", "type": "inherits"},
    ],
    ids=str,
)
def test_a_relationship_that_leads_nowhere_by_its_shape_is_refused(
    tmp_path: Path, relationship: dict[str, Any]
) -> None:
    faults(tmp_path, with_relationship(**relationship))


def test_a_relationship_of_the_whole_table_is_refused(tmp_path: Path) -> None:
    made = document()
    made["schema"][0]["relationships"] = [{"from": "cases.Name", "to": "people.Name"}]
    assert "relationships with their column" in faults(tmp_path, made)
