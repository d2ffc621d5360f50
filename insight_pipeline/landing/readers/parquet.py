"""Parquet files as numbered text rows, every value exactly as it is stored.

Dates, times and decimals become their ISO or decimal text; lists and structures become JSON; bytes
become hexadecimal digits, because no text could be told from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from insight_pipeline.landing.readers.archive import damage_as
from insight_pipeline.landing.readers.sink import Sink
from insight_pipeline.landing.reading import ROW, ReaderOptions, UnreadableError

ROWS_OF_A_BATCH = 100_000
PATTERN_SIGNS = re.compile(r"[*?\[]")


def read(path: Path, options: ReaderOptions, promised: Sequence[str], sink: Sink) -> None:
    """Every column as text; `_row` is the record number."""
    try:
        with damage_as(UnreadableError("broken_parquet")):
            document = pq.ParquetFile(path)
            sink.physical, names = _counted(document.metadata), document.schema_arrow.names
    except MemoryError:
        raise
    except pa.ArrowException:
        raise UnreadableError("broken_parquet") from None
    with duckdb.connect() as connection:
        # Within the limits of this process; nothing of a file is to spill beside it.
        connection.execute("set threads = 2; set memory_limit = '2GB'; set temp_directory = ''")
        connection.execute("set timezone = 'UTC'; set preserve_insertion_order = true")
        try:
            _read(connection, path, names, sink)
        except duckdb.OutOfMemoryException:
            raise MemoryError from None
        except duckdb.Error:
            raise UnreadableError("broken_parquet") from None


def _counted(footer: pq.FileMetaData) -> int:
    """The records by the footer, which must agree with itself."""
    groups = sum(footer.row_group(number).num_rows for number in range(footer.num_row_groups))
    if groups != footer.num_rows:
        raise UnreadableError("broken_parquet")
    return int(groups)


def _source(path: Path) -> str:
    """This one file: no sign of its name is a pattern, no folder of its path a column."""
    name = PATTERN_SIGNS.sub(r"[\g<0>]", str(path)).replace("'", "''")
    return f"read_parquet('{name}', hive_partitioning = false)"


def _read(connection: duckdb.DuckDBPyConnection, path: Path, names: list[str], sink: Sink) -> None:
    source = _source(path)
    relation = connection.sql(f"select * from {source}")
    # By the file's own names: DuckDB renames those that differ in case only.
    columns = sink.begin(names)
    kinds = [str(kind) for kind in relation.types]
    if any(kind == "BLOB" for kind in kinds):
        sink.note("binary_as_hexadecimal")
    texts = [
        f"nullif({_as_text(_quoted(name), kind)}, '')"
        for name, kind in zip(relation.columns, kinds, strict=True)
    ]
    if not texts:
        raise UnreadableError("broken_parquet")
    found = connection.sql(f"select {', '.join(texts)} from {source}")
    # Numbered here, without a sort: DuckDB keeps the order of one file, and its own row number is
    # a column that the file may have itself.
    last = 0
    for batch in _batches(found.to_arrow_reader(ROWS_OF_A_BATCH)):
        numbers = pa.array(np.arange(last + 1, last + 1 + batch.num_rows))
        last += batch.num_rows
        sink.rows(pa.Table.from_arrays([numbers, *batch.columns], names=[ROW, *columns]))


def _batches(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    """What DuckDB streams; damage in the middle of a file reaches us through Arrow."""
    while True:
        try:
            with damage_as(UnreadableError("broken_parquet")):
                batch = reader.read_next_batch()
        except StopIteration:
            return
        except pa.ArrowException:
            raise UnreadableError("broken_parquet") from None
        yield batch


def _as_text(name: str, kind: str) -> str:
    if kind == "BLOB":
        return f"lower(hex({name}))"
    nested = kind.endswith("]") or kind.startswith(("STRUCT(", "MAP("))
    return f"to_json({name})::varchar" if nested else f"{name}::varchar"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
