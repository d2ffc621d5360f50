from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from insight_pipeline.cli.main import main
from tests.conftest import ROOT

Run = Callable[..., Result]
NAME = "youthworks__activity"
OPEN = "EndDate\n        logicalType: date\n        required: "


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line in a copy of the project."""
    project = tmp_path / "project"
    for folder in ("data_contracts", "dbt_like_sql"):
        shutil.copytree(ROOT / folder, project / folder)
    monkeypatch.chdir(project)
    monkeypatch.setenv("INSIGHT_PROJECT", str(project))
    monkeypatch.setenv("INSIGHT_HOME", str(tmp_path / "home"))
    return lambda *words: CliRunner().invoke(main, ["contracts", *map(str, words)])


def changed(folder: Path, old: str, new: str) -> Path:
    """Another version of a contract, in a folder of its own."""
    path = folder / f"{NAME}.odcs.yaml"
    text = (ROOT / "data_contracts/providers" / path.name).read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_every_contract_is_listed_and_one_is_shown(run: Run) -> None:
    listed, shown = run("list"), run("show", NAME)
    assert NAME in listed.output and "YouthWorks Mutual" in listed.output
    assert "ActivityCode" in shown.output and "nccis_activity" in shown.output


def test_an_unknown_name_is_told_with_the_nearest(run: Run) -> None:
    found = run("show", "youthworks__activty")
    assert found.exit_code == 1 and f"did you mean '{NAME}'?" in found.output


def test_sound_contracts_pass_the_check(run: Run) -> None:
    found = run("check", NAME, "person_evidence")
    assert (found.exit_code, found.output) == (0, f"Sound: {NAME}, person_evidence.\n")
    assert "sound" in run("check").output


def test_all_faults_of_all_contracts_named_are_told(run: Run) -> None:
    for stem, old, new in (
        (NAME, "vocabulary, value: nccis_activity", "vocabulary, value: nccis_activty"),
        ("activelife__members", "retention", "retenshun"),
    ):
        path = Path(f"data_contracts/providers/{stem}.odcs.yaml")
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    found = run("check", NAME, "activelife__members")
    assert found.exit_code == 1
    assert "nccis_activty" in found.output and "retenshun" in found.output


def test_an_open_question_in_a_staging_file_is_told_with_its_line(run: Run) -> None:
    path = Path(f"dbt_like_sql/staging/stg_{NAME}.sql")
    text = path.read_text(encoding="utf-8").replace("'youth_eet'", "'TODO which service?'")
    path.write_text(text, encoding="utf-8")
    found = run("check")
    assert (
        found.exit_code == 1 and "TODO which service?" in found.output and "line " in found.output
    )


@pytest.mark.parametrize(
    ("old", "new", "code", "verdict"),
    [
        ("version: 1.0.0", "version: 1.0.1", 0, "safe"),
        ("P9Y", "P10Y", 1, "governance review"),
        (f"{OPEN}false", f"{OPEN}true", 1, "breaks providers"),
    ],
)
def test_the_comparison_of_two_versions_ends_as_its_verdict(
    run: Run, tmp_path: Path, old: str, new: str, code: int, verdict: str
) -> None:
    found = run("diff", NAME, changed(tmp_path, old, new))
    assert found.exit_code == code and verdict in found.output.splitlines()[0]


def test_the_comparison_as_json_names_everything_touched(run: Run, tmp_path: Path) -> None:
    new = changed(tmp_path, "vocabulary, value: nccis_activity", "vocabulary, value: sex_code")
    found = json.loads(run("diff", f"{NAME}@1.0.0", new, "--format", "json").output)
    assert found["verdict"] == "breaks_providers" and found["advised_step"] == "major"
    assert found["version_faults"] == ["at least 2.0.0: the changes are major"]
    assert found["columns"][f"staging.stg_{NAME}"] == ["detail_code"]
    assert "care_leaver_eet_6m" in found["indicators"] and found["release"]
    assert {change["where"] for change in found["changes"]} == {"ActivityCode"}


def test_guide_template_and_skeleton_are_written(run: Run, tmp_path: Path) -> None:
    assert run("guide", NAME, "--out", tmp_path / "guide").exit_code == 0
    assert run("template", NAME, "--out", tmp_path / "t.csv").exit_code == 0
    assert run("skeleton", NAME, "--out", tmp_path / "s.sql").exit_code == 0
    assert (tmp_path / f"guide/{NAME}.html").is_file()
    assert (tmp_path / "t.csv").read_text(encoding="utf-8").startswith("YoungPersonID|UPN|")
    assert "TODO" in (tmp_path / "s.sql").read_text(encoding="utf-8")


def test_a_staging_file_is_not_overwritten_by_its_skeleton(run: Run) -> None:
    found = run("skeleton", NAME)
    assert found.exit_code == 1 and "no file of that name yet" in found.output


def test_a_sample_becomes_a_draft_that_is_refused(run: Run, tmp_path: Path) -> None:
    assert run("sample", NAME, "--rows", 30, "--out", tmp_path / "s.csv").exit_code == 0
    drafted = run("new", "--from", tmp_path / "s.csv", "--provider", "club", "--dataset", "visits")
    assert drafted.exit_code == 0 and "questions open" in drafted.output
    found = run("check", "club__visits")
    assert found.exit_code == 1 and "a question left open" in found.output


def test_a_broken_sample_says_what_is_broken_where(run: Run, tmp_path: Path) -> None:
    found = run("sample", NAME, "--rows", 5, "--broken", "--out", tmp_path / "s.csv")
    assert found.exit_code == 0
    assert "dob.type" in found.output and "end_not_before_start" in found.output
    lines = (tmp_path / "s.csv").read_text(encoding="utf-8").splitlines()
    assert all(int(line.split()[1].strip(":")) <= len(lines) for line in found.output.splitlines())
