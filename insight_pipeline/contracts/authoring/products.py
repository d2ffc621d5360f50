"""What a contract generates for people: guide, template, sample and the staging skeleton.

Belongs here: the authoring room's front door. Does not belong here: any product's own making, or
the draft of a new contract (start.py).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from insight_pipeline.contracts.authoring.broken import MODELS, broken_rows
from insight_pipeline.contracts.authoring.column_words import ColumnWords, column_words
from insight_pipeline.contracts.authoring.fake import Frame, frame_of
from insight_pipeline.contracts.authoring.guide import guide_page
from insight_pipeline.contracts.authoring.sample import Judge, sample_rows
from insight_pipeline.contracts.authoring.template import write_template
from insight_pipeline.contracts.authoring.writing import write_rows
from insight_pipeline.contracts.judging.judge import bench
from insight_pipeline.contracts.judging.law import Law
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.landing.reading import ROW
from insight_pipeline.settings import Settings

# The period examples tell of, unless the contract is in force for others only.
EXAMPLE_PERIOD = (date(2025, 1, 1), date(2025, 3, 31))


@dataclass(frozen=True)
class Workshop:
    """A contract, the law beside it, and the period its examples tell of."""

    contract: Contract
    law: Law
    settings: Settings

    @property
    def period(self) -> tuple[date, date]:
        first, last = EXAMPLE_PERIOD
        in_force = self.contract.promise.in_force
        if in_force.covers(last):
            return first, last
        end = in_force.last or (in_force.first or last) + (last - first)
        return end - (last - first), end

    @property
    def frame(self) -> Frame:
        return frame_of(self.contract, self.law.vocabularies, *self.period)

    def columns(self) -> list[ColumnWords]:
        frame = self.frame
        return [column_words(column, self.contract, frame) for column in self.contract.columns]

    def lists(self) -> pl.DataFrame:
        """Codes in force at the end of the period: vocabulary, code, label, synonyms."""
        day = self.period[1].isoformat()
        return (
            self.law.code_lists(self.contract)
            .filter(pl.col("valid_from").is_null() | (pl.col("valid_from") <= day))
            .filter(pl.col("valid_to").is_null() | (pl.col("valid_to") >= day))
            .select("vocabulary", "code", "label", "synonyms")
        )

    def guide(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.contract.stem}.html"
        page = guide_page(self.contract, self.columns(), self.lists(), *self.period)
        path.write_text(page, encoding="utf-8")
        return path

    def template(self, path: Path) -> None:
        write_template(path, self.contract, self.columns(), self.lists())

    def sample(self, path: Path, rows: int, seed: int) -> None:
        with self._judge() as judge:
            made = sample_rows(self.contract, self.frame, judge, rows, seed)
        write_rows(path, made, self.contract.promise.reader)

    def broken_sample(
        self, path: Path, rows: int, seed: int
    ) -> tuple[dict[int, tuple[str, ...]], tuple[str, ...]]:
        """Writes it; returns line → codes broken there, and the codes nothing could break."""
        reader = self.contract.promise.reader
        with self._judge() as judge:
            sound = sample_rows(self.contract, self.frame, judge, rows + len(MODELS), seed)
            made = broken_rows(self.contract, self.frame, judge, sound, seed)
            write_rows(path, made.rows, reader)
            names = [column.name for column in self.contract.columns]
            read = judge.work / "written.parquet"
            judge.bench.desk.read(path, reader, names, read)
            lines = pl.read_parquet(read, columns=[ROW])[ROW].sort().to_list()
        return {lines[place]: codes for place, codes in made.codes.items()}, made.unbroken

    @contextmanager
    def _judge(self) -> Iterator[Judge]:
        with tempfile.TemporaryDirectory(prefix="insight-sample-") as folder:
            work = Path(folder)
            own = replace(self.settings, home=work / "home")
            with bench(self.law, own) as desk:
                yield Judge(desk, self.law, work)
