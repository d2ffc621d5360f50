"""Whole nights by the command line, killed again and again until one ends: nobody can tell.

Rooms are killed one by one in test_kills.py; here it is `insight nightly`, with Dagster around it
and FAULT_AT, the hook that docs/operate.md describes.
"""

from __future__ import annotations

import os
import random
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from insight_pipeline.cli.main import main
from insight_pipeline.kernel.atomic import WORK_SUFFIX
from insight_pipeline.publication.releasing.checksums import wrong_checksums
from tests.conftest import ROOT
from tests.faults.killing import KILLED, run, started
from tests.faults.stores import contents, differences
from tests.faults.worlds import LATER, deliver, inbox, new_home

pytestmark = pytest.mark.slow
# Effects after which each night in turn is killed; the last ones come further than the whole night.
FIRST, FACTOR, MOST_NIGHTS = 60, 2, 12
ROUNDS = int(os.environ.get("INSIGHT_SOAK_ROUNDS") or 4)
SEED = 8
# The longest that a night is left at work before it is killed, in seconds.
LONGEST = 40.0


def night(home: Path, fault_at: int | None = None) -> None:
    """`insight nightly`, in the process that it is called in."""
    os.environ |= {"INSIGHT_HOME": str(home), "INSIGHT_PROJECT": str(ROOT)}
    os.environ["FAULT_AT"] = str(fault_at or "")
    main(["nightly"], standalone_mode=False)


@pytest.fixture(scope="module")
def drops(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return inbox(tmp_path_factory.mktemp("drops"))


@pytest.fixture(scope="module")
def nights(drops: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    """What stands after the first and after the second night, undisturbed."""
    home = tmp_path_factory.mktemp("undisturbed") / "home"
    new_home(home, drops, without=LATER)
    assert run(night, home) == 0
    first = contents(home)
    deliver(home, drops, LATER)
    assert run(night, home) == 0
    return [first, contents(home)]


def assert_readers_find_a_whole_release_or_none(home: Path) -> None:
    for parent in ("published", "preview"):
        latest = home / parent / "latest"
        if latest.is_symlink():
            assert not list(wrong_checksums(latest.resolve()))


def killed_until_it_ends(home: Path) -> int:
    """Nights that it took."""
    for number in range(MOST_NIGHTS):
        if run(night, home, FIRST * FACTOR**number) != KILLED:
            return number + 1
        assert_readers_find_a_whole_release_or_none(home)
    raise AssertionError("no night came to its end")


def test_nights_killed_ever_later_end_as_two_undisturbed_ones(
    nights: list[dict[str, str]], drops: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    new_home(home, drops, without=LATER)
    assert killed_until_it_ends(home) > 2
    assert not differences(contents(home), nights[0])
    deliver(home, drops, LATER)
    assert killed_until_it_ends(home) > 2
    assert not differences(contents(home), nights[1])
    assert not [path for path in home.rglob(f"*{WORK_SUFFIX}") if "dagster" not in path.parts]


def killed_after(process: BaseProcess, seconds: float) -> int | None:
    process.join(seconds)
    process.kill()
    process.join()
    return process.exitcode


def test_nights_killed_at_random_moments_end_as_undisturbed_ones(
    nights: list[dict[str, str]], drops: Path, tmp_path: Path
) -> None:
    home, moments = tmp_path / "home", random.Random(SEED)  # noqa: S311 (moments to kill at)
    new_home(home, drops, without=LATER)
    for stands in nights:
        for _ in range(ROUNDS):
            killed_after(started(night, home), moments.uniform(0.0, LONGEST))
            assert_readers_find_a_whole_release_or_none(home)
        assert run(night, home) == 0
        assert not differences(contents(home), stands)
        if stands is not nights[-1]:
            deliver(home, drops, LATER)
