"""`insight status`: what it says, its exit codes, and that it holds nobody up."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from insight_pipeline.cli.main import main
from insight_pipeline.operations.nights import Before, Ending, Outcome, begin_night, end_night
from insight_pipeline.settings import Settings
from tests.conftest import ROOT

AT = datetime(2026, 7, 15, 1, 0, tzinfo=UTC)
# As a night does: holds the home, then says that it has begun.
NIGHT = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from insight_pipeline.kernel.lock import hold
from insight_pipeline.operations.nights import Before, begin_night
from insight_pipeline.settings import Settings
home, at = Path(sys.argv[1]), datetime(2026, 7, 16, 1, tzinfo=UTC)
hold(home)
begin_night(Settings(home, home), "run-2", "command", at, Before())
print("at work", flush=True)
time.sleep(60)
"""


def run(home: Path, *arguments: str) -> Result:
    environment = {"INSIGHT_HOME": str(home), "INSIGHT_PROJECT": str(ROOT)}
    return CliRunner(env=environment).invoke(main, ["status", *arguments])


def night(home: Path, outcome: Outcome) -> None:
    settings = Settings(home=home, project=ROOT)
    begin_night(settings, "run-1", "command", AT, Before())
    end_night(settings, "run-1", AT.replace(minute=8), Ending(outcome=outcome))


def test_before_the_first_night_it_says_so_and_all_is_well(tmp_path: Path) -> None:
    result = run(tmp_path / "home")
    assert result.exit_code == 0
    assert "no night yet" in result.output
    assert not (tmp_path / "home").exists()


def test_after_a_good_night_the_exit_code_is_0(tmp_path: Path) -> None:
    night(tmp_path, Outcome.SUCCEEDED)
    result = run(tmp_path, "--at", "2026-07-15T09:00:00")
    assert result.exit_code == 0, result.output
    assert "8 min 0 s, succeeded" in result.output


def test_an_open_error_makes_the_exit_code_1_with_owner_and_next_step(tmp_path: Path) -> None:
    night(tmp_path, Outcome.FAILED)
    result = run(tmp_path, "--at", "2026-07-15T09:00:00")
    assert result.exit_code == 1
    words = " ".join(result.output.split())
    assert "ERROR night failed" in words
    assert "Owner team:data-engineering" in words
    assert "run `insight nightly`" in words


def test_json_is_for_programs_and_goes_with_the_same_exit_code(tmp_path: Path) -> None:
    night(tmp_path, Outcome.FAILED)
    result = run(tmp_path, "--json", "--at", "2026-07-15T10:00:00+01:00")
    assert result.exit_code == 1
    told = json.loads(result.output)
    assert told["at"] == "2026-07-15T09:00:00+00:00"
    assert told["is_well"] is False
    assert [one["incident"]["kind"] for one in told["open"]] == ["night_failed"]


@pytest.mark.parametrize("arguments", [("--at", "yesterday"), ("--jsn",), ("more",)])
def test_wrong_usage_is_2(arguments: tuple[str, ...], tmp_path: Path) -> None:
    assert run(tmp_path, *arguments).exit_code == 2


def test_while_a_night_is_at_work_it_says_so_and_a_killed_one_is_an_error(tmp_path: Path) -> None:
    night(tmp_path, Outcome.SUCCEEDED)
    at = ("--at", "2026-07-16T01:20:00")
    command = [sys.executable, "-c", NIGHT, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"at work\n"
        during = run(tmp_path, *at)
        holder.kill()
        holder.wait()
    after = run(tmp_path, *at)
    assert during.exit_code == 0, during.output
    assert "a night is at work since 2026-07-16 01:00 UTC" in " ".join(during.output.split())
    assert after.exit_code == 1
    assert "ended without an end" in " ".join(after.output.split())


def test_a_broken_store_is_named(tmp_path: Path) -> None:
    (tmp_path / "warehouse.duckdb").write_bytes(b"not a database" * 500)
    result = run(tmp_path)
    assert result.exit_code == 1
    assert "CANNOT BE READ: warehouse.duckdb" in result.output
