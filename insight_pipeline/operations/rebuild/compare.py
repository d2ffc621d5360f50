"""Whether a release that was made again is the one that was published.

Belongs here: verdicts on releases. Does not belong here: making them again (replay.py). Compared
are the name, which holds a hash of all a reader sees of the figures, and the hash of every open
data file. The database's bytes are never the same twice; it is made of these files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import duckdb

from insight_pipeline.kernel.fingerprint import file_sha256
from insight_pipeline.kernel.strict import parse_json
from insight_pipeline.operations.journal.entry import Code, Step
from insight_pipeline.publication.disclosure.earlier import FIGURES
from insight_pipeline.publication.history import DESCRIPTION
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect, identifier, literal


class Verdict(StrEnum):
    """What comparing a release came to, in the words of the table people see."""

    SAME = "the same"
    SAME_FIGURES = "the same figures"
    DIFFERENT = "DIFFERENT"
    DAMAGED = "DAMAGED"
    NOT_MADE = "NOT REBUILT"
    BEFORE = "before the journal"


SOUND = (Verdict.SAME, Verdict.SAME_FIGURES, Verdict.BEFORE)


@dataclass(frozen=True)
class Compared:
    """A release or preview of the journal beside what its replay made.

    entry: number of the journal's entry. code: the code it was made by, where that is not today's.
    """

    release: str
    entry: int
    is_preview: bool
    verdict: Verdict
    words: str = ""
    code: Code | None = None

    @property
    def is_sound(self) -> bool:
        return self.verdict in SOUND


@dataclass(frozen=True)
class Rebuilt:
    """What a replay made at a step of publication; None: nothing was due or possible."""

    path: Path | None
    is_preview: bool


def compare(
    step: Step, made: Rebuilt, other_code: Code | None, is_whole: bool, settings: Settings
) -> tuple[Verdict, str]:
    """The verdict on one release and, in a few words, why.

    is_whole: the journal goes back to the first night, so that what a release says of the past
    must be the same as well. settings: of the home whose journal it is.
    """
    if made.path is None:
        return Verdict.NOT_MADE, "nothing was published by the replay"
    damaged = _damaged(settings.published / str(step.release), step.files)
    if damaged:
        return Verdict.DAMAGED, f"its published copy: {', '.join(damaged)}"
    if made.path.name == step.release:
        other = _other_files(made.path, step.files)
        if not other:
            return Verdict.SAME, ""
        if other_code is None and is_whole:
            return Verdict.DIFFERENT, f"in {', '.join(other)}"
        return Verdict.SAME_FIGURES, f"not in {', '.join(other)}"
    if other_code is not None and not step.is_preview:
        return _figures(settings.published / str(step.release), made.path, settings)
    return Verdict.DIFFERENT, f"came out as {made.path.name}"


def _other_files(folder: Path, files: Mapping[str, str]) -> list[str]:
    said = parse_json((folder / DESCRIPTION).read_text(encoding="utf-8"), DESCRIPTION)["sha256"]
    return sorted(name for name, digest in files.items() if said.get(name) != digest)


def _damaged(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Files of the published copy that are not what was published; none where there is no copy."""
    if not folder.is_dir():
        return []
    return sorted(
        name
        for name, digest in files.items()
        if not (folder / name).is_file() or file_sha256(folder / name) != digest
    )


def _figures(published: Path, made: Path, settings: Settings) -> tuple[Verdict, str]:
    """Rows that differ in the columns both have: another version may publish more columns."""
    if not (published / FIGURES).is_file():
        return Verdict.DIFFERENT, f"came out as {made.name}; there is no published copy to look at"
    with connect(settings) as connection:
        rows = sum(_only_in_first(connection, published / FIGURES, made / FIGURES))
    if rows:
        return Verdict.DIFFERENT, f"{rows:,} figures differ; came out as {made.name}"
    return Verdict.SAME_FIGURES, f"under the name {made.name}"


def _only_in_first(connection: duckdb.DuckDBPyConnection, one: Path, other: Path) -> Iterator[int]:
    sources = [f"read_parquet({literal(str(path))})" for path in (one, other)]
    columns = [
        [str(row[0]) for row in connection.execute(f"describe from {source}").fetchall()]
        for source in sources
    ]
    both = ", ".join(identifier(name) for name in columns[0] if name in columns[1])
    for first, second in (sources, reversed(sources)):
        query = f"select {both} from {first} except all select {both} from {second}"
        yield int(connection.execute(f"select count(*) from ({query})").fetchall()[0][0])
