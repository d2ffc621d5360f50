"""Public spend by outcome theme, and whether its outcomes can be seen yet.

Belongs here: the temp table `public_spend`. Does not belong here: what a person or an outcome costs
(unit_cost.py), or how spend is split over themes (journeys/fct_theme_spend.sql). It is made of
contract money, which is public, and of figures that are public already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import duckdb

from insight_pipeline.indicators.header import IndicatorHeader, Polarity

PUBLIC_SPEND = "public_spend"

_OUTCOMES = """
create or replace temp table spending_outcome (
    indicator_id varchar, theme_code varchar, service_code varchar
)
"""

# Whole quarters that payments cover and that have closed: half a quarter's money looks like a cut.
_SPEND = """
create or replace temp table public_spend as
with
paid as (select * from journeys.fct_theme_spend),

span as (
    select
        min(month_date) as first_day,
        least((max(month_date) + interval 1 month - interval 1 day)::date, $closed_to) as last_day
    from paid
),

quarters as (
    select
        theme_code,
        service_code,
        provider_id,
        quarter_start(month_date) as period_from,
        quarter_end(month_date) as period_to,
        sum(amount_gbp) as amount_gbp
    from paid
    group by all
),

seen as (
    select distinct
        outcome.theme_code,
        outcome.service_code,
        figure.period_from,
        figure.period_to
    from public_figure as figure
    inner join spending_outcome as outcome on figure.indicator_id = outcome.indicator_id
    where
        figure.breakdown_type = 'total'
        and not figure.is_not_mature
        and figure.value is not null
)

select
    quarters.theme_code::varchar as theme_code,
    quarters.service_code::varchar as service_code,
    quarters.provider_id::varchar as provider_id,
    quarters.period_from::date as period_from,
    quarters.period_to::date as period_to,
    quarters.amount_gbp::decimal(18, 2) as amount_gbp,
    exists (
        from seen
        where
            seen.theme_code = quarters.theme_code
            and seen.service_code = quarters.service_code
            and seen.period_from <= quarters.period_from
            and seen.period_to >= quarters.period_to
    )::boolean as is_outcome_seen
from quarters
cross join span
where quarters.period_from >= span.first_day and quarters.period_to <= span.last_day
order by theme_code, service_code, provider_id, period_from
"""


def make_spend(
    connection: duckdb.DuckDBPyConnection, headers: Mapping[str, IndicatorHeader], closed_to: date
) -> None:
    """Make the temp table `public_spend`: theme, service, provider, quarter, amount_gbp (pounds).

    Read: journeys.fct_theme_spend and public_figure; of `headers` theme, services and polarity. An
    indicator without a polarity, such as a count of people, is no outcome. closed_to: last day of
    the periods covered. Columns: database/spending_columns.py.
    """
    connection.execute(_OUTCOMES)
    rows = [list(row) for row in _outcomes(headers)]
    if rows:
        connection.executemany("insert into spending_outcome values (?, ?, ?)", rows)
    connection.execute(_SPEND, {"closed_to": closed_to})


def _outcomes(headers: Mapping[str, IndicatorHeader]) -> Iterator[tuple[str, str, str]]:
    for name, header in sorted(headers.items()):
        if header.polarity is not Polarity.NEUTRAL:
            for service in dict.fromkeys(header.services):
                yield name, header.theme, service
