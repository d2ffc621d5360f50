"""The median of each figure and its limits, from how many members have which value.

Belongs here: the temp table `indicator_median`, for indicators whose statistic is a median. Does
not belong here: medians of single values (statistics/medians.py), what of them may be shown
(publication).

A figure's rows name a whole number each, and how many members have it. The values at the ranks
that the median and its limits stand at are those of the members in order: no member is listed.

Source of the limits: Conover 1999, Practical nonparametric statistics, 3rd edition, section 3.2.
"""

from __future__ import annotations

import duckdb

_MEDIANS = """
create or replace temp table indicator_median as
with
counted as (
    select
        measure.indicator_id,
        measure.period_from,
        measure.breakdown_type,
        measure.breakdown,
        try_cast(measure.stratum as bigint) as value,
        measure.denominator as members
    from indicator_measure as measure
    inner join indicator_header as header on measure.indicator_id = header.indicator_id
    where header.statistic = 'median' and measure.denominator > 0
),

placed as (
    select
        *,
        sum(members) over (figure order by value)::bigint as up_to,
        sum(members) over (figure)::bigint as all_members
    from counted
    window figure as (partition by indicator_id, period_from, breakdown_type, breakdown)
),

sizes as (select distinct all_members from placed),

ranks as (
    select
        all_members,
        median_rank(all_members, 0.95) as rank95,
        median_rank(all_members, 0.998) as rank998
    from sizes
)

select
    placed.indicator_id,
    placed.period_from,
    placed.breakdown_type,
    placed.breakdown,
    counted_median(placed.value, placed.up_to, placed.all_members) as median_value,
    min(placed.value) filter (where placed.up_to >= ranks.rank95) * 1e0 as median_lower95,
    min(placed.value) filter (where placed.up_to > placed.all_members - ranks.rank95) * 1e0
        as median_upper95,
    min(placed.value) filter (where placed.up_to >= ranks.rank998) * 1e0 as median_lower998,
    min(placed.value) filter (where placed.up_to > placed.all_members - ranks.rank998) * 1e0
        as median_upper998
from placed
inner join ranks on placed.all_members = ranks.all_members
group by placed.indicator_id, placed.period_from, placed.breakdown_type, placed.breakdown
"""


def make_medians(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temp table `indicator_median`: one row a figure whose statistic is a median.

    Columns: indicator_id, period_from, breakdown_type, breakdown, median_value and its limits
    median_lower95, median_upper95, median_lower998, median_upper998, in the unit of the stratum
    (double). Fewer than 6 members have no limits at 95 %, fewer than 10 none at 99.8 %. Reads
    indicator_measure and indicator_header.
    """
    connection.execute(_MEDIANS)
