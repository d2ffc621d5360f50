"""Medians as they would be if doubtful links were drawn again.

Belongs here: the table main.drawn_median of the drawn world. Does not belong here: who is whom in a
draw (drawn_world.py), counting its members (linkage_range.py), or the limits of a median
(middle.py).

A draw's members with a value, more or fewer than the same citizens' members with it now, are added
to those the measure counts: the median is that of the counts that come out.
"""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from insight_pipeline.sql.engines.duckdb import identifier, literal

_MEASURED = """
select {name} as indicator_id, period_from, breakdown_type, breakdown, stratum, denominator
from {home}.indicators.{table}
"""

_TABLE = """
create table main.drawn_median (
    indicator_id varchar, draw integer, period_from date, breakdown_type varchar,
    breakdown varchar, middle double
)
"""

_DRAWN = """
insert into main.drawn_median
with
measured as ({measured}),

draws as (select distinct draw from main.touched where draw > 0),

changes as (
    select draws.draw, measured.*
    from measured
    cross join draws
    union all
    select draw, indicator_id, period_from, breakdown_type, breakdown, stratum, denominator
    from main.counted
    where draw > 0 and stratum is not null
    union all
    select touched.draw, counted.indicator_id, counted.period_from, counted.breakdown_type,
        counted.breakdown, counted.stratum, -counted.denominator
    from main.counted as counted
    inner join main.touched as touched
        on counted.citizen_id = touched.citizen_id and touched.draw > 0
    where counted.draw = 0 and counted.stratum is not null
),

valued as (
    select indicator_id, draw, period_from, breakdown_type, breakdown,
        try_cast(stratum as bigint) as value, sum(denominator)::bigint as members
    from changes
    group by all
    having sum(denominator) > 0
),

placed as (
    select *,
        sum(members) over (figure order by value)::bigint as up_to,
        sum(members) over (figure)::bigint as all_members
    from valued
    window figure as (partition by indicator_id, draw, period_from, breakdown_type, breakdown)
)

select indicator_id, draw, period_from, breakdown_type, breakdown,
    counted_median(value, up_to, all_members) as middle
from placed
group by indicator_id, draw, period_from, breakdown_type, breakdown
"""


def draw_medians(
    connection: duckdb.DuckDBPyConnection, home: str, medians: Collection[str]
) -> None:
    """Make main.drawn_median (indicator_id, draw, period_from, breakdown_type, breakdown, middle).

    `medians`: names of the indicators whose statistic is a median, whose members main.counted has
    by `stratum`; no other indicator's has one. `home`: the warehouse with their measures.
    """
    connection.execute(_TABLE)
    measured = "union all".join(
        _MEASURED.format(name=literal(name), home=home, table=identifier(name))
        for name in sorted(medians)
    )
    if measured:
        connection.execute(_DRAWN.format(measured=measured))
