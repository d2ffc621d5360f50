"""CSV and Parquet: every column as text, and Parquet's key-value metadata.

Belongs here: the two forms of tables that are no database. Does not belong here: workbooks.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl

from insight_pipeline.publication.identifiers.files.part import Part, columns_of, unreadable
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect, identifier, literal


def read_csv(path: Path, settings: Settings) -> Iterator[Part]:
    """One part per column; a row too long, or bytes that are not UTF-8, stop the reading."""
    if not path.stat().st_size:
        return
    try:
        frame = pl.read_csv(path, infer_schema=False, truncate_ragged_lines=False)
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        raise unreadable(path, type(error).__name__) from None
    for number, column in enumerate(frame.iter_columns(), start=1):
        yield Part(column.name, f"column {number}", column.unique())


def read_parquet(path: Path, settings: Settings) -> Iterator[Part]:
    """One part per column, one for the key-value metadata of the file, one for its writer."""
    file = literal(str(path))
    try:
        with connect(settings) as connection:
            columns = connection.execute(f"describe from read_parquet({file})").fetchall()
            for number, (name, *_) in enumerate(columns, start=1):
                query = f"select distinct {identifier(name)}::varchar as text from "
                (texts,) = columns_of(connection, f"{query} read_parquet({file})")
                yield Part(name, f"column {number}", texts)
            yield from _metadata(connection, file)
    except duckdb.Error as error:
        raise unreadable(path, type(error).__name__) from None


def _metadata(connection: duckdb.DuckDBPyConnection, file: str) -> Iterator[Part]:
    pairs = f"""
        select decode(key) as key, decode(value) as text from parquet_kv_metadata({file})
    """
    for number, (key, text) in enumerate(connection.execute(pairs).fetchall(), start=1):
        place = f"metadata {key}"
        yield Part(place, f"metadata {number}", pl.Series("text", [text], dtype=pl.String))
    writer = f"select created_by as text from parquet_file_metadata({file})"
    (texts,) = columns_of(connection, writer)
    yield Part("created_by", "created_by", texts)
