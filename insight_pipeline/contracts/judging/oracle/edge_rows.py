"""Rows at the edges of a contract: each promise only just kept, only just broken, or not there.

Belongs here: which cells and groups of rows to try, from the contract alone. Does not belong here:
who is right about them (agreement.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import combinations, pairwise

import polars as pl

from insight_pipeline.contracts.authoring.fake import Frame, fake_cell, fake_rows, frame_of, written
from insight_pipeline.contracts.authoring.identities import FORMATS
from insight_pipeline.contracts.promise.cell import (
    DEFAULT_FORMATS,
    strptime_format,
    strptime_letters,
)
from insight_pipeline.contracts.promise.contract import Column, Contract
from insight_pipeline.simulation.chance import stream

Cells = dict[str, str | None]
BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
SOUND_ROWS = 6
ANY_TYPE = ("", " ", "\u00a0", "\t", "\u200b", "\tx", "x", "N/A", "NULL", "é", "£5", "0", "1")
NUMBERS = ("1e3", "NaN", "inf", "1,5", "+5", "007", "-0", "1.50", ".5", "5.", "--1", "٣")
DATES = ("31/02/2025", "2025-02-30", "29/02/2023", "2024-02-29", "00/00/0000", "3/7/5", "today")
IDENTITIES = ("9434765919", "943 476-5919", "9434765918", "0000000000", "4444444444", "943476591")
OTHERS = ("AB123456C", "GB123456C", "ZA1 2BC", "za12bc", "ZA1", "a.b@ashmere.example", "@b.example")
PHONES = ("07700 900123", "+44 7700 900123", "0044 (0)7700 900123", "7700900123", "077009001")
PLACES = ("100012345678", "0", "000123", "1234567890123", "A123456789012", "H801200001001")


def edge_rows(contract: Contract, vocabularies: pl.DataFrame) -> pl.DataFrame:
    """`_row` and the contract's columns as text: sound rows, then one edge in each row."""
    frame = frame_of(contract, vocabularies, date(2025, 1, 1), date(2025, 3, 31))
    contract = _makeable(contract)
    sound = fake_rows(contract, frame, SOUND_ROWS, seed=1).to_dicts()
    rows: list[Cells] = [*sound]
    for number, column in enumerate(contract.columns):
        chance = stream(7, column.name)
        texts = [fake_cell(column, frame, 900 + n, chance) for n in range(2)]
        edges = [*_edges(column, texts), *_spelled(column, vocabularies)]
        for n, edge in enumerate(dict.fromkeys(edges)):
            own = _own(contract, frame, number, n)
            rows.append({**sound[n % SOUND_ROWS], **own, column.name: edge})
    rows += _groups(contract, sound)
    rows += _pairs_of_columns(contract, frame, sound)
    schema = {column.name: pl.String for column in contract.columns}
    table = pl.DataFrame(rows, schema=schema)
    # As the readers hand it over: what is empty is NULL.
    filled = table.with_columns(pl.when(pl.all() != "").then(pl.all()))
    return filled.with_row_index("_row", offset=2).with_columns(pl.col("_row").cast(pl.Int64))


def _makeable(contract: Contract) -> Contract:
    """Without the formats that nobody can invent values of: their cells are then any text."""
    columns = [
        replace(c, properties=c.properties.model_copy(update={"format": None}))
        if c.properties.format not in (None, *FORMATS)
        else c
        for c in contract.columns
    ]
    return replace(contract, columns=tuple(columns))


def _spelled(column: Column, vocabularies: pl.DataFrame) -> Iterator[str]:
    """Every code, label and synonym of the column's list, and each of them just missed."""
    listed = vocabularies.filter(pl.col("vocabulary") == (column.properties.vocabulary or ""))
    synonyms = [word for words in listed["synonyms"] for word in (words or "").split(";")]
    for n, word in enumerate(
        word for word in [*listed["code"], *listed["label"], *synonyms] if word
    ):
        yield (word, word.upper(), word.title(), f" {word} ")[n % 4]
        yield f"{word}x" if n % 2 else word[:-1]


def _own(contract: Contract, frame: Frame, number: int, n: int) -> Cells:
    """A key and unique values of its own for every row, where the contract leaves room for them.

    Where it does not, rows share them, which is an edge too.
    """
    own: Cells = {}
    for column in contract.columns:
        if column.unique or column.name in contract.key:
            free = column.type == "string" and "pattern" not in column.options
            chance = stream(11, f"{column.name} {number} {n}")
            own[column.name] = f"E{number}-{n}" if free else fake_cell(column, frame, n, chance)
    return own


def _edges(column: Column, texts: Sequence[str]) -> Iterator[str | None]:
    yield None
    yield from ANY_TYPE
    for text in texts:
        yield from (text, f" {text} ", text.upper(), text.lower(), f"{text}x", f"x{text}")
        yield from (text.swapcase(), text.replace(" ", "  "), text[:-1], f"{text}\n{text}")
    for word in column.properties.empty_values:
        yield from (word, word.upper(), f" {word.lower()} ", f"{word}.")
    if column.type in DEFAULT_FORMATS:
        yield from _date_edges(column)
    elif column.type in ("integer", "number"):
        yield from NUMBERS
        yield from _number_edges(column)
    elif column.type == "boolean":
        yield from ("true", "False", "yes", "maybe", "2")
    if column.type == "string":
        yield from (*IDENTITIES, *OTHERS, *PHONES, *PLACES, *DATES)
    yield from _length_edges(column)


def _date_edges(column: Column) -> Iterator[str]:
    yield from DATES
    forms = [strptime_format(column), *map(strptime_letters, column.properties.date_formats)]
    days = [datetime(2024, 2, 29), datetime(1999, 12, 31, 23, 59, 59), datetime(1900, 1, 1)]
    for bound in _bounds(column):
        limit = datetime.fromisoformat(str(bound))
        steps = (timedelta(days=1), timedelta(seconds=1), timedelta(0))
        days += [limit + sign * step for step in steps for sign in (-1, 1)]
    for form in [*forms, "%d/%m/%y", "%Y-%m-%d", "%d/%m/%Y"]:
        yield from (written(day, form) for day in days)


def _number_edges(column: Column) -> Iterator[str]:
    step = Decimal(1) if column.type == "integer" else Decimal("0.000000001")
    limits = [Decimal(str(bound)) for bound in _bounds(column)]
    if "multipleOf" in column.options:
        multiple = Decimal(str(column.options["multipleOf"]))
        limits += [multiple, multiple * 3, -multiple, multiple / 2]
    for limit in limits:
        yield from (f"{limit + change:f}" for change in (-step, Decimal(0), step))


def _bounds(column: Column) -> list[object]:
    return [column.options[name] for name in BOUNDS if name in column.options]


def _length_edges(column: Column) -> Iterator[str]:
    for name in ("minLength", "maxLength"):
        if name in column.options:
            length = int(column.options[name])
            yield from ("a" * max(length - 1, 0), "a" * length, "a" * (length + 1), "é" * length)


def _groups(contract: Contract, sound: Sequence[Cells]) -> Iterator[Cells]:
    """Rows that share what should be unique: the same, different, and with empty cells."""
    wanted = {c.name for c in contract.columns if c.unique}
    groups = [contract.key, *((name,) for name in sorted(wanted)), *_duplicates(contract)]
    for g, names in enumerate(dict.fromkeys(filter(None, groups))):
        for v, (one, other) in enumerate(_differing(contract, names)):
            row = {**sound[0], **_shared(contract, names, sound[1], f"G{g}-{v}")}
            yield {**row, **one}
            yield {**row, **other}
        yield from (
            {**row, **dict.fromkeys(names[n : n + 1])} for n in range(len(names)) for _ in "ab"
        )
        yield {**row, **{name: f" {row[name]} " for name in names}}
        yield from (dict(sound[2]), dict(sound[2]))


def _shared(contract: Contract, names: Sequence[str], row: Cells, text: str) -> Cells:
    free = {c.name for c in contract.columns if c.type == "string" and "pattern" not in c.options}
    return {name: text if name in free else row[name] for name in names}


def _duplicates(contract: Contract) -> list[tuple[str, ...]]:
    return [m.columns for m in contract.metrics if m.metric == "duplicateValues"]


def _differing(contract: Contract, names: Sequence[str]) -> Iterator[tuple[Cells, Cells]]:
    """Two rows that differ in nothing, in one cell, only where it ends, or in which is empty."""
    others = [c.name for c in contract.columns if c.name not in names]
    yield {}, {}
    for a, b in list(pairwise(others))[:3]:
        yield {a: None}, {}
        yield {a: "ab", b: "c"}, {a: "a", b: "bc"}
        yield {a: "ab", b: None}, {a: None, b: "ab"}


def _pairs_of_columns(contract: Contract, frame: Frame, sound: Sequence[Cells]) -> Iterator[Cells]:
    """Each pair of columns empty or swapped, for the rules across columns."""
    names = [column.name for column in contract.columns]
    for n, (a, b) in enumerate(combinations(names, 2)):
        row = {**sound[n % SOUND_ROWS], **_own(contract, frame, len(names), n)}
        yield {**row, a: None, b: None} if n % 2 else {**row, a: row[b], b: row[a]}
