"""Our contestant: `examine` and `write_issues`, over rows that a reader has already read.

Belongs here: a bench whose desk hands over the rows as they are. Does not belong here: the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import duckdb
import polars as pl
from judging_parts import delivery

from insight_pipeline.contracts.judging.examination import Bench
from insight_pipeline.contracts.judging.judge import examine, write_issues
from insight_pipeline.landing.reading import Content, Lines, ReaderOptions, no_rejects
from insight_pipeline.landing.reading_desk import ReadingDesk
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect
from insight_pipeline.sql.runner import install_macros


class DeskThatHasRead(ReadingDesk):
    """Hands over a Parquet file of rows as what was read."""

    def read(
        self, path: Path, options: ReaderOptions, promised: Sequence[str], rows: Path
    ) -> Content:
        columns = tuple(name for name in pl.read_parquet_schema(path) if name != "_row")
        accepted = pl.scan_parquet(path).select(pl.len()).collect().item()
        lines = Lines(accepted, 0, 0, 0)
        return Content(path, columns, accepted, no_rejects(), (), (), lines)


def connection(work: Path) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    """Opened as the pipeline opens it, for every contestant."""
    return connect(Settings(home=work, project=delivery.ROOT))


def judge_in(work: Path) -> Callable[[Path, Path], None]:
    contract, law = delivery.contract(), delivery.law()

    def judge(file: Path, issues: Path) -> None:
        with connection(work) as database:
            install_macros(database, law.macros)
            bench = Bench(database, DeskThatHasRead())
            found = examine(bench, file, contract, law, None, work)
            write_issues(bench, found, contract, issues)

    return judge
