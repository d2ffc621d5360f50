"""The bars of linkage quality: what each data set is linked by, and what must come of it.

Belongs here: reading bars.toml and holding a result against a bar. Does not belong here: running.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("bars.toml")


@dataclass(frozen=True)
class Bar:
    """Figures are shares; a pair is pair F1 and, where it was measured, B³ F1."""

    data: str
    records: int
    default: list[float]
    hand_tuned: list[float]
    best_known: list[float]
    pair_f1: float
    command: str
    b_cubed_f1: float = 0.0
    largest_cluster: int | None = None

    @property
    def words(self) -> list[str]:
        """The command, word by word."""
        return self.command.split()

    @property
    def file(self) -> str:
        """The data set, by its path from the project's folder."""
        return self.words[2]


@dataclass(frozen=True)
class Result:
    """What one command said of its own clusters, and what running it took."""

    records: int
    pair_f1: float
    pair_precision: float
    pair_recall: float
    b_cubed_f1: float
    largest_cluster: int
    cpu_seconds: float
    wall_seconds: float
    peak_mb: int


def load_bars(path: Path = FILE) -> list[Bar]:
    """Every bar; a misspelt key is a TypeError that names it."""
    return [Bar(**bar) for bar in tomllib.loads(path.read_text(encoding="utf-8"))["bar"]]


def kept(bar: Bar, result: Result) -> bool:
    """Whether every row came out once, and every figure is as good as the bar asks for."""
    return (
        result.records == bar.records
        and result.pair_f1 >= bar.pair_f1
        and result.b_cubed_f1 >= bar.b_cubed_f1
        and result.largest_cluster <= (bar.largest_cluster or result.largest_cluster)
    )
