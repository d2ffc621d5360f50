"""The citizens behind a measure, and the delivery, file and row each of them came from.

Belongs here: from a line of `indicators.<id>` back to its members and their events. Does not belong
here: who may ask and the log of who did (governance), or anything published. Citizens are shown
under their pseudonyms; an event is named by where it stands in a delivery.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

from insight_pipeline.indicators.breakdowns import group_of, own_kinds
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.sql.ctes import up_to_cte
from insight_pipeline.sql.engines.duckdb import identifier
from insight_pipeline.sql.model import Model

# The CTE of every indicator that lists who is counted (docs/add-an-indicator.md).
MEMBERS = "members"

_MEASURE = """
select sum(numerator)::bigint, sum(denominator)::bigint
from indicators.{name}
where period_from = $period_from and breakdown_type = $breakdown_type and breakdown = $breakdown
having count(*) > 0
"""

# A member may stand in several rows, one a provider: it is listed once.
_BEHIND = """
with
member as ({members}),

listed as (
    select distinct member_id, citizen_id, index_date, {met} as is_met, event_id, met_event_id
    from member
    where
        period_from = $period_from
        and {group} = $breakdown
),

traced as (
    select *, 'index' as role, event_id as source_id from listed
    union all
    select *, 'outcome' as role, met_event_id as source_id from listed
    where met_event_id is not null and met_event_id <> event_id
)

select
    traced.member_id,
    traced.citizen_id,
    traced.index_date,
    traced.is_met,
    traced.role,
    event.provider_id,
    event.service_code,
    event.event_code,
    event.event_from_date,
    event.delivery_id,
    event.row_number
from traced
left join core.fct_service_event as event on traced.source_id = event.event_id
order by traced.index_date, traced.citizen_id, traced.member_id, traced.role, event.event_id
"""


@dataclass(frozen=True)
class Slice:
    """One line of a measure: an indicator's period and the total, area, provider, sex or age."""

    indicator_id: str
    period_from: date
    breakdown_type: str = "total"
    breakdown: str = "all"

    def __str__(self) -> str:
        period = self.period_from.isoformat()
        return f"{self.indicator_id} {period} {self.breakdown_type}={self.breakdown}"


@dataclass(frozen=True)
class Behind:
    """A measure's counts and who is behind them.

    members: member_id, citizen_id, index_date, is_met, role (index or outcome), provider_id,
    service_code, event_code, event_from_date, delivery_id, row_number, file; a row per event.
    """

    numerator: int
    denominator: int
    members: pl.DataFrame

    @property
    def citizens(self) -> int:
        return self.members["citizen_id"].n_unique()


def explain(
    connection: duckdb.DuckDBPyConnection, model: Model, wanted: Slice, files: Mapping[str, str]
) -> Behind:
    """Who is counted in one line of an indicator, from a warehouse connection with its macros.

    `files`: delivery id → name of the file it came in. InsightError when there is no such line.
    """
    line = {
        "period_from": wanted.period_from,
        "breakdown_type": wanted.breakdown_type,
        "breakdown": wanted.breakdown,
    }
    counts = connection.execute(_MEASURE.format(name=identifier(model.name)), line).fetchall()
    if not counts:
        raise InsightError([_no_such_line(connection, wanted)])
    query = up_to_cte(model, MEMBERS)
    group = group_of(
        "$breakdown_type", own_kinds(connection, f"indicators.{identifier(model.name)}")
    )
    columns = [row[0] for row in connection.execute(f"describe {query}").fetchall()]
    met = "is_met" if "is_met" in columns else "true"
    found: pl.DataFrame = connection.sql(
        _BEHIND.format(members=query, met=met, group=group), params=line
    ).pl()
    names = pl.DataFrame(
        {"delivery_id": list(files), "file": list(files.values())},
        schema={"delivery_id": pl.String, "file": pl.String},
    )
    members = found.join(names, on="delivery_id", how="left", maintain_order="left")
    numerator, denominator = counts[0]
    return Behind(numerator, denominator, members)


def _no_such_line(connection: duckdb.DuckDBPyConnection, wanted: Slice) -> Fault:
    query = (
        f"select distinct period_from from indicators.{identifier(wanted.indicator_id)} "
        "order by period_from"
    )
    periods = ", ".join(str(row[0]) for row in connection.execute(query).fetchall())
    return Fault(
        where=f"indicators.{wanted.indicator_id}",
        expected=f"a line for {wanted.breakdown_type} '{wanted.breakdown}' in the period that "
        f"starts on {wanted.period_from}",
        found=f"none; periods start on {periods or 'no day at all'}",
        consequence="nobody is listed",
        next_step="name the period's first day, and a breakdown such as total, area=CODE, "
        "provider=ID or sex=F",
    )
