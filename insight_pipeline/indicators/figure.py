"""From numerator and denominator to a figure: value, limits, linkage rate, coverage, maturity.

Belongs here: everything that follows from a measure and its indicator's header, set-based and with
the macros of functions/. Does not belong here: what is counted (the indicator's SQL), and what of
it may be shown (publication). Nothing made here leaves the warehouse.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.indicators.measure import gather_measures, impossible_measures
from insight_pipeline.kernel.errors import raise_all

_HEADER_TABLES = """
create or replace temp table indicator_header (
    indicator_id varchar, title varchar, statistic varchar, multiplier integer, unit varchar,
    polarity varchar
);
create or replace temp table indicator_service (
    indicator_id varchar, service_code varchar, follow_up_days integer
);
"""

# Proportions: Wilson. Rates: Byar, below 10 events exact Poisson. Four decimals, fixed, so that
# the same counts give the same digits on every machine and number of threads.
_FIGURES = """
create or replace table indicators.figure as
with
periods as (select distinct indicator_id, period_from, period_to from indicator_measure),

linkage as (
    select
        indicator_service.indicator_id,
        sum(rates.rows_linked) / nullif(sum(rates.rows_received), 0) as linkage_rate
    from indicator_service
    inner join internal.linkage_rate as rates
        on indicator_service.service_code = rates.service_code
    group by indicator_service.indicator_id
),

expected as (
    select distinct
        periods.indicator_id,
        periods.period_from,
        contracts.service_code,
        contracts.provider_id,
        greatest(periods.period_from, contracts.from_date) as expected_from,
        least(periods.period_to, contracts.to_date) as expected_to
    from periods
    inner join indicator_service on periods.indicator_id = indicator_service.indicator_id
    inner join reference.service_contract as contracts
        on
            indicator_service.service_code = contracts.service_code
            and periods.period_from <= contracts.to_date
            and periods.period_to >= contracts.from_date
),

coverage as (
    select
        expected.indicator_id,
        expected.period_from,
        count(reporting.reported_from) / count(*) as coverage
    from expected
    left join core.dim_provider_reporting as reporting
        on
            expected.service_code = reporting.service_code
            and expected.provider_id = reporting.provider_id
            and expected.expected_from >= reporting.reported_from
            and expected.expected_to <= reporting.reported_to
    group by expected.indicator_id, expected.period_from
),

maturity as (
    select
        periods.indicator_id,
        periods.period_from,
        count(reporting.reported_from) < count(*) as is_not_mature
    from periods
    inner join indicator_service on periods.indicator_id = indicator_service.indicator_id
    left join core.dim_service_reporting as reporting
        on
            indicator_service.service_code = reporting.service_code
            and periods.period_from >= reporting.reported_from
            and periods.period_to + indicator_service.follow_up_days <= reporting.reported_to
    group by periods.indicator_id, periods.period_from
),

described as (
    select
        measure.*,
        header.* exclude (indicator_id),
        areas.area_name,
        linkage.linkage_rate,
        coverage.coverage,
        maturity.is_not_mature
    from indicator_measure as measure
    inner join indicator_header as header on measure.indicator_id = header.indicator_id
    left join core.dim_area as areas on measure.area_code = areas.area_code
    left join linkage on measure.indicator_id = linkage.indicator_id
    left join coverage
        on
            measure.indicator_id = coverage.indicator_id
            and measure.period_from = coverage.period_from
    inner join maturity
        on
            measure.indicator_id = maturity.indicator_id
            and measure.period_from = maturity.period_from
)

select
    indicator_id::varchar as indicator_id,
    title::varchar as title,
    period_from::date as period_from,
    period_to::date as period_to,
    area_code::varchar as area_code,
    area_name::varchar as area_name,
    provider_id::varchar as provider_id,
    breakdown_type::varchar as breakdown_type,
    breakdown::varchar as breakdown,
    numerator::bigint as numerator,
    denominator::bigint as denominator,
    figure_value(numerator, denominator, multiplier)::decimal(18, 4) as value,
    figure_lower(statistic, numerator, denominator, multiplier, 0.95)::decimal(18, 4) as lower95,
    figure_upper(statistic, numerator, denominator, multiplier, 0.95)::decimal(18, 4) as upper95,
    figure_lower(statistic, numerator, denominator, multiplier, 0.998)::decimal(18, 4) as lower998,
    figure_upper(statistic, numerator, denominator, multiplier, 0.998)::decimal(18, 4) as upper998,
    statistic::varchar as statistic,
    figure_method(statistic, numerator)::varchar as ci_method,
    multiplier::integer as multiplier,
    unit::varchar as unit,
    polarity::varchar as polarity,
    linkage_rate::decimal(5, 4) as linkage_rate,
    coverage::decimal(5, 4) as coverage,
    is_not_mature::boolean as is_not_mature
from described
order by all
"""


def build_figures(
    connection: duckdb.DuckDBPyConnection, headers: Mapping[str, IndicatorHeader]
) -> int:
    """Write `indicators.figure` from the tables `indicators.<id>`; returns its row count.

    `headers` maps indicator id (the SQL file's stem) to its header. Read besides the measures:
    internal.linkage_rate (service_code, rows_received, rows_linked), reference.service_contract,
    core.dim_area, core.dim_provider_reporting and core.dim_service_reporting. The macros of
    functions/ must be installed. Counts that cannot be are an InsightError and change nothing.
    """
    _load_headers(connection, headers)
    gather_measures(connection, headers)
    raise_all(impossible_measures(connection))
    connection.execute(_FIGURES)
    return int(connection.execute("select count(*) from indicators.figure").fetchall()[0][0])


def _load_headers(
    connection: duckdb.DuckDBPyConnection, headers: Mapping[str, IndicatorHeader]
) -> None:
    connection.execute(_HEADER_TABLES)
    connection.executemany(
        "insert into indicator_header values (?, ?, ?, ?, ?, ?)",
        [
            [name, h.title, h.statistic, h.multiplier, h.unit, h.polarity]
            for name, h in sorted(headers.items())
        ],
    )
    connection.executemany(
        "insert into indicator_service values (?, ?, ?)",
        [row for name, h in sorted(headers.items()) for row in _services(name, h)],
    )


def _services(name: str, header: IndicatorHeader) -> list[tuple[str, str, int]]:
    """Services with the days each is followed after a period.

    The index service is not followed, unless it is the only one.
    """
    index, *followed = header.services
    own_days = 0 if followed else header.window_days
    return [(name, index, own_days), *((name, code, header.window_days) for code in followed)]
