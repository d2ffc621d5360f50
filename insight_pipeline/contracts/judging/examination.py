"""What is found out about one delivery, and the bench it is found out on.

Belongs here: the result of an examination. Does not belong here: the pass that makes it
(one_pass.py) or the stores (judge.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb
import polars as pl

from insight_pipeline.contracts.judging.headers import Header
from insight_pipeline.contracts.judging.rules import Rule
from insight_pipeline.contracts.judging.verdict import Normalised, RuleResult
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.landing.reading import Content
from insight_pipeline.landing.reading_desk import ReadingDesk


@dataclass
class Bench:
    """What deliveries are judged on, one after the other. `spelled`: what `spelling` holds now."""

    connection: duckdb.DuckDBPyConnection
    desk: ReadingDesk
    spelled: pl.DataFrame | None = None


@dataclass(frozen=True)
class Tally:
    """How many rows a pass saw, and how many break each rule."""

    rows: int
    broken: Mapping[str, int]


@dataclass(frozen=True)
class Examination:
    """What was found out about one delivery: counts and codes, and where its rows rest.

    contract, rules: the version that judged, compiled. received = accepted + quarantined +
    superseded + rejected. broken_rows: Parquet with `_row` and the places of its broken rules.
    """

    contract: Contract
    rules: tuple[Rule, ...]
    results: tuple[RuleResult, ...]
    content: Content | None
    header: Header
    broken_rows: Path
    outcome: Literal["accepted", "refused", "error"]
    received: int
    accepted: int
    quarantined: int
    superseded: int
    rejected: int
    normalised: tuple[Normalised, ...]
    profile: dict[str, dict[str, int]]
    unreadable: str | None
