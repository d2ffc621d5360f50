"""The delivery and the contract all contestants judge: rows of care events, 27 rules about rows.

Belongs here: deterministic rows with realistic dirt, the contract, its code lists. Does not belong
here: judging. Names are those of nobody; postcodes are of an area that does not exist.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from insight_pipeline.contracts.judging.law import Law
from insight_pipeline.contracts.promise.contract import (
    Column,
    ColumnProperties,
    Contract,
    ContractProperties,
    RowRule,
)
from insight_pipeline.kernel.outcome import Severity
from insight_pipeline.kernel.strict import validate
from insight_pipeline.sql.model import load_macros

ROOT = Path(__file__).parents[2]
GENDERS = {"1": "Male", "2": "Female", "9": "Not known"}
EVENTS = {
    "request": "Request",
    "assessment": "Assessment",
    "service": "Service",
    "review": "Review",
}
DATE = {"format": "dd/MM/yyyy"}


def write_rows(path: Path, rows: int) -> None:
    """The rows as the reader leaves them: `_row` and text columns, about 7 % of rows with dirt."""
    chance = np.random.default_rng(20250331)
    numbers = np.arange(rows)
    # One row in a thousand repeats a reference, so that keys conflict.
    numbers = np.where(chance.random(rows) < 0.001, chance.integers(0, rows, rows), numbers)
    start = np.datetime64("2024-01-01") + chance.integers(0, 366, rows)
    born = np.datetime64("1930-01-01") + chance.integers(0, 30000, rows)
    events = np.array(["Request", "assessment", "SERVICE", "Review"])[chance.integers(0, 4, rows)]
    frame = pl.DataFrame(
        {
            "_row": np.arange(2, rows + 2),
            "Ref": numbers,
            "NHS Number": chance.integers(600_000_000, 799_999_999, rows),
            "Surname": chance.integers(0, 5000, rows),
            "Date of Birth": born,
            "Gender": np.array(["1", "2", "female", "9"])[chance.integers(0, 4, rows)],
            "Postcode": chance.integers(0, 10_000, rows),
            "Event Type": events,
            "Start": start,
            "End": start + chance.integers(0, 200, rows),
            "Amount": chance.integers(0, 90_000, rows),
            "Score": chance.integers(0, 101, rows),
            "E-mail": chance.integers(0, 200_000, rows),
        }
    )
    _dirty(_as_text(frame), chance, rows).write_parquet(path)


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    nhs = pl.col("NHS Number")
    weighed = sum((nhs // 10 ** (8 - n) % 10) * (10 - n) for n in range(9))
    digit = (11 - weighed % 11) % 11
    dates = [pl.col(name).dt.strftime("%d/%m/%Y") for name in ("Date of Birth", "Start", "End")]
    post = pl.col("Postcode")
    return frame.with_columns(
        pl.format("BC{}", pl.col("Ref").cast(pl.String).str.zfill(8)).alias("Ref"),
        # Numbers whose check digit would be 10 are never issued: they stay as invalid ones.
        (nhs * 10 + digit % 10).cast(pl.String),
        pl.format("Testname{}", "Surname").alias("Surname"),
        *dates,
        pl.format("ZA{} {}AB", post % 99 + 1, post % 10).alias("Postcode"),
        pl.format("{}.{}", pl.col("Amount") // 100, (pl.col("Amount") % 90 + 10)).alias("Amount"),
        pl.col("Score").cast(pl.String),
        pl.format("person{}@ashmere.example", "E-mail").alias("E-mail"),
    )


def _dirty(frame: pl.DataFrame, chance: np.random.Generator, rows: int) -> pl.DataFrame:
    """Each column with its own slips: empty cells, blanks around, wrong words, wrong numbers."""
    slips = {
        "Ref": (None, "bc1"),
        "NHS Number": (None, "9434765918"),
        "Surname": (None,),
        "Date of Birth": (None, "31/02/1990", "01/01/1850"),
        "Gender": (None, "X"),
        "Postcode": (None, "unknown"),
        "Event Type": (None, "Phone call"),
        "Start": (None, "2024-05-01", "01/01/2031"),
        "End": (None, "32/01/2024", "01/01/2020"),
        "Amount": (None, "-5", "1.2.3", "99999999"),
        "Score": (None, "101", "-1", "many"),
        "E-mail": (None, "none given"),
    }
    dirtied = []
    for name, wrong in slips.items():
        drawn = pl.Series(chance.random(rows))
        cell = pl.col(name)
        expression = pl.when(drawn < 0.01).then(pl.format(" {} ", cell)).otherwise(cell)
        for n, text in enumerate(wrong):
            low = 0.01 + n * 0.002
            here = (drawn >= low) & (drawn < low + 0.002)
            expression = pl.when(here).then(pl.lit(text, pl.String)).otherwise(expression)
        dirtied.append(expression.alias(name))
    return frame.with_columns(dirtied)


def _column(
    name: str, type: str = "string", options: dict[str, object] | None = None, **more: object
) -> Column:
    required, key = bool(more.pop("required", False)), bool(more.pop("key", False))
    return Column(
        name=name,
        type=type,
        physical_type=None,
        required=required,
        unique=False,
        key=key,
        description=name,
        classification=None,
        options=options or {},
        properties=validate(more, ColumnProperties, name),
    )


COLUMNS = (
    _column("Ref", options={"maxLength": 40, "pattern": "BC[0-9]{8}"}, required=True, key=True),
    _column("NHS Number", format="nhs_number", severity="warn"),
    _column("Surname", options={"maxLength": 100}, required=True),
    _column("Date of Birth", "date", DATE | {"minimum": "1900-01-01"}, required=True),
    _column("Gender", vocabulary="gender", severity="warn"),
    _column("Postcode", format="postcode", severity="warn"),
    _column("Event Type", vocabulary="event", required=True),
    _column("Start", "date", DATE | {"maximum": "2025-12-31"}, required=True),
    _column("End", "date", DATE),
    _column("Amount", "number", {"minimum": 0, "maximum": 100000}),
    _column("Score", "integer", {"minimum": 0, "maximum": 100}),
    _column("E-mail", format="email", severity="warn"),
)
DATED = """try_strptime("End", '%d/%m/%Y') >= try_strptime("Start", '%d/%m/%Y')"""
PAID = """lower("Event Type") <> 'service' or "Amount" is not null"""


def contract() -> Contract:
    """27 rules about rows: 25 of columns and the key, 2 across columns."""
    rules = (("end_not_before_start", DATED), ("service_has_amount", PAID))
    promise = {
        "provider": "brightcare",
        "providerName": "BrightCare Ltd",
        "dataset": "events",
        "nationalReturn": "None",
        "lawfulBasis": "Public task",
        "controller": "Ashmere Council",
        "purposes": ["commissioning"],
        "specialCategory": False,
        "retention": "P8Y",
        "sharingAgreement": "ASH-DSA-1",
        "reader": {"format": "parquet"},
        "resubmission": {"mode": "upsert", "key": ["Ref"]},
        "normalise": ["trim"],
    }
    return Contract(
        stem="brightcare__events",
        path=Path("brightcare__events.odcs.yaml"),
        version="1.0.0",
        title="Events",
        description="Care events.",
        owner="data@brightcare.example",
        columns=COLUMNS,
        row_rules=tuple(
            RowRule(code, predicate, Severity.RECORD, f"{code} holds.", "Correct it.")
            for code, predicate in rules
        ),
        properties=validate(promise, ContractProperties, "contract"),
        fingerprint="benchmark",
    )


def law() -> Law:
    """The two code lists and this project's format macros."""
    lists = [
        (vocabulary, code, label, "", None, None, "benchmark")
        for vocabulary, codes in (("gender", GENDERS), ("event", EVENTS))
        for code, label in codes.items()
    ]
    names = ["vocabulary", "code", "label", "synonyms", "valid_from", "valid_to", "source"]
    frame = pl.DataFrame(lists, schema=dict.fromkeys(names, pl.String), orient="row")
    return Law(frame, load_macros(ROOT / "dbt_like_sql" / "functions"))
