"""`insight models list`, `run`, `check`: what they say and how they end."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from insight_pipeline.cli.main import main
from insight_pipeline.cli.models import models_command
from insight_pipeline.indicators import chosen
from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.sql import checks
from insight_pipeline.sql.header_tests import CheckSeverity
from insight_pipeline.sql.runner import ModelRun
from tests.conftest import ROOT

MODEL = "dbt_like_sql/core/dim_citizen.sql"


def run(home: Path, *words: str, project: Path = ROOT) -> Result:
    environment = {"INSIGHT_HOME": str(home), "INSIGHT_PROJECT": str(project)}
    return CliRunner(env=environment).invoke(main, ["models", *words])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("data_contracts", "dbt_like_sql"):
        shutil.copytree(ROOT / folder, tmp_path / "project" / folder)
    return tmp_path / "project"


def replaced(project: Path, old: str, new: str) -> None:
    path = project / MODEL
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_every_command_shows_an_example() -> None:
    for command in (models_command, *models_command.commands.values()):
        assert "Example: insight models " in (command.help or ""), command.name


def test_models_are_listed_with_how_they_stand(tmp_path: Path) -> None:
    found = run(tmp_path, "list", "--select", "core.* fct_care_leaver", "--exclude", "dim_area")
    assert found.exit_code == 0, found.output
    header, _, *lines = found.output.splitlines()
    assert header.split() == ["model", "materialised", "rows", "state", "tests", "owner"]
    names = [line.split()[0] for line in lines]
    assert "core.dim_citizen" in names and "journeys.fct_care_leaver" in names
    assert "core.dim_area" not in names and not any(n.startswith("indicators.") for n in names)
    (citizen,) = [line for line in lines if line.startswith("core.dim_citizen ")]
    assert citizen.split()[1:] == ["table", "new", "2", "data-engineering@ashmere.example"]


def test_a_selection_of_nothing_is_said_and_a_misspelt_one_told_with_the_nearest(
    tmp_path: Path,
) -> None:
    assert run(tmp_path, "list", "-s", "core/,journeys/").output == "No model is selected.\n"
    found = run(tmp_path, "list", "-s", "dim_citzen+")
    assert found.exit_code == 1 and "did you mean 'dim_citizen'?" in found.stderr


def test_running_before_anything_was_received_says_what_to_do(tmp_path: Path) -> None:
    found = run(tmp_path, "run", "--select", "core/")
    assert found.exit_code == 1
    assert "at least one delivery that was received" in found.stderr
    assert "insight nightly" in found.stderr


def ran(relation: str, outcome: Outcome, severity: CheckSeverity) -> ModelRun:
    return ModelRun(relation, False, 7, (checks.TestResult("not_null_x", outcome, 2, severity),))


@pytest.mark.parametrize(
    ("outcome", "severity", "code", "words"),
    [
        (Outcome.PASSED, CheckSeverity.ERROR, 0, ""),
        (Outcome.WARNING, CheckSeverity.WARN, 0, ""),
        (Outcome.SKIPPED, CheckSeverity.ERROR, 0, ""),
        (Outcome.ERROR, CheckSeverity.WARN, 0, ""),
        (Outcome.FAILED, CheckSeverity.ERROR, 1, "core.dim_area: not_null_x (2 rows)"),
        (Outcome.ERROR, CheckSeverity.ERROR, 1, "core.dim_area: not_null_x (could not run)"),
    ],
)
def test_a_failed_test_of_severity_error_ends_with_one(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    outcome: Outcome,
    severity: CheckSeverity,
    code: int,
    words: str,
) -> None:
    runs = (ran("core.dim_area", outcome, severity),)
    monkeypatch.setattr(chosen, "run_chosen", lambda *given: runs)
    found = run(tmp_path, "run", "--select", "dim_area")
    assert found.exit_code == code and words in found.stderr
    assert found.stdout.splitlines()[2].split() == ["core.dim_area", "7", "made", "1", outcome]


def test_what_was_not_chosen_is_told_where_it_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = (
        ModelRun("core.dim_citizen", True, 1, ()),
        ModelRun("core.fct_service_event", False, 1, (), "3 of 9 keys made"),
        ModelRun("core.dim_area", True, 1, ()),
    )
    monkeypatch.setattr(chosen, "run_chosen", lambda *given: runs)
    lines = run(tmp_path, "run", "--select", "dim_area").output.splitlines()[2:]
    assert [line.split()[0] for line in lines] == ["core.fct_service_event", "core.dim_area"]
    assert "3 of 9 keys made" in lines[0] and "unchanged" in lines[1]


def test_a_failed_test_of_what_is_not_shown_ends_with_one_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = checks.TestResult("not_null_x", Outcome.FAILED, 2)
    runs = (
        ModelRun("core.dim_citizen", True, 1, (result,)),
        ModelRun("core.dim_area", True, 1, ()),
    )
    monkeypatch.setattr(chosen, "run_chosen", lambda *given: runs)
    found = run(tmp_path, "run", "--select", "dim_area")
    assert found.exit_code == 1 and "core.dim_citizen: not_null_x (2 rows)" in found.stderr
    assert "core.dim_citizen" not in found.stdout


def test_figures_that_tests_held_back_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(*given: Any) -> tuple[ModelRun, ...]:
        given[4](["core.dim_citizen: not_null_x"])
        return ()

    monkeypatch.setattr(chosen, "run_chosen", held)
    found = run(tmp_path, "run", "--select", "dim_area")
    assert found.exit_code == 1
    assert (
        "Figures stay as they were until these hold: core.dim_citizen: not_null_x" in found.stderr
    )


def test_an_empty_selection_is_a_fault_and_not_everything(tmp_path: Path) -> None:
    for command in ("list", "run", "test"):
        found = run(tmp_path, command, "--select", " ")
        assert found.exit_code == 1 and "selection" in found.stderr


def test_only_one_runs_in_a_home_at_a_time(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from insight_pipeline.kernel.lock import hold;"
        "hold(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "home")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as other:
        assert other.stdout and other.stdout.readline() == b"held\n"
        found = run(tmp_path / "home", "run")
        assert found.exit_code == 1 and "another run that holds it" in found.stderr
        other.communicate()


def test_sound_models_pass_the_check_with_their_number_and_the_time(tmp_path: Path) -> None:
    found = run(tmp_path, "check")
    assert found.exit_code == 0, found.output
    files = [*ROOT.glob("dbt_like_sql/*/*.sql"), *ROOT.glob("dbt_like_sql/seeds/*.csv")]
    models = [path for path in files if path.parent.name != "functions"]
    assert found.output.startswith(f"{len(models)} models are sound: ")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("from internal.citizen", "from internal.citizn", "did you mean 'internal.citizen'?"),
        ("sex_code::varchar", "sex_cod::varchar", "a query that binds"),
        ("grain:", "grane:", "did you mean 'grain'?"),
        ("from internal.citizen", "from journeys.fct_care_leaver", "can be put in an order"),
    ],
)
def test_a_fault_of_a_model_is_told_in_five_parts(
    tmp_path: Path, project: Path, old: str, new: str, words: str
) -> None:
    replaced(project, old, new)
    if "care_leaver" in new:
        path = project / "dbt_like_sql/journeys/fct_care_leaver.sql"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("core.fct_service_event", "core.dim_citizen"))
    found = run(tmp_path / "home", "check", project=project)
    assert found.exit_code == 1
    for part in ("expected", "found", "consequence", "next step", words):
        assert part in found.stderr


def test_listing_and_checking_load_no_heavy_library(tmp_path: Path) -> None:
    code = (
        "import sys; from insight_pipeline.cli.main import main\n"
        "for words in (['list', '-s', 'core/'], ['check']):\n"
        "    main(['models', *words], standalone_mode=False)\n"
        "print(*{'dagster', 'splink', 'great_expectations', 'pandas'} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"INSIGHT_HOME": str(tmp_path), "INSIGHT_PROJECT": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "models are sound" in done.stdout
    assert done.stdout.splitlines()[-1] == ""
