"""Parquet files as numbered text rows, every value exactly as it is stored.

Dates, times and decimals become their ISO or decimal text; lists and structures become JSON; bytes
become hexadecimal digits, because no text could be told from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from insight_pipeline.landing.readers.sink import Sink
from insight_pipeline.landing.reading import ROW, ReaderOptions, UnreadableError

ROWS_OF_A_BATCH = 100_000
NUMBER = "file_row_number"


def read(path: Path, options: ReaderOptions, promised: Sequence[str], sink: Sink) -> None:
    """Every column as text; `_row` is the record number."""
    try:
        document = pq.ParquetFile(path)
        sink.physical, names = document.metadata.num_rows, document.schema_arrow.names
    except (pa.ArrowException, OSError, ValueError):
        raise UnreadableError("broken_parquet") from None
    with duckdb.connect() as connection:
        # Within the limits of this process; nothing of a file is to spill beside it.
        connection.execute("set threads = 2; set memory_limit = '2GB'; set temp_directory = ''")
        connection.execute("set timezone = 'UTC'")
        try:
            _read(connection, path, names, sink)
        except duckdb.OutOfMemoryException:
            raise MemoryError from None
        except duckdb.Error:
            raise UnreadableError("broken_parquet") from None


def _read(connection: duckdb.DuckDBPyConnection, path: Path, names: list[str], sink: Sink) -> None:
    source = f"read_parquet('{str(path).replace(chr(39), chr(39) * 2)}', {NUMBER} = true)"
    relation = connection.sql(f"select * exclude ({NUMBER}) from {source}")
    # By the file's own names: DuckDB renames those that differ in case only.
    columns = sink.begin(names)
    kinds = [str(kind) for kind in relation.types]
    if any(kind == "BLOB" for kind in kinds):
        sink.note("binary_as_hexadecimal")
    texts = [
        f"nullif({_as_text(_quoted(name), kind)}, '')"
        for name, kind in zip(relation.columns, kinds, strict=True)
    ]
    selected = ", ".join([f"{NUMBER} + 1", *texts])
    # Without a sort: one file is read in its own order.
    for batch in connection.sql(f"select {selected} from {source}").to_arrow_reader(
        ROWS_OF_A_BATCH
    ):
        sink.rows(pa.Table.from_batches([batch]).rename_columns([ROW, *columns]))


def _as_text(name: str, kind: str) -> str:
    if kind == "BLOB":
        return f"lower(hex({name}))"
    nested = kind.endswith("]") or kind.startswith(("STRUCT(", "MAP("))
    return f"to_json({name})::varchar" if nested else f"{name}::varchar"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
