"""The README's sentences about SQL models, on a borough of its own: list, run, compile, lineage."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from insight_pipeline.cli.main import main
from insight_pipeline.defs.launch import run_nightly
from insight_pipeline.settings import Settings
from insight_pipeline.simulation.borough import simulate
from tests.end_to_end.project import copy_project, settings_for

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.usefixtures("unrecorded", "second_opinion_taken_as_given"),
]
MODEL = "journeys/fct_care_leaver.sql"


def run(settings: Settings, *words: str) -> Result:
    environment = {"INSIGHT_HOME": str(settings.home), "INSIGHT_PROJECT": str(settings.project)}
    return CliRunner(env=environment).invoke(main, words)


def states(settings: Settings, *words: str) -> dict[str, str]:
    """Model → its state, as the list says."""
    lines = run(settings, "models", "list", *words).output.splitlines()[2:]
    return {line.split()[0]: line.split()[3] for line in lines}


@pytest.mark.slow
def test_a_changed_model_is_seen_run_with_what_follows_and_nothing_else(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "home", copy_project(tmp_path / "project"))
    simulate(settings.inbox, tmp_path / "truth", 300, 4, 7, lambda line: None)
    assert run_nightly(settings).succeeded
    assert set(states(settings).values()) == {"unchanged"}
    assert run(settings, "models", "list", "-s", "changed").output == "No model is selected.\n"
    again = run(settings, "models", "run", "--select", "core.*")
    assert again.exit_code == 0 and "made" not in again.output

    path = settings.sql / MODEL
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("left_care_date + 182", "left_care_date + 90"), encoding="utf-8")
    changed = set(states(settings, "--select", "changed"))
    assert "journeys.fct_care_leaver" in changed and "core.fct_service_event" not in changed
    assert changed == set(states(settings, "--select", "fct_care_leaver+"))
    made = run(settings, "models", "run", "--select", "changed")
    assert made.exit_code == 0, made.output
    assert {line.split()[0] for line in made.output.splitlines()[2:]} == changed
    assert set(states(settings).values()) == {"unchanged"}
    _compiled_gives_the_same(settings, tmp_path)
    _a_failing_test_is_told(settings)


def _compiled_gives_the_same(settings: Settings, folder: Path) -> None:
    """What `compile` prints makes the table the warehouse has, run by any DuckDB."""
    script = run(settings, "models", "compile", "fct_care_leaver").output
    copy = shutil.copyfile(settings.warehouse, folder / "copy.duckdb")
    rows = "select * from journeys.fct_care_leaver order by all"
    with duckdb.connect(str(copy)) as connection:
        before = connection.execute(rows).fetchall()
        connection.execute("delete from journeys.fct_care_leaver")
        connection.execute(script)
        assert connection.execute(rows).fetchall() == before


def _a_failing_test_is_told(settings: Settings) -> None:
    path = settings.sql / "core/dim_area.sql"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("tests:\n", "tests:\n  - expression: area_code = 'x'\n"))
    failed = run(settings, "models", "run", "--select", "dim_area")
    assert failed.exit_code == 1
    assert "Failed test: core.dim_area: expression_area_code_eq_x" in failed.stderr


def test_lineage_reaches_from_a_figure_to_what_providers_promised(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "home")
    found = run(settings, "lineage", "indicators.figure.value", "--json")
    relations = {step["relation"] for step in json.loads(found.output)["values"]}
    rooms = {relation.partition(".")[0] for relation in relations}
    assert {"indicators", "journeys", "core", "internal", "feeds", "staging", "accepted"} <= rooms
