"""Several sheets, or several members of a zip, as the one delivery they are.

Belongs here: putting parts together so that no row and no column is lost. Does not belong here:
reading a part.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from insight_pipeline.landing.reading import ROW, ROWS_OF_A_PART, Content, Lines

ROWS_OF_A_BATCH = 100_000


def united(parts: Sequence[Content], rows: Path) -> Content:
    """One content: columns meet by name; rows of part n count on from (n - 1) billion."""
    columns = tuple(dict.fromkeys(column for part in parts for column in part.columns))
    schema = pa.schema([(ROW, pa.int64()), *((column, pa.large_string()) for column in columns)])
    with pq.ParquetWriter(rows, schema) as writer:
        for number, part in enumerate(parts):
            for batch in pq.ParquetFile(part.rows).iter_batches(ROWS_OF_A_BATCH):
                writer.write_table(_shifted(batch, number * ROWS_OF_A_PART, schema))
    shift = pl.lit(ROWS_OF_A_PART, pl.Int64)
    rejects = [
        part.rejects.with_columns(pl.col(ROW) + number * shift) for number, part in enumerate(parts)
    ]
    differ = any(set(part.columns) != set(columns) for part in parts)
    notes = _summed(note for part in parts for note in part.notes)
    return Content(
        rows=rows,
        columns=columns,
        accepted=sum(part.accepted for part in parts),
        rejects=pl.concat(rejects),
        duplicate_columns=tuple(sorted({d for part in parts for d in part.duplicate_columns})),
        notes=(f"parts:{len(parts)}", *(["columns_of_parts_differ"] if differ else []), *notes),
        lines=Lines(
            physical=sum(part.lines.physical for part in parts),
            header=sum(part.lines.header for part in parts),
            blank=sum(part.lines.blank for part in parts),
            continued=sum(part.lines.continued for part in parts),
        ),
    )


def _summed(notes: Iterable[str]) -> list[str]:
    """Each note once: counts of the same are added up, other details stand side by side."""
    found: dict[tuple[str, str], int] = {}
    for note in notes:
        word, _, detail = note.partition(":")
        counted = detail.isdecimal()
        key = (word, "" if counted else note)
        found[key] = found.get(key, 0) + (int(detail) if counted else 0)
    return [note or f"{word}:{count}" for (word, note), count in found.items()]


def _shifted(batch: pa.RecordBatch, by: int, schema: pa.Schema) -> pa.Table:
    known = dict(zip(batch.schema.names, batch.columns, strict=True))
    missing = pa.nulls(batch.num_rows, pa.large_string())
    cells = [known.get(name, missing) for name in schema.names[1:]]
    return pa.Table.from_arrays([pc.add(known[ROW], by), *cells], schema=schema)
