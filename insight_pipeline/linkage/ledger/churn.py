"""How many people got another id tonight, and why: the measure a night is judged by.

Belongs here: counting and the limit. Does not belong here: what is done about it.
Counted are records there both before and after tonight, and the people they were: new and deleted
records change nobody's id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from insight_pipeline.linkage.ledger.tables import number
from insight_pipeline.linkage.policy import LinkagePolicy

ALL = "all"

_CHURN = """
    insert into churn
    with changed as (
        select old.citizen_key as from_key, new.citizen_key as to_key
        from ledger_before as old inner join ledger_after as new using (rid)
        where old.citizen_key <> new.citizen_key
    ), explained as (
        select from_key, to_key, cause from ledger_tonight inner join ledger_cause using (id)
    ), counted as (
        select cause, count(*) as records, count(distinct from_key) as people
        from changed inner join explained using (from_key, to_key)
        group by grouping sets ((), (cause))
    )
    select
        $night, $as_of, coalesce(cause, $all), $records, coalesce(records, 0),
        $people, coalesce(people, 0)
    from counted
    order by cause nulls first
"""


@dataclass(frozen=True)
class Churn:
    """One night's churn; `by_cause` holds records and people changed, of which a cause is known."""

    night: int
    records_kept: int
    records_changed: int
    people_kept: int
    people_changed: int
    by_cause: Mapping[str, tuple[int, int]]

    @property
    def record_percent(self) -> float:
        """Records with another id than last night, of those there on both nights."""
        return _percent(self.records_changed, self.records_kept)

    @property
    def people_percent(self) -> float:
        """Last night's people with a record under another id, of those with a record left."""
        return _percent(self.people_changed, self.people_kept)

    def over_limit(self, policy: LinkagePolicy) -> bool:
        """Whether more people, or more records, changed than the policy allows in a night."""
        return max(self.record_percent, self.people_percent) > policy.churn_limit_percent


def _percent(part: int, whole: int) -> float:
    return 100.0 * part / whole if whole else 0.0


@dataclass(frozen=True)
class Population:
    """Records and people there before tonight and still there after."""

    records: int
    people: int


def kept(con: duckdb.DuckDBPyConnection) -> Population:
    """Counted before table person is rewritten, from what stands and what goes."""
    people = number(con, "select count(*) from issued_key where state = 'current'")
    emptied = number(
        con,
        """
        select count(*) from (
            select citizen_key from ledger_before group by citizen_key having bool_and(is_gone))
    """,
    )
    gone = number(con, "select count(*) from ledger_before where is_gone")
    return Population(number(con, "select count(*) from person") - gone, people - emptied)


def measure_churn(
    con: duckdb.DuckDBPyConnection, night: int, as_of: date | None, population: Population
) -> Churn:
    """Tonight's rows of table churn: one for all, and one for each cause there was."""
    given = {"night": night, "as_of": as_of, "all": ALL}
    con.execute(_CHURN, {**given, "records": population.records, "people": population.people})
    return _churn(_rows(con, night))


def read_churn(con: duckdb.DuckDBPyConnection, night: int | None = None) -> Churn | None:
    """A night's churn, the latest one's without a number; None where there is none."""
    rows = _rows(con, night)
    return _churn(rows) if rows else None


def _rows(con: duckdb.DuckDBPyConnection, night: int | None) -> list[tuple[Any, ...]]:
    return con.execute(
        "select night, cause, records_kept, records_changed, people_kept, people_changed "
        "from churn where night = coalesce(?, (select max(night) from churn)) "
        "order by cause <> ?, cause",
        [night, ALL],
    ).fetchall()


def _churn(rows: list[tuple[Any, ...]]) -> Churn:
    """The first row is for all causes."""
    night, _, records_kept, records_changed, people_kept, people_changed = rows[0]
    causes = {str(row[1]): (int(row[3]), int(row[5])) for row in rows[1:]}
    return Churn(night, records_kept, records_changed, people_kept, people_changed, causes)


def read_nights(con: duckdb.DuckDBPyConnection, nights: int) -> list[tuple[Any, ...]]:
    """Rows of table churn of the last `nights` nights, latest first, all causes before each."""
    return con.execute(
        "from churn where night > (select max(night) from churn) - ? "
        "order by night desc, cause <> ?, cause",
        [nights, ALL],
    ).fetchall()
