"""Two runs at once in one home: the second says so and touches nothing, the first is unaffected."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from insight_pipeline.cli.main import main
from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.kernel.lock import hold
from insight_pipeline.settings import Settings
from tests.faults.killing import run
from tests.faults.rooms import run_room
from tests.faults.stores import contents, differences
from tests.faults.telling import words_of
from tests.faults.worlds import Stage, Step, copy_home, settings_of

BUSY = "another run that holds it"


def held_room(room: str, catalogue: Catalogue, settings: Settings, gate: Path) -> None:
    """A room at work while others come: it says so through the gate, and is let go on by it."""
    hold(settings.home, settings.temporary)
    gate.write_bytes(b"held")
    gate.read_bytes()
    run_room(room, catalogue, settings)


@pytest.mark.slow
@pytest.mark.parametrize("room", ["linkage", "warehouse", "publication"])
def test_a_run_that_comes_second_is_told_and_the_first_ends_as_undisturbed(
    stages: Mapping[Step, Stage], catalogue: Catalogue, tmp_path: Path, room: str
) -> None:
    stage, home = stages[Step(2, room)], tmp_path / "home"
    copy_home(stage.before, home)
    settings = settings_of(home, stage.step)
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(run, held_room, room, catalogue, settings, gate)
        gate.read_bytes()  # the first one holds the home by now
        told = words_of("landing", catalogue, settings, tmp_path / "words.txt")
        command = CliRunner(env=settings.environment()).invoke(main, ["nightly"])
        gate.write_bytes(b"go on")
        assert first.result() == 0
    assert told is not None
    assert BUSY in told
    assert command.exit_code == 1
    assert BUSY in command.output
    assert not differences(contents(home), stage.stands)
