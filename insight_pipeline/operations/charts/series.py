"""The course of each indicator: the borough's total by period, with centre and process limits.

Belongs here: reading the totals of the warehouse, all indicators at once. Does not belong here:
limits (macro spc_xmr), or what may be published: these figures are for internal
eyes, without disclosure control, and no smaller than a total.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from insight_pipeline.indicators.statistics.spc import MINIMUM_POINTS
from insight_pipeline.operations.charts.picture import Picture, of_chart
from insight_pipeline.publication.site.charts.model import Axis, Limits, Mark
from insight_pipeline.publication.site.charts.spc import spc_chart
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect

# Wheeler, Understanding Variation: limits of fewer say little; up to 12 they are trial limits.
FEWEST_POINTS = 6
_IS_MADE = """
select count(*) from duckdb_tables()
where schema_name = 'indicators' and table_name = 'figure'
"""
_TOTALS = """
create temp table total as
select
    indicator_id as series_id, title, period_from as period, period_to, value::double as shown,
    case when not is_not_mature then value end::double as value, false as is_rebase,
    lower95::double as lower95, upper95::double as upper95, polarity, statistic, multiplier, unit,
    is_not_mature
from indicators.figure
where breakdown_type = 'total' and value is not null
"""
_JUDGED = f"""
select
    total.*, judged.mean, judged.lpl, judged.upl, judged.point_type, judged.has_degenerate_limits
from total
inner join spc_xmr('total', minimum_points := {MINIMUM_POINTS}) as judged using (series_id, period)
order by total.series_id, total.period
"""


def indicator_pictures(settings: Settings) -> dict[str, Picture]:
    """Indicator → the course of its total; nothing before the warehouse holds figures."""
    if not settings.warehouse.is_file():
        return {}
    # The warehouse keeps the macros it was built with: making them again would cost more.
    with connect(settings, settings.warehouse, read_only=True) as connection:
        if not connection.execute(_IS_MADE).fetchall()[0][0]:
            return {}
        connection.execute(_TOTALS)
        found = connection.execute(_JUDGED)
        names = [column[0] for column in found.description or []]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {name: _drawn(list(group)) for name, group in groupby(rows, itemgetter("series_id"))}


def _drawn(rows: Sequence[Mapping[str, Any]]) -> Picture:
    mature = sum(row["value"] is not None for row in rows)
    has_limits = mature >= FEWEST_POINTS and not rows[-1]["has_degenerate_limits"]
    limits = [Limits(row["mean"], row["lpl"], row["upl"]) for row in rows] if has_limits else None
    first = rows[0]
    marks = [_mark(row, has_limits) for row in rows]
    is_trial = has_limits and mature < MINIMUM_POINTS
    trial = f", trial limits of {mature} points" if is_trial else ""
    title = f"{first['title']}, the borough's total{trial}"
    return of_chart(title, spc_chart("course", title, marks, _axis(first), limits=limits))


def _axis(figure: Mapping[str, object]) -> Axis:
    """Roughly as the report site writes it; the figures here have no disclosure control anyway."""
    statistic, multiplier = str(figure["statistic"]), figure["multiplier"]
    if statistic.endswith("proportion") and multiplier == 100:
        return Axis("%", 1)
    if statistic == "count":
        return Axis(str(figure["unit"]), 0)
    return Axis(f"per {multiplier:,}" if multiplier != 1 else "", 1)


def _mark(row: Mapping[str, object], has_limits: bool) -> Mark:
    start = row["period"]
    label = f"{start:%b %y}" if isinstance(start, date) else str(start)
    return Mark(
        label=label,
        value=_number(row["shown"]),
        lower=_number(row["lower95"]),
        upper=_number(row["upper95"]),
        shorthand="[p]" if row["is_not_mature"] else "",
        signal=str(row["point_type"] or "") if has_limits else "",
        long_label=f"{start} to {row['period_to']}",
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None
