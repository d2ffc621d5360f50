"""Decisions for the tests of review: a row a call, and a file of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from insight_pipeline.linkage.policy import LinkagePolicy
from insight_pipeline.linkage.review.decisions import DecisionCounts, load_decisions

START = datetime(2025, 7, 1, 9)
_TYPES: dict[str, Any] = {
    "records_l": pl.List(pl.String),
    "records_r": pl.List(pl.String),
    "is_blind": pl.Boolean,
    "decided_at": pl.Datetime("us"),
    "row_number": pl.Int64,
}
Row = dict[str, Any]


def policy(required: int = 1) -> LinkagePolicy:
    return LinkagePolicy(
        reviewers_required=required,
        review_band_bits=4.0,
        hysteresis_bits=3.0,
        hysteresis_nights=3,
        churn_limit_percent=2.0,
        communal_people=12,
        draws=20,
    )


def decision(
    turn: int, left: str, right: str, verdict: str, reviewer: str = "ada", **more: Any
) -> Row:
    """The `turn`th decision; sides of several records are written with blanks between."""
    sides = left.split(), right.split()
    row = {
        "decision_id": f"d{turn:03d}",
        "record_id_l": sides[0][0],
        "record_id_r": sides[1][0],
        "verdict_code": verdict,
        "scope_code": "people" if len(sides[0]) + len(sides[1]) > 2 else "records",
        "records_l": sides[0],
        "records_r": sides[1],
        "sampling_code": "near_join",
        "reason_code": "details_agree",
        "reason": "They are known to me",
        "reviewer_id": reviewer,
        "is_blind": False,
        "decided_at": START + timedelta(minutes=turn),
        "evidence_mark": "00",
        "delivery_id": "x",
        "row_number": turn,
    }
    return {**row, **more}


def write(path: Path, rows: Iterable[Row]) -> Path:
    rows = list(rows)
    columns = rows[0] if rows else decision(0, "a", "b", "same")
    schema = {name: _TYPES.get(name, pl.String) for name in columns}
    pl.DataFrame(rows, schema=schema).write_parquet(path)
    return path


def load(
    con: duckdb.DuckDBPyConnection, folder: Path, rows: Iterable[Row], required: int = 1
) -> DecisionCounts:
    return load_decisions(con, [write(folder / "decisions.parquet", rows)], policy(required))


def effective(con: duckdb.DuckDBPyConnection) -> set[tuple[str, str, str]]:
    """(left, right, verdict) of every pair in effect."""
    rows = con.execute("select record_id_l, record_id_r, verdict from decision_pair").fetchall()
    return {(str(left), str(right), str(verdict)) for left, right, verdict in rows}
