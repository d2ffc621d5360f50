"""`insight lineage`: what a column is made from, what is made from it, and how that is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from insight_pipeline.cli.main import main
from tests.conftest import ROOT

DELIVERED = "accepted.council__deaths.Date of Death"


def run(*words: str) -> Result:
    environment = {"INSIGHT_HOME": str(ROOT / "home"), "INSIGHT_PROJECT": str(ROOT)}
    return CliRunner(env=environment).invoke(main, ["lineage", *words])


def as_json(*words: str) -> Any:
    found = run(*words, "--json")
    assert found.exit_code == 0, found.output
    return json.loads(found.output)


def test_a_column_is_followed_to_what_providers_promised(tmp_path: Path) -> None:
    lines = run("dim_citizen.death_date").output.splitlines()
    assert lines[0] == "core.dim_citizen.death_date"
    assert "   internal.citizen.death_date" in lines
    assert f"{'   ' * 4}{DELIVERED}" in lines
    assert any(line.startswith("Which rows core.dim_citizen has") for line in lines)
    assert not Path(tmp_path / "home").exists()


def test_what_only_decides_the_rows_is_told_apart_and_on_demand_all_the_way() -> None:
    short = run("fct_care_leaver.event_id").output.partition("Which rows")[2]
    assert "core.fct_service_event: " in short and "outcome_code" in short
    assert "accepted." not in short and "(--rows)" in short
    long = run("fct_care_leaver.event_id", "--rows").output.partition("Which rows")[2]
    assert "accepted.kidsfirst__ssda903_episodes: " in long and "(--rows)" not in long


def test_downstream_leads_to_the_figures() -> None:
    found = run(DELIVERED, "--downstream")
    assert "core.dim_citizen.death_date" in found.output
    sex = run("internal.citizen.sex_code", "--downstream").output
    assert "indicators.figure.breakdown" in sex
    age = run("internal.citizen.birth_month", "--downstream").output
    assert "It decides which rows there are in" in age


def test_a_depth_ends_the_tree() -> None:
    found = as_json("dim_citizen.death_date", "--depth", "2")
    assert max(step["steps"] for step in found["values"]) == 2
    assert run("dim_citizen.death_date", "--depth", "0").exit_code == 2


def test_programs_get_the_same_as_json() -> None:
    found = as_json("dim_citizen.death_date")
    assert (found["of"], found["direction"]) == ("core.dim_citizen.death_date", "upstream")
    relation, _, column = DELIVERED.rpartition(".")
    steps = {(step["relation"], step["column"]): step for step in found["values"]}
    assert steps[relation, column]["next"] == "staging.stg_council__deaths.death_date"
    assert steps["core.dim_citizen", "death_date"]["next"] is None
    assert "internal.citizen" in found["rows"]


def test_an_indicator_or_a_table_is_followed_as_a_whole() -> None:
    found = run("care_leaver_eet_6m", "--depth", "1")
    assert found.output.splitlines()[0] == "indicators.care_leaver_eet_6m"
    assert "   journeys.fct_care_leaver" in found.output
    down = as_json("fct_care_leaver", "--downstream")
    relations = [step["relation"] for step in down["relations"]]
    assert "indicators.care_leaver_eet_6m" in relations and "indicators.figure" in relations


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("dim_citizn.sex_code", "did you mean 'dim_citizen.sex_code'?"),
        ("core.dim_citizen.sex", "did you mean 'core.dim_citizen.sex_code'?"),
        ("service_event.event_code", "feeds.service_event.event_code or internal.service_event"),
    ],
)
def test_an_unknown_or_double_name_is_told_with_what_it_may_be(name: str, words: str) -> None:
    found = run(name)
    assert found.exit_code == 1 and words in found.stderr


def test_the_command_shows_an_example() -> None:
    assert "Example: insight lineage" in (main.commands["lineage"].help or "")
