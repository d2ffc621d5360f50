"""Which reader takes a file, by the end of its name; a file nobody reads stops the release.

Belongs here: that table. Does not belong here: reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from insight_pipeline.kernel.errors import Fault
from insight_pipeline.publication.identifiers.files.database import read_database
from insight_pipeline.publication.identifiers.files.markup import read_html, read_xml
from insight_pipeline.publication.identifiers.files.part import Reader
from insight_pipeline.publication.identifiers.files.plain import read_json, read_lines
from insight_pipeline.publication.identifiers.files.tabular import read_csv, read_parquet
from insight_pipeline.publication.identifiers.files.workbook import read_workbook

READERS: Mapping[str, Reader] = MappingProxyType(
    {
        ".duckdb": read_database,
        ".csv": read_csv,
        ".parquet": read_parquet,
        ".xlsx": read_workbook,
        ".json": read_json,
        ".html": read_html,
        ".svg": read_xml,
        ".xml": read_xml,
        ".css": read_lines,
        ".js": read_lines,
        ".mjs": read_lines,
        ".sql": read_lines,
        ".md": read_lines,
        ".txt": read_lines,
        "SHA256SUMS": read_lines,
    }
)


def reader_of(path: Path) -> Reader | None:
    """The reader of a file; None where no reader knows its form."""
    return READERS.get(path.name) or READERS.get(path.suffix.lower())


def unknown_form(relative: str) -> Fault:
    """A file that could hold anything."""
    return Fault(
        where=f"publication: {relative}",
        expected=f"a file the gate can read: {', '.join(READERS)}",
        found="another form",
        consequence="the release is thrown away, the last one stays",
        next_step="leave the file out, or give its form a reader in publication/identifiers/files/",
    )


def not_the_pinned(relative: str) -> Fault:
    """A file in the place of a program of others that is not that program."""
    return Fault(
        where=f"publication: {relative}",
        expected="the file whose hash stands in publication/explore/pins.json",
        found="another one",
        consequence="the release is thrown away, the last one stays",
        next_step="fetch the query page's parts anew with `make explore`, then run again",
    )


def nothing_there() -> Fault:
    """A folder without files is no release, and no clean one either."""
    return Fault(
        where="publication: the release's folder",
        expected="files to scan for identifiers",
        found="none",
        consequence="nothing is published, the last release stays",
        next_step="run again; report it when it happens twice",
    )
