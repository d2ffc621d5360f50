"""All texts of a release folder, each distinct one once, and where it stands.

Belongs here: gathering what the readers hand over. Does not belong here: reading (files/), or
looking for anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from insight_pipeline.kernel.errors import Fault, InsightError, raise_all
from insight_pipeline.kernel.fingerprint import file_sha256
from insight_pipeline.publication.explore.pins import pinned_files
from insight_pipeline.publication.identifiers.expected import Expected
from insight_pipeline.publication.identifiers.files.choose import (
    not_the_pinned,
    nothing_there,
    reader_of,
    unknown_form,
)
from insight_pipeline.publication.identifiers.files.part import Part, part
from insight_pipeline.publication.identifiers.folding import folded, without
from insight_pipeline.settings import Settings

_STANDS = {"group": pl.UInt32, "text": pl.String}


@dataclass(frozen=True)
class Place:
    """Where texts stand; `number` stands for `name` where the name itself holds an identifier."""

    file: str
    file_number: str
    name: str
    number: str


@dataclass(frozen=True)
class Gathered:
    """texts: (text_id, text), folded and without what is expected. stands: (group, text_id).

    Place number n has its values in group 2n and its own name in group 2n + 1.
    """

    files: int
    places: tuple[Place, ...]
    texts: pl.DataFrame
    stands: pl.DataFrame


def gather(folder: Path, settings: Settings, expected: Expected) -> Gathered:
    """Read every file of the folder; InsightError names all that cannot be read, at once."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    places: list[Place] = []
    columns: list[pl.Series] = []
    faults: list[Fault] = []
    for number, path in enumerate(paths, start=1):
        relative = path.relative_to(folder).as_posix()
        try:
            parts = _parts(path, relative, settings)
        except InsightError as error:
            faults.extend(error.faults)
            continue
        for found in parts:
            places.append(Place(relative, f"file {number}", found.place, found.number))
            columns += [_in_context(found), pl.Series([found.place], dtype=pl.String)]
    raise_all(faults if paths else [nothing_there()])
    return _distinct(len(paths), tuple(places), columns, expected)


def _parts(path: Path, relative: str, settings: Settings) -> list[Part]:
    name = part("name of the file", "name of the file", [relative])
    pinned = pinned_files().get(relative)
    if pinned is not None:
        # Programs of others, known by their hash, were there before any of our data.
        if file_sha256(path) != pinned:
            raise InsightError([not_the_pinned(relative)])
        return [name]
    reader = reader_of(path)
    if reader is None:
        raise InsightError([unknown_form(relative)])
    return [name, *reader(path, settings)]


def _in_context(found: Part) -> pl.Series:
    """The texts of a part; of a column called after UPRNs each number is called so."""
    if "uprn" in found.place.lower():
        return "uprn " + found.texts
    return found.texts


def _distinct(
    files: int, places: tuple[Place, ...], columns: list[pl.Series], expected: Expected
) -> Gathered:
    groups = np.repeat(np.arange(len(columns), dtype=np.uint32), [len(each) for each in columns])
    texts = pl.concat([pl.Series([], dtype=pl.String), *(each.alias("") for each in columns)])
    rows = pl.DataFrame({"group": groups, "text": texts}, schema=_STANDS).drop_nulls().unique()
    raw = rows.select("text").unique().sort("text").with_row_index("text_id")
    stands = rows.join(raw, on="text").select("group", "text_id")
    plain = raw.select("text_id", text=without(folded(pl.col("text")), expected.known))
    return Gathered(files, places, plain, stands)
