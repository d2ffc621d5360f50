/*
description: >-
  XmR limits and variation by the rules of NHS Making Data Count, for each point of each series in
  a table or view named as text, with the columns series_id, period, value, is_rebase (true on the
  first point of new limits) and polarity. Same columns and words as xmr in Python, which refuses
  what it does not know.
owner: data-engineering@ashmere.example
# A difference below 1e-12 of the numbers' size is rounding. Points on the mean and NULLs have side
# 0 and break runs; a NULL has no judgement.
*/
create or replace macro spc_xmr(
    points, screen_outliers := true, fix_after_n_points := null, minimum_points := 12
) as table (
    with
    grouped as (
        select
            *,
            1
            + sum(coalesce(is_rebase, false)::integer) over series
            - first_value(coalesce(is_rebase, false)::integer) over series as rebase_group
        from query_table(points)
        window series as (partition by series_id order by period)
    ),

    numbered as (
        select
            *,
            case
                when count(value) over up_to_here <= coalesce(fix_after_n_points, 1e9)
                    then value * 1e0
            end as base
        from grouped
        window up_to_here as (partition by series_id, rebase_group order by period)
    ),

    ranged as (
        select
            *,
            first_value(base ignore nulls) over whole as start,
            abs(base - lag(base) over whole) as moving_range
        from numbered
        window
            whole as (
                partition by series_id, rebase_group order by period
                rows between unbounded preceding and unbounded following
            )
    ),

    averaged as (
        select
            *,
            start + avg(base - start) over whole as average,
            count(base) over whole as base_points,
            avg(moving_range) over whole as typical_range
        from ranged
        window
            whole as (
                partition by series_id, rebase_group order by period
                rows between unbounded preceding and unbounded following
            )
    ),

    screened as (
        select
            *,
            2.66e0
            * avg(moving_range) filter (
                where
                not screen_outliers or typical_range = 0 or moving_range < 3.267e0 * typical_range
            ) over whole as reach
        from averaged
        window
            whole as (
                partition by series_id, rebase_group order by period
                rows between unbounded preceding and unbounded following
            )
    ),

    placed as (
        select
            *,
            1e-12 * (abs(value) + abs(average) + 4 * reach) as nothing,
            value - average as above
        from screened
    ),

    sided as (
        select
            *,
            case
                when above > nothing then 1
                when above < -nothing then -1
                when above is not null and reach is not null then 0
            end as side,
            (abs(above) - reach > nothing)::integer as outside,
            (abs(above) - reach * 2 / 3 > nothing and not abs(above) - reach > nothing)::integer
                as close
        from placed
    ),

    signalled as (
        select
            *,
            spc_seven_on_one_side(side, (series_id, rebase_group), period) as ends_shift,
            spc_seven_point_trend(value, (series_id, rebase_group), period) as ends_trend,
            spc_two_in_three(close, side, (series_id, rebase_group), period) as is_trio
        from sided
    ),

    spread as (
        select
            *,
            spc_part_of_seven(ends_shift, (series_id, rebase_group), period) as is_shift,
            spc_part_of_seven(ends_trend, (series_id, rebase_group), period) as is_trend,
            spc_part_of_two_in_three(is_trio, close) as is_near,
            bool_or(outside = 1) over (partition by series_id, rebase_group) as has_outside
        from signalled
    ),

    named as (
        select
            *,
            spc_special_cause(
                value, side, outside, is_trend, is_near, is_shift, (series_id, rebase_group), period
            ) as special_cause,
            value is not null and reach is not null and not (reach = 0 and has_outside)
                as is_judged
        from spread
    ),

    judged as (
        select
            * exclude (special_cause),
            case when is_judged then special_cause end as special_cause
        from named
    )

    select
        series_id,
        period,
        value,
        polarity,
        rebase_group::bigint as rebase_group,
        case when reach is not null then average end as mean,
        average - reach as lpl,
        average + reach as upl,
        average - reach * 2 / 3 as nlpl,
        average + reach * 2 / 3 as nupl,
        side as relative_to_mean,
        outside = 1 as is_outside_limits,
        close = 1 as is_close_to_limits,
        special_cause as special_cause_type,
        spc_point_type(special_cause, polarity) as point_type,
        base_points < minimum_points as has_trial_limits,
        coalesce(reach = 0, false) as has_degenerate_limits
    from judged
    order by series_id, period
)
