"""The one pass over a delivery's cells: which rows break which rule, and what is counted.

Belongs here: SQL over `cells`, and what is read off it. Does not belong here: making the cells
(cells.py), listing what is wrong (issues.py), deciding what follows (judge.py).
`find_exceptions` fills `exceptions`: a row for each row that breaks a rule or repeats another, with
`_broken` (places of the rules among the row rules), `_held` and `_repeat`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from insight_pipeline.contracts.judging.cells import flags
from insight_pipeline.contracts.judging.headers import Header
from insight_pipeline.contracts.judging.rules import Rule
from insight_pipeline.contracts.judging.sharing import copies, sharing
from insight_pipeline.contracts.promise.cell import DEFAULT_FORMATS, spelling_of, value_of
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.sql.engines.duckdb import identifier, literal

FILLED, MISSING = "*", ""


@dataclass(frozen=True)
class Found:
    """What one pass counted. broken: rule → rows. profile: column → code, '' or '*' → cells.

    outside, dated: rows whose period column lies outside the declared period, or holds a day.
    """

    rows: int
    held: int
    repeats: int
    broken: dict[str, int]
    normalised: dict[tuple[str, str], int]
    profile: dict[str, dict[str, int]]
    outside: int
    dated: int


def find_exceptions(
    connection: duckdb.DuckDBPyConnection, contract: Contract, rules: Sequence[Rule]
) -> None:
    """Fill `exceptions` from `cells`."""
    counted = [rule for rule in rules if rule.counts_rows]
    flagged = [f"({rule.broken}) as b{n}" for n, rule in enumerate(counted)]
    marks = [f"b{n}" for n in range(len(counted))]
    holding = [f"b{n}" for n, rule in enumerate(counted) if rule.holds]
    cases = ", ".join(f"case when {mark} then {n} end" for n, mark in enumerate(marks))
    connection.execute(
        f"""
        create or replace temp table exceptions as
        with {copies(contract)}{sharing(contract, counted)}
        select
            _row,
            _repeat,
            list_filter([{cases}]::smallint[], lambda place: place is not null) as _broken,
            coalesce({" or ".join(holding) or "false"}, false) as _held
        from (select _row, _repeat{"".join(", " + one for one in flagged)} from joined)
        where {" or ".join(["_repeat", *marks])}
        """
    )


def count(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    rules: Sequence[Rule],
    header: Header,
    period: tuple[date, date] | None,
) -> Found:
    """Everything the verdict and the profile need, from `cells` and `exceptions`."""
    repairs = flags(contract, header)
    asked = [*_totals(contract, period), *_sums(repairs.values()), *_contents(contract)]
    (rows, outside, dated, *others), *_ = connection.execute(
        f"select {', '.join(asked)} from cells"
    ).fetchall()
    changed, contents = others[: len(repairs)], others[len(repairs) :]
    held, repeats, broken = _exceptions_counted(connection, rules)
    return Found(
        rows=rows,
        held=held,
        repeats=repeats,
        broken=broken,
        normalised={k: n for k, n in zip(repairs, changed, strict=True) if n},
        profile=_profile(contract, rows, contents),
        outside=outside,
        dated=dated,
    )


def _totals(contract: Contract, period: tuple[date, date] | None) -> list[str]:
    column = next((c for c in contract.columns if c.name == contract.promise.period_column), None)
    if column is None or period is None:
        return ["count(*)", "0", "0"]
    form = "{}::date" if column.type in DEFAULT_FORMATS else "try_cast({} as date)"
    day = form.format(value_of(column))
    first, last = (f"date '{day.isoformat()}'" for day in period)
    outside = f"count(*) filter (where {day} < {first} or {day} > {last})"
    return ["count(*)", outside, f"count({day})"]


def _sums(conditions: Iterable[str]) -> list[str]:
    return [f"count(*) filter (where {condition})" for condition in conditions]


def _contents(contract: Contract) -> list[str]:
    filled = [f"count({identifier(column.name)})" for column in contract.columns]
    coded = [column for column in contract.columns if column.properties.vocabulary]
    return [*filled, *(f"histogram({spelling_of(column)})" for column in coded)]


def _profile(contract: Contract, rows: int, contents: Sequence[Any]) -> dict[str, dict[str, int]]:
    names = [column.name for column in contract.columns]
    coded = [column.name for column in contract.columns if column.properties.vocabulary]
    filled = dict(zip(names, contents[: len(names)], strict=True))
    codes = dict(zip(coded, contents[len(names) :], strict=True))
    return {
        name: {MISSING: rows - filled[name], FILLED: filled[name], **(codes.get(name) or {})}
        for name in names
    }


def _exceptions_counted(
    connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule]
) -> tuple[int, int, dict[str, int]]:
    """(rows held, repeats not held, rule → rows that break it, 0 where none does)."""
    found = dict(
        connection.execute(
            "select place, count(*) from (select unnest(_broken) as place from exceptions) "
            "group by place "
            "union all select -1, count(*) from exceptions where _held "
            "union all select -2, count(*) from exceptions where _repeat and not _held"
        ).fetchall()
    )
    codes = [rule.code for rule in rules if rule.counts_rows]
    broken = {code: int(found.get(place, 0)) for place, code in enumerate(codes)}
    return found[-1], found[-2], broken


def write_exceptions(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Rows that break a rule, with the places of the rules among those that count rows."""
    connection.execute(
        "copy (select _row, _broken from exceptions where len(_broken) > 0) "
        f"to {literal(str(path))} (format parquet)"
    )


def write_quarantined(
    connection: duckdb.DuckDBPyConnection, contract: Contract, rules: Sequence[Rule], path: Path
) -> None:
    """Held rows after their repairs, with the codes of the rules they break."""
    codes = ", ".join(literal(rule.code) for rule in rules if rule.counts_rows)
    cells = ", ".join(f"cells.{identifier(column.name)}" for column in contract.columns)
    broken = f"list_transform(_broken, lambda place: ([{codes}]::varchar[])[place + 1])"
    connection.execute(
        f"copy (select _row, {cells}, {broken} as _rules from cells join exceptions using (_row) "
        f"where _held order by _row) to {literal(str(path))} (format parquet)"
    )


def write_accepted(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    delivery_id: str,
    period: tuple[date, date],
    path: Path,
) -> None:
    """Sound rows, and where they came from."""
    cells = ", ".join(identifier(column.name) for column in contract.columns)
    connection.execute(
        f"copy (select {cells}, {literal(delivery_id)} as _delivery_id, _row, "
        f"date '{period[0]}' as _period_from, date '{period[1]}' as _period_to from cells "
        "anti join (select _row from exceptions where _held or _repeat) as kept_back using (_row) "
        f"order by _row) to {literal(str(path))} (format parquet)"
    )
