"""Corrections somebody declares: data_contracts/publication/corrections.yaml.

Belongs here: that file's shape, and refusing one that names what is not there. Does not belong
here: finding out which figures a correction changed (revision_reasons.py).
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Literal

import polars as pl
from pydantic import Field, model_validator

from insight_pipeline.kernel.errors import Fault, nearest, raise_all
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.kernel.strict import StrictModel, load_yaml

CORRECTIONS_FILE = "publication/corrections.yaml"
COLUMNS = {
    "correction_id": pl.String,
    "indicator_id": pl.String,
    "period_from": pl.Date,
    "period_to": pl.Date,
    "declared_date": pl.Date,
    "reason_code": pl.String,
    "explanation": pl.String,
    "release": pl.String,
}


class Days(StrictModel):
    """From the first to the last day, both included."""

    first: datetime.date = Field(alias="from")
    last: datetime.date = Field(alias="to")

    @model_validator(mode="after")
    def _runs_forward(self) -> Days:
        if self.first > self.last:
            raise ValueError("from is after to")
        return self


class Correction(StrictModel):
    """One correction: which figures it changes (those of periods within `periods`) and why.

    Declared before the night that changes them, it explains the next change of each of these
    figures. `release` names the release that already shows them corrected: it then explains what
    stands there, and no later change.
    """

    indicator: str
    periods: tuple[Days, ...] = Field(min_length=1)
    explanation: str = Field(min_length=1)
    date: datetime.date
    reason: Literal["error", "late_data", "method", "linkage", "contract_change"]
    release: str | None = None

    @property
    def correction_id(self) -> str:
        """The same for the same correction in better words."""
        days = [[days.first.isoformat(), days.last.isoformat()] for days in self.periods]
        return fingerprint(self.indicator, days, self.date.isoformat(), self.reason)[:12]


class Corrections(StrictModel):
    """The whole file."""

    corrections: tuple[Correction, ...]


def load_corrections(path: Path, indicators: Collection[str]) -> tuple[Correction, ...]:
    """Every declared correction; none where there is no such file.

    One InsightError names every correction of an indicator that does not exist.
    """
    declared = load_yaml(path, Corrections).corrections if path.exists() else ()
    raise_all(_unknown(path, declared, indicators))
    return declared


def _unknown(
    path: Path, declared: Iterable[Correction], indicators: Collection[str]
) -> Iterable[Fault]:
    for place, correction in enumerate(declared):
        if correction.indicator not in indicators:
            yield Fault(
                where=f"{path}: corrections.{place}.indicator",
                expected="the id of an indicator, which is its file's name",
                found=f"'{correction.indicator}'",
                consequence="no figures are made, the last release stays",
                next_step=f"{nearest(correction.indicator, indicators)} A correction of an "
                "indicator that is gone can be taken out: releases keep what they say",
            )


def correction_table(declared: Iterable[Correction]) -> pl.DataFrame:
    """One row per correction and stretch of days; columns and types as in COLUMNS."""
    rows = [
        (
            correction.correction_id,
            correction.indicator,
            days.first,
            days.last,
            correction.date,
            correction.reason,
            correction.explanation,
            correction.release,
        )
        for correction in declared
        for days in correction.periods
    ]
    return pl.DataFrame(rows, schema=COLUMNS, orient="row").unique().sort(pl.all())
