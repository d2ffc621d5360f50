"""Reads a simulated inbox the slow and plain way, so that no code of the simulation is trusted."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import polars as pl

Row = dict[str, Any]
DIALECTS = {"activelife": (";", "cp1252"), "youthworks": ("|", "utf-8")}


@dataclass(frozen=True)
class Borough:
    """A simulated inbox and its truth."""

    inbox: Path
    truth: Path

    def table(self, name: str) -> pl.DataFrame:
        """One table of the truth."""
        return pl.read_parquet(self.truth / f"{name}.parquet")

    def deliveries(self, provider: str, dataset: str) -> list[Row]:
        """A dataset's deliveries in order of submission."""
        mine = (pl.col("provider") == provider) & (pl.col("dataset") == dataset)
        return list(self.table("delivery").filter(mine).sort("submitted_at").iter_rows(named=True))

    def rows(self, delivery: Row) -> list[Row]:
        """The rows of one delivery's file."""
        return list(read_rows(self.inbox / delivery["path"], delivery["provider"]))

    def standing(self, provider: str, dataset: str, key: tuple[str, ...]) -> list[Row]:
        """What stands when every file has arrived: the latest row of each key."""
        latest: dict[tuple[str, ...], Row] = {}
        for delivery in self.deliveries(provider, dataset):
            if not delivery["expected_fate"].startswith("refused"):
                for row in self.rows(delivery):
                    latest[tuple(row[name] for name in key)] = row
        return list(latest.values())


def read_rows(path: Path, provider: str) -> Iterator[Row]:
    """Rows as dictionaries of text; empty cells are None."""
    if path.suffix in (".csv", ".txt"):
        separator, encoding = DIALECTS.get(provider, (",", "utf-8-sig"))
        text = path.read_bytes().decode(encoding)
        for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=separator):
            yield {name: cell or None for name, cell in row.items()}
    elif path.suffix == ".ndjson":
        yield from (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    elif path.suffix == ".json":
        yield from json.loads(path.read_text(encoding="utf-8"))["journeys"]
    elif path.suffix == ".xml":
        for case in ElementTree.fromstring(path.read_bytes()):  # noqa: S314
            yield {child.tag: child.text for child in case}
    elif path.suffix == ".xlsx":
        sheet = pl.read_excel(path, sheet_name="Tenancies", read_options={"header_row": 2})
        yield from sheet.iter_rows(named=True)
    else:
        yield from pl.read_parquet(path).iter_rows(named=True)
