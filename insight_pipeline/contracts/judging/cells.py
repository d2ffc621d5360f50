"""A delivery's cells as the rules see them: repaired, typed, and with the code they mean.

Belongs here: the SQL that fills `cells`. Does not belong here: which rules they break (scan.py).
`cells` holds `_row`; every promised column as text after its repairs, NULL where it is empty, a
code in place of its spellings; its value where it is no text (`value_of`); its code alone where it
has a code list (`spelling_of`), NULL where it means none; a flag where it has a named format
(`malformed`); and one for every repair that could have changed it.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from insight_pipeline.contracts.judging.headers import Header
from insight_pipeline.contracts.promise.cell import malformed, spelling_of, typed, value_of
from insight_pipeline.contracts.promise.contract import Column, Contract
from insight_pipeline.contracts.promise.normalise import (
    DATE_FORMAT,
    SYNONYM,
    TRIM,
    Raw,
    empty_as_null,
    one_date_format,
    repaired,
    trimmed,
)
from insight_pipeline.sql.engines.duckdb import identifier, literal


def fill_cells(
    connection: duckdb.DuckDBPyConnection, rows: Path | None, contract: Contract, header: Header
) -> None:
    """Fill `cells` from the text rows in `rows`; no file, no rows. Needs `spelling`."""
    repaired_cells = _repaired(contract, header, file_as_received(rows))
    dated = _one_format(contract, header, repaired_cells)
    connection.execute(f"create or replace temp table cells as {_valued(contract, header, dated)}")


def fill_spelling(connection: duckdb.DuckDBPyConnection, codes: pl.DataFrame) -> None:
    """Fill `spelling` (_vocabulary, _word, _code) from the code lists in force."""
    # One statement: row by row, a few hundred spellings take longer than most deliveries.
    rows = codes.select("vocabulary", "spelling", "code").rows() or [("", "", "")]
    values = ", ".join("(" + ", ".join(map(literal, row)) + ")" for row in rows)
    connection.execute(
        "create or replace temp table spelling as "
        f"select * from (values {values}) as listed (_vocabulary, _word, _code)"
    )


def file_as_received(rows: Path | None) -> str:
    """SQL for the text rows as `file`: `_row` and the columns by place (see `raw_cell`)."""
    if rows is None:
        return "(select null::bigint as _row where false) as file"
    names = list(pl.read_parquet_schema(rows))
    # By place and not by name: to SQL, Sex and sex are one name.
    places = ", ".join("_row" if name == "_row" else _place(n) for n, name in enumerate(names, -1))
    return f"read_parquet({literal(str(rows))}) as file ({places})"


def _place(number: int) -> str:
    return f"_{number}"


def raw_cell(column: Column, header: Header) -> str | None:
    """SQL for the cell as received; None where the file lacks the column."""
    place = header.found.get(column.name)
    return None if place is None else f"file.{_place(place)}"


def _repaired(contract: Contract, header: Header, source: str) -> str:
    parts, trims = ["_row"], ["file.*"]
    for number, column in enumerate(contract.columns):
        cell = raw_cell(column, header)
        if cell is None:
            parts.append(f"null::varchar as {identifier(column.name)}")
            continue
        raw = Raw(cell, f"file.{flag(number, TRIM)}")
        trims.append(f"{trimmed(cell)} as {flag(number, TRIM)}")
        done = repaired(column, contract.promise, raw)
        parts.append(f"{empty_as_null(column, done.text, raw)} as {identifier(column.name)}")
        for repair, changed in done.changed:
            parts.append(f"{changed} as {flag(number, repair)}")
    return f"select {', '.join(parts)} from (select {', '.join(trims)} from {source}) as file"


def flag(number: int, repair: str) -> str:
    """SQL name of the flag saying that a repair changed the cell of the column of that place."""
    return identifier(f"_{number} {repair}")


def flags(contract: Contract, header: Header) -> dict[tuple[str, str], str]:
    """(column, repair) → SQL for whether the repair changed that cell of a row of `cells`."""
    found: dict[tuple[str, str], str] = {}
    for number, column in enumerate(contract.columns):
        cell = identifier(column.name)
        if column.name not in header.found:
            continue
        for repair, _ in repaired(column, contract.promise, Raw(cell, cell)).changed:
            found[column.name, repair] = f"{flag(number, repair)} and {cell} is not null"
        if column.properties.date_formats:
            found[column.name, DATE_FORMAT] = flag(number, DATE_FORMAT)
        if column.properties.vocabulary:
            found[column.name, SYNONYM] = flag(number, SYNONYM)
    return found


def _one_format(contract: Contract, header: Header, inner: str) -> str:
    """Dates in another agreed format rewritten; only where a column agrees on any."""
    rewritten, changed = [], []
    for number, column in enumerate(contract.columns):
        if column.properties.date_formats and column.name in header.found:
            cell = identifier(column.name)
            after = one_date_format(column, cell)
            rewritten.append(f"{after} as {cell}")
            changed.append(f"{after} <> {cell} as {flag(number, DATE_FORMAT)}")
    if not rewritten:
        return inner
    replaced, added = ", ".join(rewritten), ", ".join(changed)
    return f"select * replace ({replaced}), {added} from ({inner}) as repaired"


def _valued(contract: Contract, header: Header, inner: str) -> str:
    values = [
        f", {typed(column)} as {value_of(column)}"
        for column in contract.columns
        if column.type != "string"
    ]
    values += [
        f", valid_{column.properties.format}({identifier(column.name)}) is null"
        f" as {malformed(column)}"
        for column in contract.columns
        if column.properties.format
    ]
    return f"select *{''.join(values)} from ({_coded(contract, inner)}) as texts"


def _coded(contract: Contract, inner: str) -> str:
    """Codes in place of their spellings, so that every rule sees what a cell means."""
    coded = [
        (n, column) for n, column in enumerate(contract.columns) if column.properties.vocabulary
    ]
    if not coded:
        return inner
    codes, replaced, joins = [], [], []
    for n, column in coded:
        cell, code = f"texts.{identifier(column.name)}", f"s{n}._code"
        replaced.append(f"coalesce({code}, {cell}) as {identifier(column.name)}")
        codes.append(f"{code} as {spelling_of(column)}, {code} <> {cell} as {flag(n, SYNONYM)}")
        joins.append(
            f"left join spelling s{n} on s{n}._word = lower({cell})"
            f" and s{n}._vocabulary = {literal(column.properties.vocabulary or '')}"
        )
    return (
        f"select texts.* replace ({', '.join(replaced)}), {', '.join(codes)} "
        f"from ({inner}) as texts {' '.join(joins)}"
    )
