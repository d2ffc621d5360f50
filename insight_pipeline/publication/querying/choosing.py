"""Which release is meant: by name, by the beginning of its name, or as latest, previous, preview.

Belongs here: from a word to the folder of one release. Does not belong here: what is read from it.
A name is looked up among the releases there are and never made into a path.
"""

from __future__ import annotations

from pathlib import Path

from insight_pipeline.kernel.errors import Fault, InsightError, nearest
from insight_pipeline.publication.history import previous_releases
from insight_pipeline.publication.releasing.pointer import LATEST, latest_name
from insight_pipeline.settings import Settings

PREVIOUS = "previous"
PREVIEW = "preview"


class WrongUse(InsightError):
    """What was asked cannot be answered as it was asked: the asker can mend it, nothing failed."""


def choose(settings: Settings, name: str = LATEST) -> Path:
    """Folder of the release that `name` means, resolved once.

    A full name, an unambiguous beginning of one, `latest` (what readers are sent to), `previous`
    (the one before that) or `preview`. InsightError where nothing is published or previewed;
    WrongUse where no release, or more than one, has such a name.
    """
    if name == PREVIEW:
        return _preview(settings)
    releases = previous_releases(settings.published)
    if not releases:
        raise InsightError([_nothing(settings.published)])
    if name in (LATEST, PREVIOUS):
        return _by_place(releases, settings, name)
    found = [path for path in releases if path.name == name]
    found = found or [path for path in releases if name and path.name.startswith(name)]
    if len(found) != 1:
        raise WrongUse([_not_one(name, [path.name for path in found or releases], bool(found))])
    return found[0]


def _by_place(releases: tuple[Path, ...], settings: Settings, name: str) -> Path:
    pointed = latest_name(settings.published)
    latest = next((path for path in releases if path.name == pointed), releases[-1])
    if name == LATEST:
        return latest
    place = releases.index(latest)
    if place == 0:
        raise InsightError([_only_one(latest.name)])
    return releases[place - 1]


def _preview(settings: Settings) -> Path:
    name = latest_name(settings.preview)
    if name is None:
        raise InsightError(
            [
                Fault(
                    where=str(settings.preview),
                    expected="a preview of figures that are not released yet",
                    found="none",
                    consequence="nothing is shown",
                    next_step="ask for the release: what there is has been released",
                )
            ]
        )
    return settings.preview / name


def _nothing(published: Path) -> Fault:
    return Fault(
        where=str(published),
        expected="a release",
        found="Nothing is published yet",
        consequence="there is nothing to show",
        next_step="run `insight nightly`",
    )


def _only_one(name: str) -> Fault:
    return Fault(
        where=f"release {name}",
        expected="a release before it",
        found="none: it is the first",
        consequence="nothing is shown",
        next_step="wait for the next release, or ask for `latest`",
    )


def _not_one(name: str, names: list[str], is_ambiguous: bool) -> Fault:
    found = f"'{name}', which {len(names)} releases begin with" if is_ambiguous else f"'{name}'"
    told = f"one of {', '.join(names)}" if is_ambiguous else nearest(name, names)
    return Fault(
        where="name of a release",
        expected="a release, the beginning of its name, latest, previous or preview",
        found=found,
        consequence="nothing is shown",
        next_step=f"{told}; `insight releases` lists them all",
    )
