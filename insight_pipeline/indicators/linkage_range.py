"""How far each figure moves when doubtful links are drawn again: linkage's share of uncertainty.

Belongs here: counting every indicator once per drawn partition and the lowest and highest value
that come out. Does not belong here: who is whom in a draw (drawn_world.py; linkage draws them), or
the sampling interval (figure.py), beside which this range stands.

What a draw's members count more or less than the same citizens' members do now is its difference.
A standardised or weighted figure keeps its basis per case: an expected number follows the
denominator, and answers weigh what they weigh now. A median is taken again (drawn_medians.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import duckdb

from insight_pipeline.indicators.breakdowns import group_of, own_kinds
from insight_pipeline.indicators.drawn_medians import draw_medians
from insight_pipeline.indicators.drawn_world import draw_world
from insight_pipeline.indicators.explain import MEMBERS
from insight_pipeline.indicators.header import IndicatorHeader, Statistic
from insight_pipeline.sql.ctes import up_to_cte
from insight_pipeline.sql.engines.duckdb import identifier, literal
from insight_pipeline.sql.model import Macro, Model

RANGE_RELATION = "indicators.linkage_range"
WORLD = "drawn"
# Their denominator is a population, or nothing: no link can change it.
FIXED_DENOMINATOR = (Statistic.RATE, Statistic.DSR, Statistic.COUNT)

_COUNTED_TABLE = """
create table main.counted (
    indicator_id varchar, draw integer, citizen_id varchar, period_from date,
    breakdown_type varchar, breakdown varchar, stratum varchar, numerator double,
    denominator bigint
)
"""

# One row per draw, citizen and line of the measure; a member stands once, however many providers.
_COUNTED = """
insert into main.counted
with
member as ({members}),
types as (
    select breakdown_type from core.dim_breakdown_type
    union all
    select unnest({own}::varchar[]) as breakdown_type
),

lines as (
    select distinct
        split_part(member.citizen_id, '@', 2)::integer as draw,
        split_part(member.citizen_id, '@', 1) as citizen_id,
        member.member_id,
        member.period_from,
        types.breakdown_type,
        {group} as breakdown,
        {stratum} as stratum,
        {amount} as amount
    from member
    cross join types
)

select {indicator}, draw, citizen_id, period_from, breakdown_type, breakdown, stratum,
    sum(amount)::double as numerator, {members_counted}::bigint as denominator
from lines
where breakdown is not null
group by all
"""

_RANGE = """
create or replace table {home}.indicators.linkage_range as
with
draws as (select distinct draw from main.touched where draw > 0),

changes as (
    select indicator_id, draw, period_from, breakdown_type, breakdown, numerator, denominator
    from main.counted
    where draw > 0
    union all
    select counted.indicator_id, touched.draw, counted.period_from, counted.breakdown_type,
        counted.breakdown, -counted.numerator, -counted.denominator
    from main.counted as counted
    inner join main.touched as touched
        on counted.citizen_id = touched.citizen_id and touched.draw > 0
    where counted.draw = 0
),

differences as (
    select indicator_id, draw, period_from, breakdown_type, breakdown,
        sum(numerator) as numerator, sum(denominator) as denominator
    from changes
    group by all
),

drawn as (
    select
        figure.indicator_id, figure.period_from, figure.breakdown_type, figure.breakdown,
        figure.multiplier, figure.value,
        figure.numerator + coalesce(differences.numerator, 0) as numerator,
        figure.basis * case when figure.denominator = 0 then 1e0 else
            (figure.denominator + coalesce(differences.denominator, 0)) / figure.denominator
        end as basis
    from {home}.indicators.figure as figure
    cross join draws
    left join differences
        on
            figure.indicator_id = differences.indicator_id
            and figure.period_from = differences.period_from
            and figure.breakdown_type = differences.breakdown_type
            and figure.breakdown = differences.breakdown
            and draws.draw = differences.draw
    where figure.statistic <> 'median'
),

valued as (
    select indicator_id, period_from, breakdown_type, breakdown, value,
        figure_value(numerator, basis, multiplier)::decimal(18, 4) as drawn_value
    from drawn
    union all
    select figure.indicator_id, figure.period_from, figure.breakdown_type, figure.breakdown,
        figure.value, (median.middle * figure.multiplier)::decimal(18, 4) as drawn_value
    from {home}.indicators.figure as figure
    inner join main.drawn_median as median
        on
            figure.indicator_id = median.indicator_id
            and figure.period_from = median.period_from
            and figure.breakdown_type = median.breakdown_type
            and figure.breakdown = median.breakdown
)

select
    indicator_id::varchar as indicator_id,
    period_from::date as period_from,
    breakdown_type::varchar as breakdown_type,
    breakdown::varchar as breakdown,
    least(min(drawn_value), any_value(value))::decimal(18, 4) as linkage_lower,
    greatest(max(drawn_value), any_value(value))::decimal(18, 4) as linkage_upper
from valued
where value is not null
group by indicator_id, period_from, breakdown_type, breakdown
order by all
"""


def measure_linkage_range(
    connection: duckdb.DuckDBPyConnection, models: Sequence[Model], macros: Iterable[Macro]
) -> int:
    """Write `indicators.linkage_range` beside `indicators.figure`; returns its rows.

    Columns: indicator_id, period_from, breakdown_type, breakdown, linkage_lower and linkage_upper
    (lowest and highest value over the draws and as published, same unit as value).
    No rows where linkage drew nothing. `models`: all models in build order; `connection`: the
    warehouse with everything built and the macros installed.
    """
    home = identifier(_scalar(connection, "select current_database()"))
    connection.execute(f"attach ':memory:' as {WORLD}")
    connection.execute(f"use {WORLD}")
    try:
        draw_world(connection, models, macros, home, WORLD)
        connection.execute(_COUNTED_TABLE)
        for model in models:
            if isinstance(model.header, IndicatorHeader):
                _count(connection, model, model.header, home)
        draw_medians(connection, home, _medians(models))
        connection.execute(_RANGE.format(home=home))
    finally:
        connection.execute(f"use {home}")
        connection.execute(f"detach {WORLD}")
    return int(_scalar(connection, f"select count(*) from {RANGE_RELATION}"))


def _count(
    connection: duckdb.DuckDBPyConnection, model: Model, header: IndicatorHeader, home: str
) -> None:
    query = up_to_cte(model, MEMBERS)
    columns: Collection[str] = [r[0] for r in connection.execute(f"describe {query}").fetchall()]
    amount = "member.amount" if "amount" in columns else "member.is_met::integer"
    own = own_kinds(connection, f"{home}.indicators.{identifier(model.name)}")
    counted = "0" if header.statistic in FIXED_DENOMINATOR else "count(*)"
    connection.execute(
        _COUNTED.format(
            members=query,
            own=list(own),
            group=group_of("types.breakdown_type", own),
            stratum="member.stratum" if header.statistic is Statistic.MEDIAN else "null",
            amount=amount,
            members_counted=counted,
            indicator=literal(model.name),
        )
    )


def _medians(models: Iterable[Model]) -> list[str]:
    return [
        model.name
        for model in models
        if isinstance(model.header, IndicatorHeader) and model.header.statistic is Statistic.MEDIAN
    ]


def _scalar(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    return str(connection.execute(query).fetchall()[0][0])
