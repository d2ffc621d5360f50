"""Which version of this package a home was last used by, and what follows from that.

Belongs here: home/version.json, and refusing a home that a newer version has used. Does not belong
here: steps that bring an older home up to date. There are none: everything derived is made again
where the code that made it has changed, and what cannot be made again only ever gains.
Versions that differ in their last part alone (0.2.1, 0.2.3) read each other's homes.
"""

from __future__ import annotations

import re
from pathlib import Path

from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.strict import StrictModel, load_json
from insight_pipeline.publication.releasing.provenance import package_version
from insight_pipeline.settings import Settings


class HomeVersion(StrictModel):
    """The version that last worked in the home; None where the package was not installed."""

    package: str | None


def read_home(settings: Settings) -> HomeVersion | None:
    """None for a new home, and for one of the time before homes bore a mark (0.1)."""
    path = _path(settings)
    return load_json(path, HomeVersion) if path.is_file() else None


def refuse_newer_home(settings: Settings) -> None:
    """InsightError where a newer version than this one has worked in the home; reads only."""
    known = read_home(settings)
    refuse_newer(known.package if known else None)


def refuse_newer(package: str | None) -> None:
    """InsightError where `package`, the version that made something, is newer than this one."""
    ours = package_version()
    if package and ours and _order(package) > _order(ours):
        raise InsightError([_newer(package, ours)])


def mark_home(settings: Settings) -> None:
    """Note that this version works in the home; the caller holds it."""
    refuse_newer_home(settings)
    now = HomeVersion(package=package_version())
    if read_home(settings) != now:
        with replacing_file(_path(settings)) as work:
            work.write_text(now.model_dump_json() + "\n", encoding="utf-8")


def _path(settings: Settings) -> Path:
    return settings.home / "version.json"


def _order(version: str) -> tuple[int, ...]:
    """The two first numbers of a version: what decides whether a home can be read."""
    numbers = [int(number) for number in re.findall(r"\d+", version)[:2]]
    return (*numbers, *(0,) * (2 - len(numbers)))


def _newer(known: str, ours: str) -> Fault:
    return Fault(
        where="home folder: version.json",
        expected=f"a home last used by version {ours} or an older one",
        found=f"one used by version {known}",
        consequence="nothing is read or changed: this version may not know what stands in it",
        next_step=f"install version {known} again; or restore the backup made before the upgrade",
    )
