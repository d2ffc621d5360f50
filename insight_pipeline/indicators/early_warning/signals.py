"""Which month of which series gives a signal, and from when to when that makes an alert.

Belongs here: signals and the state they lead to. Does not belong here: which months are points
(points.py), the rules (data: warehouse/alert_rules.py), or the words of an alert (alerts.py).

Everything looks back only: limits come from a series' first points (`baseline_points`), a signal
from its month and those before, and the state of a month from the signals so far. So later months
can close an alert and never change it. The signals are three of the four of NHS Making Data Count
(NHSRplotthedots), on the worse side alone: a point beyond its limit, seven in a row beyond the
mean, two of three beyond the near limit. The fourth, a trend, needs months that look ahead.
A month not yet reported is a hole: months on either side of it are not in a row, so that its late
arrival takes no alert back. Deliveries come by the quarter; their points are in a row as they are.
"""

from __future__ import annotations

POINT = "indicators.alert_point"

# `baseline_points` is one number in the whole file, which a macro takes as a constant.
STATES = """
create or replace table {point} as
with
limits as (
    select
        series_id,
        period,
        mean,
        lpl,
        upl,
        relative_to_mean,
        is_outside_limits,
        is_close_to_limits,
        has_degenerate_limits
    from spc_xmr(
        'early_warning_process', fix_after_n_points := {baseline}, minimum_points := {baseline}
    )
),

placed as (
    select
        point.*,
        limits.mean,
        case when point.polarity = 'lower_is_better' then limits.upl else limits.lpl end as worst,
        case
            when limits.relative_to_mean is null or limits.has_degenerate_limits then null
            when point.polarity = 'lower_is_better' then limits.relative_to_mean = 1
            else limits.relative_to_mean = -1
        end as is_worse,
        coalesce(limits.is_outside_limits, false) as is_outside,
        coalesce(limits.is_close_to_limits, false) as is_close,
        count(point.value) over series as place,
        coalesce(
            point.kind <> 'sla_breach'
            and point.period > lag(point.period) over series + interval 1 month,
            false
        ) as is_after_a_hole,
        case when not is_after_a_hole then lag(point.value) over series end as value_before
    from early_warning_point as point
    left join limits using (series_id, period)
    window series as (partition by point.series_id order by point.period)
),

counted as (
    select
        *,
        is_worse and (is_outside or is_close) as is_far,
        count(*) filter (where is_worse) over last_seven as worse_of_seven,
        count(*) filter (where is_worse and (is_outside or is_close)) over last_three
            as far_of_three
    from placed
    window
        last_seven as (partition by series_id order by period rows 6 preceding),
        last_three as (partition by series_id order by period rows 2 preceding)
),

signalled as (
    select
        *,
        case
            when value is null then null
            when kind = 'sla_breach' then value > threshold
            when kind = 'growing_gaps' then coalesce(value > value_before, false)
            else
                place > baseline_points
                and coalesce(
                    (is_worse and is_outside)
                    or worse_of_seven = 7
                    or (is_far and far_of_three >= 2),
                    false
                )
        end as is_signal,
        case
            when is_worse and is_outside then 'beyond its limit'
            when is_far and far_of_three >= 2 then 'two of three months near the limit'
            when worse_of_seven = 7 then 'seven months in a row beyond the mean'
        end as signal
    from counted
),

turned as (
    select
        *,
        coalesce(
            is_after_a_hole
            or is_signal is distinct from lag(is_signal) over (
                partition by series_id order by period
            ),
            true
        ) as is_turn
    from signalled
),

stretches as (
    select
        *,
        sum(is_turn::integer) over (partition by series_id order by period) as stretch
    from turned
),

streaks as (
    select
        *,
        row_number() over stretch_so_far as streak,
        first_value(period) over stretch_so_far as since_month,
        first_value(value_before) over stretch_so_far as value_at_start
    from stretches
    window stretch_so_far as (partition by series_id, stretch order by period)
),

marked as (
    select
        *,
        case
            when
                is_signal
                and streak >= points
                and (
                    kind <> 'growing_gaps'
                    or value - value_at_start >= threshold * sqrt(value + value_at_start)
                )
                then 1
            when not is_signal and streak >= recovered_points then 0
        end as mark
    from streaks
)

select
    rule_code::varchar as rule_code,
    tolerance::varchar as tolerance,
    title::varchar as title,
    kind::varchar as kind,
    measure_code::varchar as measure_code,
    indicator_id::varchar as indicator_id,
    clause_topic::varchar as clause_topic,
    false_alarm_rate::double as false_alarm_rate,
    service_code::varchar as service_code,
    provider_id::varchar as provider_id,
    month_date::date as month_date,
    numerator::bigint as numerator,
    denominator::bigint as denominator,
    value::decimal(18, 4) as value,
    mean::decimal(18, 4) as mean,
    worst::decimal(18, 4) as worst,
    is_signal::boolean as is_signal,
    signal::varchar as signal,
    streak::integer as streak,
    since_month::date as since_month,
    value_at_start::decimal(18, 4) as value_at_start,
    owner::varchar as owner,
    clause::varchar as clause,
    (
        value is not null
        and (kind <> 'special_cause_deterioration' or place > baseline_points)
    ) as is_judged,
    coalesce(
        last_value(mark ignore nulls) over (
            partition by series_id
            order by period
            rows between unbounded preceding and current row
        ),
        0
    ) = 1 as is_alert
from marked
order by rule_code, service_code, provider_id, month_date
"""
