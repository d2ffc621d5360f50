"""What the public figures say: better or worse than the benchmark, rising or falling, in control.

Belongs here: which published figures form a series, and every judgement beside its figure. Does not
belong here: what a figure is compared with (benchmarks.py), or the tests themselves (macros trend_*
and spc_*; in Python indicators/statistics). Only disclosure-controlled figures are read, so that no
judgement can tell more about a withheld figure than its blank does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import duckdb

from insight_pipeline.indicators.header import IndicatorHeader, Period
from insight_pipeline.publication.benchmarks import compare_with_benchmarks

PUBLIC_JUDGEMENT = "public_judgement"

_HEADERS = """
create or replace temp table judgement_header (
    indicator_id varchar, is_annual boolean, benchmark_value double, benchmark_id varchar,
    target double
)
"""

# A figure that is not mature is no point yet; a withheld one is a point without a value, which ends
# a trend and breaks a run.
_POINTS = """
create or replace temp table judgement_point as
select
    dense_rank() over (
        order by
            figure.indicator_id, figure.area_code, figure.provider_id, figure.breakdown_type,
            figure.breakdown
    ) as series_id,
    figure.indicator_id,
    figure.area_code,
    figure.provider_id,
    figure.breakdown_type,
    figure.breakdown,
    figure.period_from,
    figure.period_to,
    figure.value::double as value,
    figure.numerator as count,
    figure.denominator,
    figure.lower95::double as lower95,
    figure.upper95::double as upper95,
    figure.statistic,
    figure.polarity,
    header.is_annual,
    header.target,
    false as is_rebase,
    count(figure.value) over (
        partition by
            figure.indicator_id, figure.area_code, figure.provider_id, figure.breakdown_type,
            figure.breakdown
    ) as points
from public_figure as figure
inner join judgement_header as header on figure.indicator_id = header.indicator_id
where not figure.is_not_mature
"""

# Limits of fewer than 12 points would be trial limits: such a series is not judged.
_SERIES = """
create or replace temp view judgement_annual as
select * exclude (period_from), year(period_from) as period
from judgement_point
where is_annual;

create or replace temp view judgement_process as
select * exclude (period_from), period_from as period
from judgement_point
where points >= 12
"""

# A trend is said once, of the latest period. Limits that lie on the mean judge nothing.
_JUDGED = """
create or replace temp table public_judgement as
with
latest as (
    select series_id, max(period_from) as period_from
    from judgement_point
    group by series_id
),

trends as (select series_id, recent_trend from trend_recent('judgement_annual')),

processes as (
    select series_id, period, mean, lpl, upl, point_type
    from spc_xmr('judgement_process')
    where not has_degenerate_limits
),

judged_points as (
    select
        point.*,
        case when latest.period_from is not null then coalesce(recent_trend, 'CannotBeCalculated')
            end as recent_trend,
        processes.point_type,
        spc_assurance(processes.lpl, processes.upl, point.target, point.polarity) as assurance,
        processes.mean,
        processes.lpl,
        processes.upl
    from judgement_point as point
    left join latest
        on point.series_id = latest.series_id and point.period_from = latest.period_from
    left join trends on point.series_id = trends.series_id
    left join processes
        on point.series_id = processes.series_id and point.period_from = processes.period
)

select
    compared.indicator_id::varchar as indicator_id,
    compared.period_from::date as period_from,
    compared.period_to::date as period_to,
    compared.area_code::varchar as area_code,
    compared.provider_id::varchar as provider_id,
    compared.breakdown_type::varchar as breakdown_type,
    compared.breakdown::varchar as breakdown,
    compared.compared_outcome::varchar as compared_outcome,
    compared.compare_method::varchar as compare_method,
    compared.benchmark_id::varchar as benchmark_id,
    compared.benchmark_value::decimal(18, 4) as benchmark_value,
    compared.funnel_flag::varchar as funnel_flag,
    compared.funnel_method::varchar as funnel_method,
    compared.funnel_groups::integer as funnel_groups,
    compared.dispersion::decimal(18, 4) as dispersion,
    compared.tau_squared::decimal(18, 6) as tau_squared,
    compared.quintile::integer as quintile,
    judged_points.recent_trend::varchar as recent_trend,
    judged_points.point_type::varchar as spc_variation,
    judged_points.assurance::varchar as spc_assurance,
    judged_points.mean::decimal(18, 2) as spc_mean,
    judged_points.lpl::decimal(18, 2) as spc_lpl,
    judged_points.upl::decimal(18, 2) as spc_upl
from judgement_compared as compared
left join judged_points using (
    indicator_id, period_from, period_to, area_code, provider_id, breakdown_type, breakdown
)
order by
    indicator_id, period_from, period_to, area_code, provider_id, breakdown_type, breakdown
"""


def judge(connection: duckdb.DuckDBPyConnection, headers: Mapping[str, IndicatorHeader]) -> None:
    """Make the temp table `public_judgement`, one row per row of `public_figure`, same keys.

    Read of public_figure: its keys, numerator, denominator, basis, value, lower95, upper95,
    polarity, statistic and is_not_mature; of `headers` (indicator id to header): period, benchmark
    and target. The connection must have the macros of functions/; it may be read-only.
    Columns and their meaning: database/judgement_columns.py.
    """
    connection.execute(_HEADERS)
    connection.executemany(
        "insert into judgement_header values (?, ?, ?, ?, ?)", list(_header_rows(headers))
    )
    compare_with_benchmarks(connection)
    for statement in (_POINTS, _SERIES, _JUDGED):
        connection.execute(statement)


def _header_rows(headers: Mapping[str, IndicatorHeader]) -> Iterator[list[object]]:
    for name, header in sorted(headers.items()):
        yardstick, target = header.yardstick, header.target
        yield [
            name,
            header.period is Period.FINANCIAL_YEAR,
            yardstick.value if yardstick else None,
            yardstick.name if yardstick else None,
            target.value if target else None,
        ]
