"""kill -9 after any side effect: the next run ends with the very stores of an undisturbed one.

Between the kill and the next run nobody sees a mixture either: every file that stands is the one
from before or the one from after, and `latest` leads to a whole release or to none.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.kernel.atomic import WORK_SUFFIX
from insight_pipeline.publication.releasing.reading import read_release
from tests.faults.killing import KILLED, points_of, run
from tests.faults.rooms import run_room
from tests.faults.stores import contents, differences
from tests.faults.worlds import (
    STEPS,
    Stage,
    Step,
    copy_home,
    dead_links,
    half_done,
    inbox,
    new_home,
    only,
    settings_of,
)

# Kills of one room; of one that passes more points, they are spread over all kinds of them. The
# rooms that go from feed to feed do the same over and over, and cost the most.
MOST = 40
FROM_FEED_TO_FEED = {"contracts": 12, "feedback": 12}
AT_ONCE = 2
FEED = "council__deaths"


def spread(points: Sequence[str], most: int) -> list[int]:
    """Numbers of at most so many points, by an odd stride: what repeats is met in every phase."""
    stride = -(-len(points) // most) | 1
    return list(range(1, len(points) + 1, stride))


def what_differs(stage: Stage, catalogue: Catalogue, home: Path, number: int) -> list[str]:
    """After a kill at the point and another run: what is not as in the undisturbed run."""
    copy_home(stage.before, home)
    work = (run_room, stage.step.room, catalogue, settings_of(home, stage.step))
    assert run(*work, kill_at=number) == KILLED
    found = half_done(stage, contents(home)) + dead_links(home)
    assert run(*work) == 0
    found += differences(contents(home), stage.stands)
    found += [str(path) for path in home.rglob(f"*{WORK_SUFFIX}")]
    shutil.rmtree(home)
    return found


def after_kills(
    stage: Stage, catalogue: Catalogue, folder: Path, numbers: Sequence[int]
) -> dict[str, list[str]]:
    """Fault point → what differed, for every point at which anything did."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(
            lambda number: what_differs(stage, catalogue, folder / f"killed-{number}", number),
            numbers,
        )
        named = zip(numbers, found, strict=True)
        return {f"{n}: {stage.points[n - 1]}": wrong for n, wrong in named if wrong}


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_room_killed_after_any_of_its_effects_ends_as_if_it_had_not_been(
    stages: Mapping[Step, Stage], catalogue: Catalogue, tmp_path: Path, step: Step
) -> None:
    stage = stages[step]
    numbers = spread(stage.points, FROM_FEED_TO_FEED.get(step.room, MOST))
    assert not after_kills(stage, catalogue, tmp_path, numbers)


@pytest.mark.slow
def test_the_undisturbed_nights_publish_releases_that_stand_every_check(
    stages: Mapping[Step, Stage], catalogue: Catalogue, tmp_path: Path
) -> None:
    last = STEPS[-1]
    home = tmp_path / "home"
    copy_home(stages[last].before, home)
    settings = settings_of(home, last)
    assert len(list(settings.preview.glob("2*"))) == 1
    assert run(run_room, last.room, catalogue, settings) == 0
    releases = sorted(path for path in settings.published.glob("2*") if path.is_dir())
    assert len(releases) == 2
    assert not [fault for path in releases for fault in read_release(path, settings)]
    assert not settings.preview.exists() or not list(settings.preview.iterdir())


# What is fast enough for every run: the room that receives, and one feed from there to its verdict.


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Mapping[str, Stage]:
    """A home before and after landing, and before and after one feed was judged."""
    folder = tmp_path_factory.mktemp("received")
    home = folder / "home"
    new_home(home, inbox(folder / "drops"), without=())
    stages = {}
    for room in ("landing", "contracts"):
        step = Step(1, room)
        copy_home(home, folder / room)
        stood = contents(home)
        points = points_of(run_room, room, only(catalogue, FEED), settings_of(home, step))
        stages[room] = Stage(step, folder / room, points, stood, contents(home))
    return stages


@pytest.mark.parametrize(("room", "kills"), [("landing", 8), ("contracts", 3)])
def test_a_kill_while_receiving_or_judging_changes_nothing_of_what_comes_after(
    received: Mapping[str, Stage], catalogue: Catalogue, tmp_path: Path, room: str, kills: int
) -> None:
    stage = received[room]
    numbers = spread(stage.points, kills)
    assert len(numbers) >= kills - 1
    assert not after_kills(stage, only(catalogue, FEED), tmp_path, numbers)
