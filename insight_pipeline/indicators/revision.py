"""The ledger of unsuppressed figures: nothing is overwritten, every change is a row with a reason.

Belongs here: what a night appends to it. Does not belong here: its columns (revision_ledger.py),
what counts as a change (revision_rules.py), why it happened (revision_reasons.py), or what the
public may see of it (publication/revisions.py). The warehouse is built in a copy that takes its
place as a whole: the ledger grows with the figures it speaks of, or not at all. No clock is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from insight_pipeline.indicators.catalogue import FIGURE_RELATION
from insight_pipeline.indicators.corrections import Correction
from insight_pipeline.indicators.declared import match_declared
from insight_pipeline.indicators.revision_ledger import LEDGER, make_ledger
from insight_pipeline.indicators.revision_marks import Marks
from insight_pipeline.indicators.revision_memory import (
    load_marks,
    make_mark_tables,
    remember_marks,
)
from insight_pipeline.indicators.revision_reasons import find_reasons
from insight_pipeline.indicators.revision_rules import KEY, find_revisions
from insight_pipeline.warehouse.sources import EVENTS

# What of a figure the ledger tells; in any but the basis a change is a revision.
TOLD = ("numerator", "denominator", "value", "lower95", "upper95")

_TONIGHT = f"""
create or replace temp table tonight_figure as
with
reached as (select max(period_to) as as_of_date from internal.{EVENTS}),

maturity as (
    select indicator_id, max(maturity_days) as maturity_days
    from tonight_follow
    group by indicator_id
)

select
    figure.*,
    reached.as_of_date,
    not figure.is_not_mature
    and coalesce(
        figure.period_to + coalesce(maturity.maturity_days, 0)::integer <= reached.as_of_date, false
    ) as is_settled
from {FIGURE_RELATION} as figure
cross join reached
left join maturity on figure.indicator_id = maturity.indicator_id
"""

_PERIODS = """
create or replace temp table revision_period as
select distinct indicator_id, period_from, period_to
from tonight_revision
where last_status is not null
"""

_APPEND = f"""
insert into {LEDGER} by name
with
nights as (select coalesce(max(night_no), 0) + 1 as night_no from {LEDGER}),

reached as (select max(period_to) as as_of_date from internal.{EVENTS}),

changed_kind as (
    select distinct kind, indicator_id from changed_mark
),

newest as (
    select *
    from {LEDGER}
    qualify row_number() over (partition by {", ".join(KEY)} order by revision_no desc) = 1
),

reasoned as (
    select
        revised.*,
        declared.declared.correction_id as correction_id,
        tonight.basis,
        case
            when revised.last_status is null then 'first'
            when declared.declared is not null then declared.declared.reason_code
            -- The same counts give another value only by another way of reckoning.
            when
                not revised.is_same
                and revised.numerator is not distinct from newest.numerator
                and revised.denominator is not distinct from newest.denominator
                and exists (select 1 from changed_kind where kind = 'statistics')
                then 'method'
            -- Nothing but the status, which people who moved do not decide: time was reported.
            when
                revised.is_same
                and revised.indicator_id in (
                    select indicator_id from changed_kind where kind = 'maturity'
                )
                then 'method'
            when revised.is_same and reason.place > 4 then 'late_data'
            else reason.reason_code
        end as reason_code
    from tonight_revision as revised
    left join newest using ({", ".join(KEY)})
    left join tonight_figure as tonight using ({", ".join(KEY)})
    left join declared_reason as declared using ({", ".join(KEY)})
    left join revision_reason as reason using (indicator_id, period_from, period_to)
)

select
    nights.night_no,
    {", ".join(f"reasoned.{name}" for name in KEY)},
    reasoned.revision_no,
    {", ".join(f"reasoned.{name}" for name in TOLD)},
    reasoned.basis,
    reasoned.status,
    reasoned.reason_code,
    reasoned.previous_value,
    reasoned.difference,
    reached.as_of_date,
    reasoned.correction_id
from reasoned
cross join nights
cross join reached
order by {", ".join(f"reasoned.{name}" for name in KEY)}
"""

_COUNTS = f"""
select reason_code, count(*)
from {LEDGER}
where night_no = (select max(night_no) from {LEDGER})
group by reason_code
order by reason_code
"""


@dataclass(frozen=True)
class RevisionCounts:
    """Figures by what a night did to them; `revised` counts by reason code, `first` not in it."""

    new: int
    unchanged: int
    revised: Mapping[str, int]


def record_revisions(
    connection: duckdb.DuckDBPyConnection,
    marks: Marks,
    declared: Iterable[Correction],
    yesterday: Path,
) -> RevisionCounts:
    """Append to the ledger every figure of `indicators.figure` that differs from its last row.

    yesterday: the warehouse that stands (or none yet), while `connection` is to the copy being
    built. A second run on the same figures appends nothing.
    """
    make_ledger(connection)
    make_mark_tables(connection)
    load_marks(connection, marks)
    connection.execute(_TONIGHT)
    find_revisions(connection, "tonight_figure", LEDGER, TOLD, "tonight_revision")
    connection.execute(_PERIODS)
    found = _count(connection, "tonight_revision")
    if found:
        find_reasons(connection, yesterday)
        match_declared(connection, declared, LEDGER)
        connection.execute(_APPEND)
    remember_marks(connection, marks)
    return _counts(connection, found)


def _counts(connection: duckdb.DuckDBPyConnection, found: int) -> RevisionCounts:
    by_reason = dict(connection.execute(_COUNTS).fetchall()) if found else {}
    gone = "tonight_revision where status = 'withdrawn'"
    given = _count(connection, "tonight_figure")
    return RevisionCounts(
        new=by_reason.pop("first", 0),
        unchanged=given - found + _count(connection, gone),
        revised=by_reason,
    )


def _count(connection: duckdb.DuckDBPyConnection, rows: str) -> int:
    return int(connection.execute(f"select count(*) from {rows}").fetchall()[0][0])
