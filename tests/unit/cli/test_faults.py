"""FAULT_AT: names every lasting effect, ends the command after one, or is not there at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from insight_pipeline.cli.main import main
from insight_pipeline.kernel import faultpoint
from tests.conftest import ROOT

TINY = ("simulate", "--citizens", "20", "--months", "3")


@pytest.fixture(autouse=True)
def taken_out() -> Iterator[None]:
    yield
    faultpoint.install(None)


def simulate(home: Path, said: str) -> Result:
    return CliRunner().invoke(main, TINY, env={"INSIGHT_HOME": str(home), "FAULT_AT": said})


def test_every_effect_is_named_with_its_number(tmp_path: Path) -> None:
    result = simulate(tmp_path / "home", "list")
    assert result.exit_code == 0
    named = [line for line in result.stderr.splitlines() if line.startswith("fault point ")]
    assert named[0] == "fault point 1: made folder home"
    assert named[-1].endswith(": flushed the folder of inbox")
    assert len(named) > 5


def test_without_the_variable_nothing_is_installed(tmp_path: Path) -> None:
    assert "fault point" not in simulate(tmp_path / "home", "").output
    assert faultpoint._hook is None


@pytest.mark.parametrize("said", ["0", "-1", "two"])
def test_anything_else_is_refused_before_anything_is_done(tmp_path: Path, said: str) -> None:
    result = simulate(tmp_path / "home", said)
    assert result.exit_code == 1
    assert "the variable FAULT_AT" in result.stderr
    assert not (tmp_path / "home").exists()


def test_the_command_is_killed_after_that_effect_and_the_next_one_ends(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from insight_pipeline.cli.main import main; main()", *TINY]
    home = tmp_path / "home"
    environment = {**os.environ, "INSIGHT_HOME": str(home), "PYTHONPATH": str(ROOT)}
    killed = subprocess.run(
        command, env={**environment, "FAULT_AT": "4"}, capture_output=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert not (home / "inbox").exists()
    again = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert again.returncode == 0
    assert (home / "inbox").is_dir()
