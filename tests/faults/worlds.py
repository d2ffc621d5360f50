"""A tiny borough over two nights, room by room: what stood before each room, and after it.

Belongs here: the homes that the fault tests start from, and what may stand between two of them.
Does not belong here: faults. The second night brings the drops of some providers that the first
one lacked, while what the first one published stands.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from urllib.parse import unquote

from insight_pipeline.governance.pseudonym import KEY_BYTES
from insight_pipeline.indicators.catalogue import Catalogue, load_catalogue
from insight_pipeline.kernel.atomic import WORK_SUFFIX
from insight_pipeline.settings import Settings
from insight_pipeline.simulation.borough import simulate
from tests.conftest import ROOT
from tests.faults.killing import points_of
from tests.faults.rooms import ROOMS, run_room
from tests.faults.stores import contents

CITIZENS, MONTHS, SEED = 60, 3, 1
# Providers whose drops come in the second night: bare files, workbooks and documents among them.
LATER = ("kidsfirst", "voices", "merebank")
LISTS = "outbox/*/index.html"
LINK = re.compile(r'href="([^"#:]+)"')


@dataclass(frozen=True)
class Step:
    """One room in one night; `every` public release where `frequency` says so."""

    night: int
    room: str
    frequency: str | None = None

    @property
    def name(self) -> str:
        return "-".join(filter(None, (f"night{self.night}", self.room, self.frequency)))


STEPS = (
    *(Step(1, room) for room in ROOMS),
    *(Step(2, room) for room in ROOMS),
    # The second night makes a preview; this makes it a release, which takes the preview away.
    Step(2, "publication", "nightly"),
)


@dataclass(frozen=True)
class Stage:
    """A home just before a step, the points the step passes, and the stores before and after it."""

    step: Step
    before: Path
    points: Sequence[str]
    stood: dict[str, str]
    stands: dict[str, str]


def inbox(folder: Path) -> Path:
    """Every provider's drops."""
    simulate(folder / "inbox", folder / "truth", CITIZENS, MONTHS, SEED)
    return folder / "inbox"


def new_home(home: Path, drops: Path, *, without: Sequence[str] = ()) -> None:
    """A home with these drops, under a key that is the same in each: pseudonyms are compared."""
    (home / "secrets").mkdir(parents=True)
    (home / "secrets" / "pseudonym.key").write_bytes(bytes(range(KEY_BYTES)))
    deliver(home, drops, [each.name for each in drops.iterdir() if each.name not in without])


def deliver(home: Path, drops: Path, providers: Sequence[str]) -> None:
    for provider in providers:
        shutil.copytree(drops / provider, home / "inbox" / provider)


def copy_home(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, symlinks=True)


def settings_of(home: Path, step: Step) -> Settings:
    return Settings(home=home, project=ROOT, release_frequency=step.frequency)


def two_nights(folder: Path, catalogue: Catalogue) -> Iterator[Stage]:
    """Run both nights once, undisturbed; a copy of the home is kept from before every step."""
    home, drops = folder / "home", inbox(folder / "drops")
    new_home(home, drops, without=LATER)
    stood = contents(home)
    for step in STEPS:
        if step == Step(2, "landing"):
            deliver(home, drops, LATER)
        before = folder / "before" / step.name
        copy_home(home, before)
        points = points_of(run_room, step.room, catalogue, settings_of(home, step))
        stands = contents(home)
        yield Stage(step, before, points, stood, stands)
        stood = stands


def whole_catalogue() -> Catalogue:
    return load_catalogue(Settings(home=ROOT / "home", project=ROOT))


def only(catalogue: Catalogue, *stems: str) -> Catalogue:
    """The catalogue with these contracts alone."""
    kept = tuple(each for each in catalogue.contracts if each.stem in stems)
    return replace(catalogue, contracts=kept)


def half_done(stage: Stage, between: Mapping[str, str]) -> list[str]:
    """What stands under its own name but is from neither before nor after; releases that went."""
    named = {name: mark for name, mark in between.items() if WORK_SUFFIX not in name}
    # A provider's list of its feedback grows from feed to feed: dead_links looks at it.
    named = {name: mark for name, mark in named.items() if not PurePath(name).match(LISTS)}
    neither = [
        name
        for name, mark in named.items()
        if mark not in (stage.stood.get(name), stage.stands.get(name))
    ]
    whole = {name for name in stage.stood if name.startswith("published/")}
    for pointer in ("published/latest", "preview/latest"):
        parent, _, _ = pointer.partition("/")
        if pointer in named:
            release = f"{parent}/{named[pointer].removeprefix('link to ')}/"
            files = {name for name in stage.stands | stage.stood if name.startswith(release)}
            whole |= files or {f"{release} is nowhere"}
    return neither + sorted(whole - named.keys())


def dead_links(home: Path) -> list[str]:
    """Links of providers' lists of their feedback that lead nowhere."""
    return [
        f"{page.relative_to(home)}: {link}"
        for page in home.glob(LISTS)
        for link in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / unquote(link)).exists()
    ]
