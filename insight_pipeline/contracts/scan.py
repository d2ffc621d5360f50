"""The SQL of one pass over a delivery: every row with the codes of the rules it breaks.

Belongs here: SQL over one delivery's text rows. Does not belong here: deciding what follows.
After `judge_rows` the connection holds `judged`: `_row`, `_broken` (codes), `_held` (breaks a
record rule), `_repeat` (same key and same content as an earlier row), the columns as
text with vocabulary spellings replaced by their code.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from insight_pipeline.contracts.cell import spelling_of, typed
from insight_pipeline.contracts.contract import Column, Contract
from insight_pipeline.contracts.rules import Rule
from insight_pipeline.kernel.outcome import Severity
from insight_pipeline.landing.receipt import Receipt
from insight_pipeline.sql.engines.duckdb import identifier, literal


def judge_rows(
    connection: duckdb.DuckDBPyConnection,
    rows: Path,
    contract: Contract,
    rules: tuple[Rule, ...],
    codes: pl.DataFrame,
) -> None:
    """Fill `judged` from the text rows in the Parquet file `rows`."""
    connection.execute(f"create or replace temp table spelling as {_spelling_rows(codes)}")
    present = set(pl.read_parquet_schema(rows))
    # Local names only: the file's path is ours, its content never becomes SQL.
    connection.execute(_normalised(rows, contract, present))
    connection.execute(_with_codes(contract))
    connection.execute(_judged(contract, rules))


def _spelling_rows(codes: pl.DataFrame) -> str:
    # One statement: row by row, a few hundred spellings take longer than most deliveries.
    rows = codes.rows() or [("", "", "")]
    values = ", ".join("(" + ", ".join(map(literal, row)) + ")" for row in rows)
    return f"select * from (values {values}) as listed (vocabulary, word, code)"


def _normalised(rows: Path, contract: Contract, present: set[str]) -> str:
    cells = ", ".join(_cell(column, present) for column in contract.columns)
    return (
        f"create or replace temp table cells as select _row, {cells} "
        f"from read_parquet({literal(str(rows))})"
    )


def _cell(column: Column, present: set[str]) -> str:
    name = identifier(column.name)
    if column.name not in present:
        return f"null::varchar as {name}"
    empty = ["", *(text.lower() for text in column.properties.empty_values)]
    listed = ", ".join(literal(text) for text in empty)
    return f"case when lower(trim({name})) not in ({listed}) then trim({name}) end as {name}"


def _with_codes(contract: Contract) -> str:
    coded = [column for column in contract.columns if column.properties.vocabulary]
    names = "".join(f", s{n}.code as {spelling_of(column)}" for n, column in enumerate(coded))
    joins = " ".join(
        f"left join spelling s{n} on s{n}.word = lower(cells.{identifier(column.name)})"
        f" and s{n}.vocabulary = {literal(column.properties.vocabulary or '')}"
        for n, column in enumerate(coded)
    )
    cells = f"cells.*{names}{_copies(contract)}"
    return f"create or replace temp table coded as select {cells} from cells {joins}"


def _copies(contract: Contract) -> str:
    """Whether rows of one key differ, and which are plain repeats; no key, no copies."""
    if not contract.key:
        return ", false as _copies_differ, false as _repeat"
    key = ", ".join(f"cells.{identifier(name)}" for name in contract.key)
    keyed = " and ".join(f"cells.{identifier(name)} is not null" for name in contract.key)
    # Control characters keep "a|NULL" and "NULL|a" apart.
    parts = [f"coalesce(cells.{identifier(column.name)}, chr(30))" for column in contract.columns]
    content = f"md5(concat_ws(chr(31), {', '.join(parts)}))"
    return (
        f", {keyed} and min({content}) over (partition by {key}) <> "
        f"max({content}) over (partition by {key}) as _copies_differ"
        f", {keyed} and row_number() over (partition by {key}, {content} order by cells._row) > 1"
        " as _repeat"
    )


def _judged(contract: Contract, rules: tuple[Rule, ...]) -> str:
    row_rules = [rule for rule in rules if rule.broken is not None]
    broken = _codes_where_broken(row_rules)
    holding = ", ".join(literal(rule.code) for rule in row_rules if rule.severity != Severity.WARN)
    return f"""
        create or replace temp table judged as
        with broken as (select *, {broken} as _broken from coded)
        select *, list_has_any(_broken, [{holding}]::varchar[]) as _held from broken
    """


def _codes_where_broken(rules: Iterable[Rule]) -> str:
    cases = [f"case when {rule.broken} then {literal(rule.code)} end" for rule in rules]
    return f"list_filter([{', '.join(cases)}]::varchar[], lambda code: code is not null)"


def count_broken(connection: duckdb.DuckDBPyConnection, rules: tuple[Rule, ...]) -> dict[str, int]:
    """Rows breaking each row rule, 0 where none does."""
    found = dict(
        connection.execute(
            "select code, count(*) from (select unnest(_broken) as code from judged) group by code"
        ).fetchall()
    )
    return {rule.code: int(found.get(rule.code, 0)) for rule in rules if rule.broken is not None}


def count_held(connection: duckdb.DuckDBPyConnection) -> int:
    return int(connection.execute("select count(*) from judged where _held").fetchall()[0][0])


def count_rows(connection: duckdb.DuckDBPyConnection) -> tuple[int, int, int]:
    """(accepted, quarantined, superseded by an equal row of the same file)."""
    accepted, held, repeats = connection.execute(
        "select count(*) filter (where not _held and not _repeat), "
        "count(*) filter (where _held), count(*) filter (where not _held and _repeat) from judged"
    ).fetchall()[0]
    return int(accepted), int(held), int(repeats)


def mostly_outside(
    connection: duckdb.DuckDBPyConnection, column: Column, first: date, last: date
) -> bool:
    """Whether more than half of the rows with a date have it outside the declared period."""
    outside, dated = connection.execute(
        f"select count(*) filter (where day < ? or day > ?), count(day) "
        f"from (select ({typed(column)})::date as day from judged)",
        [first, last],
    ).fetchall()[0]
    return bool(outside * 2 > dated)


def write_quarantined(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Held rows as received, with the codes of the rules they break."""
    connection.execute(
        "copy (select cells.*, judged._broken as _rules from cells join judged using (_row) "
        f"where judged._held order by _row) to {literal(str(path))} (format parquet)"
    )


def write_accepted(
    connection: duckdb.DuckDBPyConnection, contract: Contract, receipt: Receipt, path: Path
) -> None:
    """Sound rows with vocabulary codes in place of spellings, and where they came from."""
    cells = ", ".join(
        f"coalesce({spelling_of(column)}, {identifier(column.name)}) as {identifier(column.name)}"
        if column.properties.vocabulary
        else identifier(column.name)
        for column in contract.columns
    )
    manifest = receipt.manifest
    connection.execute(
        f"copy (select {cells}, {literal(receipt.delivery_id)} as _delivery_id, _row, "
        f"date '{manifest.period_from}' as _period_from, date '{manifest.period_to}' as _period_to "
        f"from judged where not _held and not _repeat order by _row) "
        f"to {literal(str(path))} (format parquet)"
    )
