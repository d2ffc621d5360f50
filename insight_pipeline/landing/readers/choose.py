"""The one place where a format's name meets its reader."""

from __future__ import annotations

from pathlib import Path

from insight_pipeline.landing.readers import csv, documents, tables
from insight_pipeline.landing.reading import Reader, ReaderOptions, Reading

READERS: dict[str, Reader] = {
    "csv": csv.read,
    "json": documents.read_json,
    "ndjson": documents.read_ndjson,
    "parquet": tables.read_parquet,
    "xlsx": tables.read_xlsx,
    "xml": documents.read_xml,
}


def read(path: Path, options: ReaderOptions) -> Reading:
    """The content of `path` as numbered rows of text, by the contract's declared format."""
    return READERS[options.format](path, options)
