"""Cells and rows that keep what a contract says of single columns, drawn at random from a seed.

Belongs here: one candidate cell after another. Does not belong here: rules across columns; a
candidate that breaks one is thrown away by whoever asks the judge (sample.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
import polars as pl

from insight_pipeline.contracts.authoring.identities import BY_NAME, FORMATS
from insight_pipeline.contracts.authoring.pattern import matching
from insight_pipeline.contracts.promise.cell import (
    DEFAULT_FORMATS,
    checked_pattern,
    strptime_format,
)
from insight_pipeline.contracts.promise.contract import Column, Contract
from insight_pipeline.contracts.promise.vocabulary import spellings
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.simulation.chance import stream

BLANK_SHARE = 0.15
FIRST_OF_MONTH_SHARE = 0.2
BIRTH = re.compile("birth|born|dob", re.IGNORECASE)
NUMBERED = re.compile("id|no|num|ref|code|key", re.IGNORECASE)
BORN = (date(1950, 1, 1), date(2006, 12, 31))


@dataclass(frozen=True)
class Frame:
    """The period a sample tells of, and the code lists it may use: list → codes."""

    first: date
    last: date
    codes: Mapping[str, Sequence[str]]


def frame_of(contract: Contract, vocabularies: pl.DataFrame, first: date, last: date) -> Frame:
    """The codes in force at the end of the period, list by list."""
    used = {c.properties.vocabulary for c in contract.columns} - {None}
    known = spellings(vocabularies.filter(pl.col("vocabulary").is_in(sorted(map(str, used)))), last)
    codes = known.group_by("vocabulary").agg(pl.col("code").unique().sort())
    return Frame(first, last, dict(codes.iter_rows()))


def fake_rows(contract: Contract, frame: Frame, count: int, seed: int) -> pl.DataFrame:
    """`count` candidate rows of text cells; NULL where an optional cell stays empty."""
    days = _days(contract, frame, count, seed)
    return pl.DataFrame(
        {
            column.name: pl.Series(
                _cells(column, contract, frame, days, count, seed), dtype=pl.String
            )
            for column in contract.columns
        }
    )


def _cells(
    column: Column,
    contract: Contract,
    frame: Frame,
    days: Mapping[str, Sequence[datetime]],
    count: int,
    seed: int,
) -> list[str | None]:
    rng = stream(seed, column.name)
    if column.name in days:
        form = strptime_format(column)
        cells = [written(day, form) for day in days[column.name]]
    else:
        numbered = column.unique or column.name in contract.key
        cells = [fake_cell(column, frame, n, rng, numbered=numbered) for n in range(1, count + 1)]
    kept = column.required or column.name in contract.key or column.unique
    blank = rng.random(count) < (0 if kept else BLANK_SHARE)
    return [None if empty else cell for cell, empty in zip(cells, blank, strict=True)]


def written(day: datetime, form: str) -> str:
    """A day in a strptime format; four digits of the year on every platform."""
    return day.strftime(form.replace("%Y", f"{day.year:04d}"))


def fake_cell(
    column: Column, frame: Frame, n: int, rng: np.random.Generator, *, numbered: bool = False
) -> str:
    """The n-th cell of a column; `numbered` cells are all different."""
    if column.properties.vocabulary:
        return str(rng.choice(list(frame.codes.get(column.properties.vocabulary, ["?"]))))
    if column.properties.format:
        return _of_format(column, n, rng)
    if column.type in DEFAULT_FORMATS:
        days = BORN if BIRTH.search(column.name) else (frame.first, frame.last)
        return written(_day(*days, rng), strptime_format(column))
    if "pattern" in column.options:
        return matching(checked_pattern(column.options["pattern"], column.name), rng)
    if column.type in ("integer", "number"):
        return _number(column, n, rng, numbered)
    if column.type == "boolean":
        return str(rng.choice(["true", "false"]))
    return _fitted(column, _word(column, n, rng, numbered))


def _of_format(column: Column, n: int, rng: np.random.Generator) -> str:
    form = str(column.properties.format)
    if form not in FORMATS:
        raise InsightError([_no_maker(column.name, form)])
    return FORMATS[form](n, rng)


def _word(column: Column, n: int, rng: np.random.Generator, numbered: bool) -> str:
    if not numbered:
        for words, make in BY_NAME:
            if re.search(words, column.name, re.IGNORECASE):
                return make(n, rng)
    if numbered or NUMBERED.search(column.name):
        return f"S{n:06d}"
    return f"Sample {n}"


def _fitted(column: Column, text: str) -> str:
    """Cut and filled to the lengths allowed; the end of a number tells rows apart."""
    most = int(column.options.get("maxLength", len(text)))
    least = int(column.options.get("minLength", 0))
    return text[-most:].rjust(least, "0")


def _number(column: Column, n: int, rng: np.random.Generator, numbered: bool) -> str:
    options = column.options
    step = Decimal(str(options.get("multipleOf", 1)))
    low = Decimal(str(options.get("minimum", options.get("exclusiveMinimum", 0))))
    high = Decimal(str(options.get("maximum", options.get("exclusiveMaximum", low + 100 * step))))
    first, last = -(-low // step), high // step
    first += int("exclusiveMinimum" in options and first * step <= low)
    last -= int("exclusiveMaximum" in options and last * step >= high)
    drawn = n - 1 if numbered else int(rng.integers(0, int(last - first) + 1))
    return f"{(first + drawn) * step:f}"


def _days(contract: Contract, frame: Frame, count: int, seed: int) -> dict[str, list[datetime]]:
    """A day for every date column of every row: births long ago, others in the columns' order."""
    rng = stream(seed, "days")
    found: dict[str, list[datetime]] = {}
    dated = [column for column in contract.columns if column.type in DEFAULT_FORMATS]
    starts = [_day(frame.first, frame.last, rng) for _ in range(count)]
    whole_months = rng.random(count) < FIRST_OF_MONTH_SHARE
    last = datetime.combine(frame.last, datetime.min.time())
    for column in dated:
        if BIRTH.search(column.name):
            found[column.name] = [_day(*BORN, rng) for _ in range(count)]
            continue
        gaps = rng.integers(0, 10, count)
        starts = [
            min(day + timedelta(int(gap)), last) for day, gap in zip(starts, gaps, strict=True)
        ]
        found[column.name] = [
            _within(column, day.replace(day=1) if whole else day)
            for day, whole in zip(starts, whole_months, strict=True)
        ]
    return found


def _day(first: date, last: date, rng: np.random.Generator) -> datetime:
    day = first + timedelta(int(rng.integers(0, (last - first).days + 1)))
    return datetime.combine(day, datetime.min.time())


def _within(column: Column, day: datetime) -> datetime:
    low, high = column.options.get("minimum"), column.options.get("maximum")
    if low is not None:
        day = max(day, datetime.fromisoformat(str(low)))
    return min(day, datetime.fromisoformat(str(high))) if high is not None else day


def _no_maker(column: str, form: str) -> Fault:
    return Fault(
        where=f"{column}: format",
        expected=f"a format that invented values exist for: {', '.join(sorted(FORMATS))}",
        found=f"'{form}'",
        consequence="no sample can be made for this contract",
        next_step="add a maker of invented values to contracts/authoring/identities.py",
    )
