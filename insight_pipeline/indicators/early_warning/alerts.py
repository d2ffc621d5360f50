"""`indicators.alert`: what went wrong long enough to be told, since when, and until when.

Belongs here: one row per rule, service, provider and run of months, with its evidence in numbers
(internal) and its words without any (public). Does not belong here: when a month gives a signal
(signals.py), or what of it is published (publication/alerts.py).

An alert is dated by the month whose data raised it, never by a clock.
"""

from __future__ import annotations

import duckdb

from insight_pipeline.indicators.early_warning.points import MEASURES, POINTS, PROCESS
from insight_pipeline.indicators.early_warning.signals import POINT, STATES
from insight_pipeline.sql.engines.duckdb import kind_of
from insight_pipeline.warehouse.alert_rules import FEWEST_BASELINE_POINTS

ALERT = "indicators.alert"
_MONTHS = """
case
    when opened.streak = 1 then 'In '
    when opened.kind = 'sla_breach' then concat(opened.streak, ' times in a row, to ')
    else concat(opened.streak, ' months in a row, to ')
end
"""

# Evidence holds numbers and is internal; words hold none but how many months in a row it took.
_ALERTS = f"""
create or replace table {ALERT} as
with
steps as (
    select
        *,
        is_alert
        and not coalesce(lag(is_alert) over series, false) as is_opened,
        not is_alert
        and coalesce(lag(is_alert) over series, false) as is_closed,
        min(denominator) filter (where value is not null) over (
            partition by rule_code, service_code, provider_id
            order by month_date
            rows between unbounded preceding and current row
        ) as least_cases
    from {POINT}
    window series as (partition by rule_code, service_code, provider_id order by month_date)
),

numbered as (
    select
        *,
        sum(is_opened::integer) over (
            partition by rule_code, service_code, provider_id order by month_date
        ) as alert_no
    from steps
),

opened as (select * from numbered where is_opened),

closed as (
    select
        rule_code,
        service_code,
        provider_id,
        alert_no,
        month_date as closed_month
    from numbered
    where is_closed
)

select
    opened.rule_code::varchar as rule_code,
    opened.service_code::varchar as service_code,
    opened.provider_id::varchar as provider_id,
    opened.month_date::date as opened_month,
    closed.closed_month::date as closed_month,
    opened.since_month::date as since_month,
    opened.title::varchar as title,
    opened.kind::varchar as kind,
    opened.measure_code::varchar as measure_code,
    opened.indicator_id::varchar as indicator_id,
    opened.tolerance::varchar as tolerance,
    opened.owner::varchar as owner,
    opened.clause_topic::varchar as clause_topic,
    opened.clause::varchar as clause,
    opened.false_alarm_rate::double as false_alarm_rate,
    coalesce(opened.least_cases, 0)::bigint as least_cases,
    case opened.kind
        when 'sla_breach'
            then concat(
                'Not kept ', opened.streak, ' times in a row, from ',
                strftime(opened.since_month, '%Y-%m'), ' to ', strftime(opened.month_date, '%Y-%m')
            )
        when 'growing_gaps'
            then concat(
                'From ', opened.value_at_start::bigint, ' to ', opened.value::bigint,
                ' open gaps in ', opened.streak, ' months that each had more than the one before, ',
                strftime(opened.since_month, '%Y-%m'), ' to ', strftime(opened.month_date, '%Y-%m')
            )
        else concat(
            opened.numerator, ' over ', opened.denominator, ' = ', opened.value, ' in ',
            strftime(opened.month_date, '%Y-%m'), ', where its first months give a mean of ',
            opened.mean, ' and a limit of ', opened.worst, ': ', opened.signal, '; signals in ',
            opened.streak, case when opened.streak = 1 then ' month' else ' months in a row' end,
            ' since ', strftime(opened.since_month, '%Y-%m')
        )
    end::varchar as evidence,
    concat(
        {_MONTHS},
        strftime(opened.month_date, '%B %Y'),
        case opened.kind
            when 'sla_breach' then ': deliveries due were late or missing.'
            when 'growing_gaps' then ': more open gaps each month than in the month before, and '
            || 'more of a rise than chance explains.'
            else ': worse than this provider''s own first months explain by chance.'
        end
    )::varchar as words
from opened
left join closed using (rule_code, service_code, provider_id, alert_no)
order by rule_code, service_code, provider_id, opened_month
"""

_BASELINE = f"select coalesce(max(baseline_points), {FEWEST_BASELINE_POINTS}) from {{rules}}"


def build_alerts(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `indicators.alert_point` and `indicators.alert` from a warehouse connection.

    Read: journeys.fct_service_month, reference.alert_rule and reference.service_contract; the
    connection must have the macros of functions/. A warehouse without the measures gets no tables.
    """
    if kind_of(connection, MEASURES) is None:
        return
    baseline = connection.execute(_BASELINE.format(rules="reference.alert_rule")).fetchall()[0][0]
    connection.execute("create schema if not exists indicators")
    connection.execute(POINTS)
    connection.execute(PROCESS)
    connection.execute(STATES.format(point=POINT, baseline=int(baseline)))
    connection.execute(_ALERTS)
    connection.execute("drop view early_warning_process; drop table early_warning_point")
