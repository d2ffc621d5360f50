"""`insight models test`: table tests for people who edit SQL."""

from __future__ import annotations

from pathlib import Path

import yaml
from click.testing import CliRunner, Result

from insight_pipeline.cli.main import main
from tests.conftest import ROOT

GIVEN = {"internal.area_lookup": [{"area_code": "W1", "area_name": "North"}]}


def run(home: Path, *words: str) -> Result:
    environment = {"INSIGHT_HOME": str(home), "INSIGHT_PROJECT": str(ROOT)}
    return CliRunner(env=environment).invoke(main, ["models", "test", *words])


def cases(folder: Path, *tests: dict[str, object]) -> Path:
    folder.mkdir()
    (folder / "dim_area.yaml").write_text(yaml.safe_dump({"tests": list(tests)}))
    return folder


def test_the_project_s_own_cases_hold(tmp_path: Path) -> None:
    found = run(tmp_path, "--select", "dim_area dim_citizen esp2013")
    assert found.exit_code == 0, found.output
    counted = sum(
        len(yaml.safe_load((ROOT / f"tests/sql/{name}.yaml").read_text())["tests"])
        for name in ("dim_area", "dim_citizen")
    )
    assert f"{counted} of {counted} cases of 2 models hold" in found.output


def test_other_rows_are_shown_and_end_with_one(tmp_path: Path) -> None:
    expect = [{"area_code": "W1", "area_name": "South"}]
    folder = cases(tmp_path / "cases", {"name": "a ward", "given": GIVEN, "expect": expect})
    found = run(tmp_path, str(folder), "--select", "dim_area")
    assert found.exit_code == 1
    assert "core.dim_area: 0 hold, 1 do not\n  FAILED  a ward" in found.output
    assert "missing     area_code W1, area_name South" in found.output
    assert "unexpected  area_code W1, area_name North" in found.output


def test_a_case_that_cannot_run_is_an_error_and_told(tmp_path: Path) -> None:
    wrong = {"internal.area_lookp": []}
    folder = cases(tmp_path / "cases", {"name": "a ward", "given": wrong, "expect": []})
    found = run(tmp_path, str(folder), "--select", "dim_area")
    assert found.exit_code == 1
    assert "ERROR  a ward" in found.output and "internal.area_lookup" in found.output


def test_a_model_without_a_case_is_named_and_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    found = run(tmp_path, str(tmp_path / "cases"), "--select", "dim_area")
    assert found.exit_code == 0 and "core.dim_area: no table test" in found.output
