"""The command line: what it says and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from insight_pipeline.cli.main import main

PROJECT = Path(__file__).parents[3]


def run(home: Path, *arguments: str, project: Path = PROJECT) -> Result:
    environment = {"INSIGHT_HOME": str(home), "INSIGHT_PROJECT": str(project)}
    return CliRunner(env=environment).invoke(main, arguments)


def test_every_command_explains_itself() -> None:
    for name, command in main.commands.items():
        result = CliRunner().invoke(main, [name, "--help"])
        assert result.exit_code == 0
        assert command.help
        assert command.help.splitlines()[0] in " ".join(result.output.split())


def test_wrong_usage_ends_with_two(tmp_path: Path) -> None:
    assert run(tmp_path, "simulate", "--citizens", "many").exit_code == 2
    assert run(tmp_path, "no-such-command").exit_code == 2


def test_simulate_fills_the_inbox_and_keeps_the_truth_apart(tmp_path: Path) -> None:
    result = run(tmp_path, "simulate", "--citizens", "300", "--months", "3")
    assert result.exit_code == 0, result.output
    assert list((tmp_path / "inbox").rglob("*.manifest.json"))
    assert (tmp_path / "truth" / "record_person.parquet").exists()


def test_simulate_does_not_touch_an_inbox_with_drops_in_it(tmp_path: Path) -> None:
    assert run(tmp_path, "simulate", "--citizens", "300", "--months", "3").exit_code == 0
    before = sorted((tmp_path / "inbox").rglob("*"))
    result = run(tmp_path, "simulate", "--citizens", "300", "--months", "3")
    assert result.exit_code == 1
    assert "next step" in result.output
    assert sorted((tmp_path / "inbox").rglob("*")) == before


def test_people_are_not_invented_into_a_home_that_has_received_others(tmp_path: Path) -> None:
    (tmp_path / "landing/receipts/activelife__visits").mkdir(parents=True)
    result = run(tmp_path, "simulate", "--citizens", "300", "--months", "3")
    assert result.exit_code == 1
    assert "must not mix" in result.output
    assert not (tmp_path / "inbox").exists()


def test_a_folder_that_is_no_project_is_told_and_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    result = run(tmp_path / "home", "deliveries", project=tmp_path)
    assert result.exit_code == 1
    assert "INSIGHT_PROJECT" in result.output


def test_figures_before_the_first_release_say_what_to_do(tmp_path: Path) -> None:
    result = run(tmp_path, "figures")
    assert result.exit_code == 1
    assert "insight nightly" in result.output


def test_deliveries_of_an_empty_home_add_up_to_none(tmp_path: Path) -> None:
    result = run(tmp_path, "deliveries")
    assert result.exit_code == 0
    assert "0 deliveries" in result.output


def test_a_broken_contract_is_told_in_five_parts_without_a_traceback(tmp_path: Path) -> None:
    contract = tmp_path / "project/data_contracts/providers/a__b.odcs.yaml"
    contract.parent.mkdir(parents=True)
    (tmp_path / "project/dbt_like_sql").mkdir()
    contract.write_text("apiVersion: v3.1.0\nknd: DataContract\n")
    result = run(tmp_path / "home", "deliveries", project=tmp_path / "project")
    assert result.exit_code == 1
    for part in ("a__b.odcs.yaml", "expected", "found", "consequence", "next step", "kind"):
        assert part in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("name", ["nightly", "simulate", "figures", "deliveries", "ui"])
def test_the_documented_commands_exist(name: str) -> None:
    assert name in main.commands
