"""The publication gate: no closed file of a release holds an identifier, or there is no release.

Belongs here: looking for every kind in every text, and saying where without saying what. Does not
belong here: the kinds (kinds.py) or reading files (files/). docs/release-gate.md says what is
looked for, what passes and what is out of its reach.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from insight_pipeline.kernel.errors import Fault, raise_all
from insight_pipeline.linkage.known_names import count_known_names
from insight_pipeline.publication.identifiers.expected import Expected, expect
from insight_pipeline.publication.identifiers.folding import folded
from insight_pipeline.publication.identifiers.kinds import KINDS, Kind
from insight_pipeline.publication.identifiers.names import own_phrases, phrases
from insight_pipeline.publication.identifiers.texts import Gathered, Place, gather
from insight_pipeline.settings import Settings

NAMES = "names of known people"
_NAMES_NEXT_STEP = (
    "find the column or template it comes from, and leave the name out there; words of the "
    "project's own files are no names"
)


@dataclass(frozen=True)
class Scanned:
    """What was looked through, in numbers; `skipped` names kinds that could not be looked for."""

    files: int
    places: int
    texts: int
    kinds: tuple[str, ...]
    skipped: tuple[str, ...]


@dataclass(frozen=True)
class Hits:
    """A kind and how many of it each group of texts holds."""

    words: str
    next_step: str
    counts: dict[int, int]


def scan_release(folder: Path, settings: Settings) -> Scanned:
    """What was scanned, or an InsightError with a fault per kind and place that holds any.

    `folder` is a release before it is renamed into place, every file closed. Names are looked for
    where there is an identity store. Nothing but the folder, the project's own files and that store
    is read. No message, nor anything returned, holds a value found.
    """
    expected = expect(folder, settings)
    gathered = gather(folder, settings, expected)
    hits = [_hits(kind, gathered, expected) for kind in KINDS]
    named = _named(gathered, settings)
    found = [*hits, *([named] if named else [])]
    raise_all(_faults(found, gathered.places))
    return Scanned(
        files=gathered.files,
        places=len(gathered.places),
        texts=gathered.texts.height,
        kinds=tuple(each.words for each in found),
        skipped=() if named else (NAMES,),
    )


def _hits(kind: Kind, gathered: Gathered, expected: Expected) -> Hits:
    found = kind.find(gathered.texts).unique()
    if kind.may_be_said:
        said = expected.said.to_frame("text").select(text=folded(pl.col("text")))
        public = kind.find(said.with_row_index("text_id"))["found"].to_list()
        found = found.filter(~pl.col("found").is_in([*public, *expected.days]))
    counts = (
        gathered.stands.join(found, on="text_id").group_by("group").agg(pl.col("found").n_unique())
    )
    return Hits(kind.words, kind.next_step, dict(counts.iter_rows()))


def _named(gathered: Gathered, settings: Settings) -> Hits | None:
    """Places with names of known people; None where nobody is known."""
    candidates = phrases(gathered.texts)
    counts = _known(candidates, gathered, settings)
    if counts:
        # Only now: the project's own words are many, and most releases name nobody anyhow.
        own = own_phrases(settings, _areas(gathered)).to_list()
        others = candidates.filter(~pl.col("phrase").str.to_lowercase().is_in(own))
        counts = _known(others, gathered, settings)
    return None if counts is None else Hits(NAMES, _NAMES_NEXT_STEP, counts)


def _known(
    candidates: pl.DataFrame, gathered: Gathered, settings: Settings
) -> dict[int, int] | None:
    placed = gathered.stands.join(candidates, on="text_id").select(place="group", phrase="phrase")
    people = count_known_names(settings.identity, placed.unique())
    return None if people is None else dict(people.iter_rows())


def _areas(gathered: Gathered) -> pl.Series:
    """Names of the areas as the database lists them: a ward may be called like a citizen."""
    groups = [
        2 * number
        for number, place in enumerate(gathered.places)
        if (place.file, place.name) == ("indicators.duckdb", "area.area_name")
    ]
    listed = gathered.stands.filter(pl.col("group").is_in(groups))
    return listed.join(gathered.texts, on="text_id")["text"]


def _faults(found: list[Hits], places: tuple[Place, ...]) -> Iterator[Fault]:
    flagged = {group for hits in found for group in hits.counts}
    for hits in found:
        for group, count in sorted(hits.counts.items()):
            yield Fault(
                where=f"publication: {_where(group, places, flagged)}",
                expected=f"no {hits.words}",
                found=f"{count} of them",
                consequence="the release is thrown away, the last one stays",
                next_step=hits.next_step,
            )


def _where(group: int, places: tuple[Place, ...], flagged: set[int]) -> str:
    """File and place in words that hold no value: numbers where a name is itself a finding."""
    place = places[group // 2]
    own_name = next(n for n, each in enumerate(places) if each.file == place.file)
    file = place.file_number if 2 * own_name in flagged else place.file
    name = place.number if 2 * (group // 2) + 1 in flagged else place.name
    return f"{file}, {'heading of ' if group % 2 else ''}{name}"
