"""The one place where a format's name meets its reader, and a document its parts."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl

from insight_pipeline.landing.readers import csv, documents, parquet, workbook
from insight_pipeline.landing.readers.archive import is_workbook, is_zip, unpack
from insight_pipeline.landing.readers.parts import united
from insight_pipeline.landing.readers.sink import Sink
from insight_pipeline.landing.reading import Content, ReaderOptions, Reading, UnreadableError

Reader = Callable[[Path, ReaderOptions, Sequence[str], Sink], None]

READERS: dict[str, Reader] = {
    "csv": csv.read,
    "json": documents.read_json,
    "ndjson": documents.read_ndjson,
    "parquet": parquet.read,
    "xlsx": workbook.read,
    "xml": documents.read_xml,
}


def read_content(
    path: Path, options: ReaderOptions, promised: Sequence[str], rows: Path
) -> Content:
    """Read a document by the contract's declared format; its rows are written to `rows`."""
    with tempfile.TemporaryDirectory(dir=rows.parent) as work:
        parts = _parts(path, options, Path(work))
        if len(parts) == 1:
            return _read_part(*parts[0], promised, rows)
        contents = [
            _read_part(part, own, promised, Path(work) / f"part-{number}.parquet")
            for number, (part, own) in enumerate(parts, start=1)
        ]
        return united(contents, rows)


def read(path: Path, options: ReaderOptions, promised: Sequence[str] = ()) -> Reading:
    """The same in memory and in this process, for files one trusts."""
    with tempfile.TemporaryDirectory() as work:
        content = read_content(path, options, promised, Path(work) / "rows.parquet")
        rows = pl.read_parquet(content.rows)
    return Reading(rows, content.rejects, content.duplicate_columns, content.notes, content.lines)


def _read_part(path: Path, options: ReaderOptions, promised: Sequence[str], rows: Path) -> Content:
    sink = Sink(rows, options)
    READERS[options.format](path, options, promised, sink)
    return sink.content()


def _parts(path: Path, options: ReaderOptions, work: Path) -> list[tuple[Path, ReaderOptions]]:
    """The files and sheets a document consists of, each with options for itself alone."""
    files = [path]
    # NDJSON alone needs no byte to say that there is nobody this month.
    if path.stat().st_size == 0 and options.format != "ndjson":
        raise UnreadableError("empty_file")
    if options.format != "xlsx" and is_zip(path) and is_workbook(path, when_broken=False):
        raise UnreadableError("workbook_instead")
    if is_zip(path) and not (options.format == "xlsx" and is_workbook(path)):
        files = unpack(path, options, work)
        if any(is_zip(f) and not (options.format == "xlsx" and is_workbook(f)) for f in files):
            raise UnreadableError("nested_zip")
    if not options.sheets:
        return [(file, options) for file in files]
    return [
        (file, options.model_copy(update={"sheet": sheet, "sheets": None}))
        for file in files
        for sheet in workbook.sheets_of(file, options)
    ]
