"""`insight people`: ids through time on the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from insight_pipeline.cli.people import people_command
from tests.conftest import ROOT
from tests.unit.linkage.ledger.living import Ledger


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Night 1 (1 April): y, z. Night 2: y and z are one. Night 3: x is new, w came and went."""
    home = tmp_path_factory.mktemp("home")
    ledger = Ledger(store=home / "identity.duckdb")
    ledger.night("y", "z", "w")
    ledger.night("yz", "w", pairs={"yz": 9.5}, decisions={"yz": "same"}, causes={"y": "decision"})
    ledger.night("yz", "x")
    ledger.con.close()
    return home


@pytest.fixture(scope="module")
def ids() -> dict[str, str]:
    ledger = Ledger()
    ledger.night("y", "z", "w", "x")
    return ledger.keys()


@pytest.fixture(scope="module")
def kept(ids: dict[str, str]) -> str:
    return min(ids["y"], ids["z"])


@pytest.fixture(scope="module")
def lost(ids: dict[str, str]) -> str:
    return max(ids["y"], ids["z"])


def run(home: Path, *arguments: str) -> Result:
    environment = {"INSIGHT_HOME": str(home), "INSIGHT_PROJECT": str(ROOT)}
    return CliRunner(env=environment).invoke(people_command, arguments)


def test_ids_resolve_to_what_stands_for_them(
    home: Path, ids: dict[str, str], kept: str, lost: str
) -> None:
    result = run(home, "resolve", kept, lost, ids["w"])
    assert result.exit_code == 0, result.output
    lines = {tuple(line.split()) for line in result.output.splitlines()}
    assert lines >= {(kept, kept, "current"), (lost, kept, "merged"), (ids["w"], "retired")}


def test_an_id_that_was_never_given_is_exit_code_1(home: Path, kept: str) -> None:
    result = run(home, "resolve", kept, "nobody")
    assert result.exit_code == 1
    assert "unknown" in result.output
    assert run(home, "history", "nobody").exit_code == 1


def test_the_history_of_an_id_has_causes_and_evidence(home: Path, kept: str, lost: str) -> None:
    result = run(home, "history", lost)
    assert result.exit_code == 0
    for words in ("created", "merged", "2025-04-02", "decision yz", "9.5", f"stood for by {kept}"):
        assert words in result.output


@pytest.mark.parametrize("when", [("--night", "1"), ("--date", "2025-04-01")])
def test_a_record_was_somebody_else_once(
    home: Path, ids: dict[str, str], kept: str, lost: str, when: tuple[str, str]
) -> None:
    result = run(home, "as-of", *when, "--record", "z" if ids["z"] == lost else "y")
    assert result.exit_code == 0
    assert f"After night 1: {lost}, 1 records" in result.output
    assert f"Today: merged, stood for by {kept}" in result.output


def test_a_day_stands_for_the_last_night_before_it(home: Path, kept: str) -> None:
    result = run(home, "as-of", "--date", "2030-01-01", "--key", kept)
    assert f"After night 3: {kept}, 2 records\nToday: current" in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--night", "1", "--record", "x"), "no such record after night 1"),
        (("--night", "9", "--record", "x"), "the last was 3"),
        (("--date", "2025-01-01", "--record", "x"), "Nothing was linked by then"),
        (("--night", "1", "--key", "nobody"), "Nobody bore this id"),
    ],
)
def test_what_there_was_not_is_exit_code_1(
    home: Path, arguments: tuple[str, ...], words: str
) -> None:
    result = run(home, "as-of", *arguments)
    assert result.exit_code == 1
    assert words in result.output


@pytest.mark.parametrize(
    "arguments",
    [(), ("--night", "1"), ("--night", "1", "--date", "2025-04-01", "--key", "k")],
)
def test_a_question_without_time_or_object_is_wrong_usage(
    home: Path, arguments: tuple[str, ...]
) -> None:
    assert run(home, "as-of", *arguments).exit_code == 2


def test_changes_begin_after_the_night_last_read(home: Path, ids: dict[str, str]) -> None:
    rows = json.loads(run(home, "changes", "--since", "2", "--format", "json").output)
    assert {(row["night"], row["event"], row["citizen_key"]) for row in rows} == {
        (3, "created", ids["x"]),
        (3, "retired", ids["w"]),
    }
    assert rows[0]["as_of_date"] == "2025-04-03"


def test_changes_are_the_same_in_every_format(home: Path, kept: str, lost: str) -> None:
    rows = json.loads(run(home, "changes", "--since", "0", "--format", "json").output)
    text = run(home, "changes", "--since", "0", "--format", "csv").output
    assert len(list(csv.DictReader(text.splitlines()))) == len(rows) == 6
    table = run(home, "changes", "--since", "1").output
    assert [line.split()[2:5] for line in table.splitlines()[2:3]] == [["merged", lost, kept]]


def test_the_help_of_the_feed_points_to_the_document_that_explains_it(home: Path) -> None:
    words = run(home, "changes", "--help").output
    assert "docs/ledger.md" in words and (ROOT / "docs/ledger.md").is_file()


def test_churn_over_the_limit_on_the_last_night_is_exit_code_1(home: Path, tmp_path: Path) -> None:
    assert run(home, "churn").exit_code == 0
    ledger = Ledger(store=tmp_path / "identity.duckdb")
    ledger.night("y", "z")
    ledger.night("yz", causes={"y": "evidence changed"})
    ledger.con.close()
    result = run(tmp_path, "churn")
    assert result.exit_code == 1
    for words in ("evidence changed", "50.00", "Over the limit of 2 %"):
        assert words in result.output


def test_without_a_store_the_next_step_is_said(tmp_path: Path) -> None:
    result = run(tmp_path, "resolve", "k")
    assert result.exit_code == 1
    assert "insight nightly" in result.output


def test_no_record_is_named_unless_asked_for(tmp_path: Path) -> None:
    ledger = Ledger(store=tmp_path / "identity.duckdb")
    ledger.night(["canary:1"], ["canary:2"])
    (key, _) = ledger.keys().values()
    ledger.night(["canary:1", "canary:2"])
    ledger.con.close()
    for command in (("resolve", key), ("history", key), ("changes", "--since", "0"), ("churn",)):
        assert "canary" not in run(tmp_path, *command).output
    assert "canary" not in run(tmp_path, "as-of", "--night", "2", "--key", key).output


@pytest.mark.parametrize("command", sorted(people_command.commands))
def test_every_command_has_an_example(command: str) -> None:
    assert f"insight people {command} " in (people_command.commands[command].help or "")
