"""What was spent for each person served and for each outcome achieved, with intervals.

Belongs here: the temp table `public_unit_cost`, made of public money and public counts alone. Does
not belong here: the spend itself (money.py), or the counts, which disclosure control has rounded.

The count is taken as Poisson: Byar's limits, exact ones (Garwood 1936) below 10, as for rates
(Eayres, Technical Briefing 3: Commonly used public health statistics and their confidence
intervals, APHO 2008, section on counts). Half a step of rounding is taken off the count before the
lower limit and added before the upper one, because the number shown may be that far from the one
counted. The amount is known to the penny, so the limits of the cost are the amount over those of
the count.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.indicators.roles import Role, of_role

PUBLIC_UNIT_COST = "public_unit_cost"

_BOUGHT = """
create or replace temp table spending_bought (
    indicator_id varchar, theme_code varchar, service_code varchar
)
"""

# Of an outcome to be avoided, those achieved are the cases less those that came to it: both numbers
# are rounded, so their difference may be off by half a step twice.
_UNIT_COST = f"""
create or replace temp table {PUBLIC_UNIT_COST} as
with
paid as (select * from journeys.fct_theme_spend),

span as (
    select
        min(month_date) as first_day,
        (max(month_date) + interval 1 month - interval 1 day)::date as last_day
    from paid
),

figures as (
    select figure.*
    from public_figure as figure
    cross join span
    where figure.period_from >= span.first_day and figure.period_to <= span.last_day
),

persons as (
    select
        'person_served' as kind,
        breakdown as services,
        indicator_id,
        null as theme_code,
        period_from,
        period_to,
        breakdown as service_code,
        numerator as count_shown,
        rounded_to // 2 as off_by,
        shorthand,
        'Spend of the service in the quarter, for each person with an event of it open then. An '
        || 'average over people with very different needs.' as note
    from figures
    where indicator_id = $served and breakdown_type = 'service'
),

outcomes as (
    select
        'outcome' as kind,
        string_agg(bought.service_code, ',' order by bought.service_code) over (
            partition by figures.indicator_id, figures.period_from
            rows between unbounded preceding and unbounded following
        ) as services,
        figures.indicator_id,
        bought.theme_code,
        figures.period_from,
        figures.period_to,
        bought.service_code,
        case figures.polarity
            when 'higher_is_better' then figures.numerator
            when 'lower_is_better' then figures.denominator - figures.numerator
        end as count_shown,
        case figures.polarity when 'lower_is_better' then 2 else 1 end * (figures.rounded_to // 2)
            as off_by,
        figures.shorthand,
        'Spend of the whole service in the period, whoever it was for, for each outcome achieved. '
        || 'Not what one more outcome would cost.'
        || case figures.polarity
            when 'lower_is_better'
                then ' Achieved: cases less those that came to what is to be avoided.'
            else ''
        end as note
    from figures
    inner join spending_bought as bought on figures.indicator_id = bought.indicator_id
    where figures.breakdown_type = 'total'
),

counts as (
    select * from persons
    union all
    select * from outcomes
),

-- Money of every service behind a count, over the months of its period.
costed as (
    select
        counts.kind,
        counts.services,
        counts.indicator_id,
        counts.theme_code,
        counts.period_from,
        counts.period_to,
        counts.count_shown,
        counts.off_by,
        counts.shorthand,
        counts.note,
        sum(paid.amount_gbp) as amount_gbp
    from counts
    inner join paid
        on
            counts.service_code = paid.service_code
            and paid.month_date between counts.period_from and counts.period_to
    group by all
),

limited as (
    select
        *,
        rate_lower(greatest(count_shown - off_by, 0), 0.95) as count_lower,
        rate_upper(count_shown + off_by, 0.95) as count_upper
    from costed
)

select
    kind::varchar as kind,
    services::varchar as service_code,
    indicator_id::varchar as indicator_id,
    theme_code::varchar as theme_code,
    period_from::date as period_from,
    period_to::date as period_to,
    amount_gbp::decimal(18, 2) as amount_gbp,
    count_shown::bigint as count_shown,
    (amount_gbp * 1e0 / nullif(count_shown, 0))::decimal(18, 2) as unit_cost_gbp,
    case
        when count_shown > 0 then amount_gbp * 1e0 / nullif(count_upper, 0)
    end::decimal(18, 2) as lower95,
    case
        when count_shown > 0 then amount_gbp * 1e0 / nullif(count_lower, 0)
    end::decimal(18, 2) as upper95,
    case
        when count_shown = 0 then '[z]'
        else shorthand
    end::varchar as shorthand,
    note::varchar as note
from limited
order by kind, indicator_id, service_code, period_from
"""


def make_unit_costs(
    connection: duckdb.DuckDBPyConnection, headers: Mapping[str, IndicatorHeader]
) -> None:
    """Make the temp table `public_unit_cost`; amounts, costs and limits in pounds.

    Read: journeys.fct_theme_spend and public_figure; of `headers` theme, outcome_spend and
    role. The connection must have the macros of functions/. A withheld count, or one that is not
    mature, gives no cost, and its symbol. Where no indicator plays the role of those served, there
    is no cost of a person. Columns: database/spending_columns.py.
    """
    connection.execute(_BOUGHT)
    rows = [
        [name, header.theme, service]
        for name, header in sorted(headers.items())
        for service in sorted(set(header.outcome_spend))
    ]
    if rows:
        connection.executemany("insert into spending_bought values (?, ?, ?)", rows)
    connection.execute(_UNIT_COST, {"served": of_role(headers, Role.SERVED)})
