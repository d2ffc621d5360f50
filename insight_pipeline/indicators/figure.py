"""From numerator and denominator to a figure: value, limits, linkage rate, coverage, maturity.

Belongs here: everything that follows from a measure and its indicator's header, set-based and with
the macros of functions/. Does not belong here: what is counted (the indicator's SQL), how far the
records behind it go (trust.py), and what of it may be shown (publication). Nothing made here leaves
the warehouse.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from insight_pipeline.indicators.basis import load_standard, make_totals
from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.indicators.measure import gather_measures, impossible_measures
from insight_pipeline.indicators.middle import make_medians
from insight_pipeline.indicators.trust import make_trust
from insight_pipeline.kernel.errors import raise_all

_HEADER_TABLE = """
create or replace temp table indicator_header (
    indicator_id varchar, title varchar, statistic varchar, multiplier integer, unit varchar,
    polarity varchar
);
"""

# Four decimals, fixed, so that the same counts give the same digits on every machine and number of
# threads. A median and its limits are values of members, and follow from no two counts: for the
# other statistics they are NULL, as the limits by figure_lower and figure_upper are for a median.
_FIGURES = """
create or replace table indicators.figure as
with
described as (
    select
        measure.*,
        header.* exclude (indicator_id),
        middle.* exclude (indicator_id, period_from, breakdown_type, breakdown),
        areas.area_name,
        trust.linkage_rate,
        trust.coverage,
        trust.is_not_mature
    from indicator_total as measure
    inner join indicator_header as header on measure.indicator_id = header.indicator_id
    left join indicator_median as middle
        on
            measure.indicator_id = middle.indicator_id
            and measure.period_from = middle.period_from
            and measure.breakdown_type = middle.breakdown_type
            and measure.breakdown = middle.breakdown
    left join core.dim_area as areas on measure.area_code = areas.area_code
    inner join figure_trust as trust
        on
            measure.indicator_id = trust.indicator_id
            and measure.period_from = trust.period_from
            and measure.provider_id = trust.provider_id
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
    basis::double as basis,
    spread::double as spread,
    case
        when statistic = 'median' then median_value * multiplier
        else figure_value(numerator, basis, multiplier)
    end::decimal(18, 4) as value,
    coalesce(
        median_lower95 * multiplier,
        figure_lower(statistic, numerator, basis, denominator, spread, multiplier, 0.95)
    )::decimal(18, 4) as lower95,
    coalesce(
        median_upper95 * multiplier,
        figure_upper(statistic, numerator, basis, denominator, spread, multiplier, 0.95)
    )::decimal(18, 4) as upper95,
    coalesce(
        median_lower998 * multiplier,
        figure_lower(statistic, numerator, basis, denominator, spread, multiplier, 0.998)
    )::decimal(18, 4) as lower998,
    coalesce(
        median_upper998 * multiplier,
        figure_upper(statistic, numerator, basis, denominator, spread, multiplier, 0.998)
    )::decimal(18, 4) as upper998,
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
    core.dim_area, what trust.py names and, where an indicator is directly standardised,
    seeds.esp2013. The macros of functions/ must be installed. Counts that cannot be are an
    InsightError and change nothing.
    """
    _load_headers(connection, headers)
    load_standard(connection, headers)
    gather_measures(connection, headers)
    raise_all(impossible_measures(connection))
    make_totals(connection)
    make_medians(connection)
    make_trust(connection, headers)
    connection.execute(_FIGURES)
    return int(connection.execute("select count(*) from indicators.figure").fetchall()[0][0])


def _load_headers(
    connection: duckdb.DuckDBPyConnection, headers: Mapping[str, IndicatorHeader]
) -> None:
    connection.execute(_HEADER_TABLE)
    connection.executemany(
        "insert into indicator_header values (?, ?, ?, ?, ?, ?)",
        [
            [name, h.title, h.statistic, h.multiplier, h.unit, h.polarity]
            for name, h in sorted(headers.items())
        ],
    )
