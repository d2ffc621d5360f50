"""Tonight's figures as the audit sees them: what is told of each, and the counts behind it.

Belongs here: reading the temp table disclosure_cell, and writing back what else is withheld. Does
not belong here: deciding it (audit.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

import duckdb

from insight_pipeline.publication.disclosure.policy import PoliciesInForce
from insight_pipeline.publication.disclosure.told import (
    DENOMINATOR,
    EXPECTED,
    MEDIAN,
    NUMERATOR,
    PROPORTIONS,
    REST,
    TOTAL,
    Counted,
    Told,
)

# Cohort (the first indicator of it), first and last day of the period.
BlockKey = tuple[str, date, date]

_WANTED = """
select
    cell.cohort, cell.period_from, cell.period_to,
    cell.indicator_id, cell.breakdown_type, cell.breakdown, cell.statistic,
    {shown},
    cell.numerator, cell.denominator, cell.basis
from disclosure_cell as cell
{beside}
where not cell.is_not_mature
order by all
"""

_PROPOSED = _WANTED.format(
    shown="cell.is_hidden, cell.shown_numerator, cell.shown_denominator, cell.shown_basis::double",
    beside="",
)

_PUBLISHED = _WANTED.format(
    shown="public.numerator is null, public.numerator, public.denominator, public.basis::double",
    beside="""inner join public_figure as public
    on
        cell.indicator_id = public.indicator_id
        and cell.period_from = public.period_from
        and cell.period_to = public.period_to
        and cell.breakdown_type = public.breakdown_type
        and cell.breakdown = public.breakdown""",
)

_HIDE = """
update disclosure_cell set is_hidden = true
from disclosure_further as further
where
    disclosure_cell.indicator_id = further.indicator_id
    and disclosure_cell.period_from = further.period_from
    and disclosure_cell.period_to = further.period_to
    and disclosure_cell.breakdown_type = further.breakdown_type
    and disclosure_cell.breakdown = further.breakdown
"""

_FURTHER = """
create or replace temp table disclosure_further (
    indicator_id varchar, period_from date, period_to date, breakdown_type varchar,
    breakdown varchar
)
"""


def proposed(
    connection: duckdb.DuckDBPyConnection, policies: PoliciesInForce
) -> dict[BlockKey, list[Counted]]:
    """Mature figures by cohort and period, in the order of their names, as they would be told."""
    return _blocks(connection, policies, _PROPOSED)


def about_to_be_published(
    connection: duckdb.DuckDBPyConnection, policies: PoliciesInForce
) -> dict[BlockKey, list[Counted]]:
    """The same, as the temp table public_figure tells them."""
    return _blocks(connection, policies, _PUBLISHED)


def _blocks(
    connection: duckdb.DuckDBPyConnection, policies: PoliciesInForce, query: str
) -> dict[BlockKey, list[Counted]]:
    rows = connection.execute(query).fetchall()
    return {
        key: [_counted(row[3:], policies) for row in items]
        for key, items in groupby(rows, key=lambda row: row[:3])
    }


def _counted(row: Sequence[Any], policies: PoliciesInForce) -> Counted:
    indicator_id, kind, breakdown, statistic, is_hidden, *numbers = row
    shown = (None if is_hidden or number is None else float(number) for number in numbers[:3])
    told = Told(indicator_id, kind, breakdown, statistic, policies.of(indicator_id), *shown)
    return Counted(told, dict(_counts(told, *numbers[3:])))


def _counts(
    told: Told, numerator: float, denominator: float | None, basis: float | None
) -> Iterable[tuple[str, float]]:
    if told.statistic != MEDIAN:
        yield NUMERATOR, numerator
    if denominator is not None:
        yield DENOMINATOR, denominator
    if told.statistic in PROPORTIONS and denominator is not None:
        yield REST, denominator - numerator
    if told.statistic == "isr" and told.kind != TOTAL:
        yield EXPECTED, basis or 0.0


def hide(connection: duckdb.DuckDBPyConnection, further: Mapping[BlockKey, Iterable[Told]]) -> None:
    """Set `is_hidden` in disclosure_cell for further figures."""
    rows = [
        [told.indicator_id, key[1], key[2], told.kind, told.breakdown]
        for key, figures in sorted(further.items())
        for told in figures
    ]
    if rows:
        connection.execute(_FURTHER)
        connection.executemany("insert into disclosure_further values (?, ?, ?, ?, ?)", rows)
        connection.execute(_HIDE)
        connection.execute("drop table disclosure_further")
