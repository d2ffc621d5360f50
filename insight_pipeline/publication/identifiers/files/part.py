"""What a reader hands over of one file: the texts of one place in it, such as a column.

Belongs here: the record, and the two faults of reading. Does not belong here: any form of file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.settings import Settings


@dataclass(frozen=True)
class Part:
    """The texts found at one place of a file; numbers and dates stand among them as text.

    `place` is how the file itself names it (table.column, sheet!column, key): it may hold anything,
    so it is scanned as well, and `number` stands for it in a message where it holds an identifier.
    """

    place: str
    number: str
    texts: pl.Series


Reader = Callable[[Path, Settings], Iterator[Part]]


def part(place: str, number: str, texts: list[str]) -> Part:
    """A part from plain texts."""
    return Part(place, number, pl.Series("text", texts, dtype=pl.String))


def unreadable(path: Path, kind: str) -> InsightError:
    """A file its own reader cannot read; `kind` names the error, never a value."""
    return InsightError(
        [
            Fault(
                where=f"publication: {path.name}",
                expected="a whole file of its form",
                found=f"{kind} on reading it for identifiers",
                consequence="the release is thrown away, the last one stays",
                next_step="run again; report it when it happens twice",
            )
        ]
    )


def columns_of(connection: duckdb.DuckDBPyConnection, query: str) -> list[pl.Series]:
    """The columns of a query, as text."""
    columns = pl.DataFrame(connection.sql(query).to_arrow_table()).iter_columns()
    return [column.cast(pl.String) for column in columns]
