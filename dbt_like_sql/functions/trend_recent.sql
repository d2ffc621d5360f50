/*
description: >-
  Fingertips' recent trend of each series in a table or view named as text, with the columns
  series_id, period (a whole number, one more each year), value, count, denominator, lower95,
  upper95, statistic and polarity; one row per series. method is 'ci' or 'proportion', gaps is
  'stop' or 'skip'. Same columns and words as recent_trend in Python, which refuses what it does
  not know.
owner: data-engineering@ashmere.example
# x numbers the five points -2 … 2; omitted = 9 leaves none out. The first value is taken off all
# of them, so that equal values give a slope of exactly 0. place is a bare row_number(): filtered on
# row_number() - 1, DuckDB 2.0.0 loses the subtraction (optimiser top_n_window_elimination).
*/
create or replace macro trend_recent(
    points, method := 'ci', gaps := 'stop', years_per_period := 1
) as table (
    with
    given as (
        select
            *,
            coalesce(
                isfinite((period + value + count) * 1e0)
                and denominator > 0
                and count(*) over (partition by series_id, period) = 1
                and case
                    when method = 'proportion' then count >= 0 and count <= denominator
                    else lower95 <= upper95 and isfinite((upper95 - lower95) * 1e0)
                end,
                false
            ) as is_usable
        from query_table(points)
    ),

    series as (
        select
            series_id,
            max(period) as period,
            case when min(statistic) = max(statistic) then max(statistic) end as statistic,
            case
                when min(known_polarity(polarity)) = max(known_polarity(polarity))
                    then max(known_polarity(polarity))
            end as polarity
        from given
        group by series_id
    ),

    ranked as (
        select
            *,
            row_number() over (partition by series_id order by period desc) as place,
            max(period) over (partition by series_id) as latest
        from given
        where is_usable or gaps = 'stop'
    ),

    unbroken as (
        select
            *,
            count(*) filter (where not is_usable or period <> latest - place + 1)
                over (partition by series_id order by place rows unbounded preceding) as breaks
        from ranked
    ),

    used as (
        select
            series_id,
            3 - place as x,
            count * 1e0 as count,
            denominator * 1e0 as denominator,
            case
                when method = 'proportion' then 1e0
                else (upper95 - lower95) * 1e0
            end as width,
            case
                when method <> 'proportion' then value * 1e0
                when count > 0 and count < denominator
                    then ln((count * 1e0) / (denominator - count))
            end as z
        from unbroken
        where place <= 5 and (gaps = 'skip' or breaks = 0)
    ),

    weighted as (
        select
            series_id,
            x,
            count,
            denominator,
            width,
            case
                when method = 'proportion' then denominator
                else power(3.92e0 / nullif(width, 0), 2)
            end as w,
            case when method = 'proportion' then count / denominator else z end as y,
            case when method = 'proportion' then 1e0 else power(3.92e0 / nullif(width, 0), 2) end
                as v,
            z
        from used
    ),

    shifted as (
        select
            * exclude (y, z),
            y - first_value(y) over (partition by series_id order by x) as y,
            z - first_value(z) over (partition by series_id order by x) as z
        from weighted
    ),

    tested as (
        select
            series_id,
            count(*) as points_used,
            bool_or(count = denominator) as is_full,
            bool_or(count = 0) as is_empty,
            bool_or(width = 0) as is_flat,
            sum(w order by x) as sw,
            sum(w * x order by x) as swx,
            sum(w * y order by x) as swy,
            sum(w * x * y order by x) as swxy,
            sum(w * x * x order by x) as swxx,
            case
                when method = 'proportion'
                    then
                        sum(count order by x) / sum(denominator order by x)
                        * (1e0 - sum(count order by x) / sum(denominator order by x))
                else 1e0
            end as variance
        from shifted
        group by series_id
    ),

    left_out as (
        select
            shifted.series_id,
            omitted.x as omitted_x,
            sum(v order by shifted.x) * sum(v * shifted.x * z order by shifted.x) as one,
            sum(v * shifted.x order by shifted.x) * sum(v * z order by shifted.x) as other
        from shifted
        inner join (values (-2), (-1), (0), (1), (2), (9)) as omitted (x)
            on shifted.x <> omitted.x
        group by shifted.series_id, omitted.x
    ),

    signs as (
        select
            series_id,
            case when abs(one - other) > 1e-12 * (abs(one) + abs(other)) then sign(one - other) end
                as way
        from left_out
        union all
        select
            series_id,
            case
                when abs(sw * swxy - swx * swy) > 1e-12 * (abs(sw * swxy) + abs(swx * swy))
                    then sign(sw * swxy - swx * swy)
            end as way
        from tested
    ),

    agreed as (
        select
            series_id,
            case when count(way) = count(*) and min(way) = max(way) then min(way) end as way
        from signs
        group by series_id
    ),

    reasoned as (
        select
            series.*,
            coalesce(tested.points_used, 0) as points_used,
            power(tested.sw * tested.swxy - tested.swx * tested.swy, 2)
            / nullif(
                (tested.sw * tested.swxx - power(tested.swx, 2)) * tested.sw * tested.variance, 0
            ) as chi_squared,
            agreed.way,
            case
                when coalesce(series.statistic, '') not in ('proportion', 'rate', 'dsr')
                    then 'statistic_not_supported'
                when years_per_period <> 1 then 'overlapping_periods'
                when coalesce(tested.points_used, 0) < 5 then 'fewer_than_five_points'
                when tested.is_full then 'count_equals_denominator'
                when tested.is_empty and method = 'proportion' then 'count_is_zero'
                when tested.is_flat then 'no_width'
            end as reason
        from series
        left join tested on series.series_id is not distinct from tested.series_id
        left join agreed on series.series_id is not distinct from agreed.series_id
    )

    select
        series_id,
        period,
        points_used::bigint as points_used,
        case when reason is null then chi_squared else 0 end as chi_squared,
        coalesce(reason is null and chi_squared > 9.54953570608324 and way <> 0, false)
            as is_significant,
        case
            when reason is not null then 'CannotBeCalculated'
            when not coalesce(chi_squared > 9.54953570608324 and way <> 0, false) then 'NoChange'
            when way > 0 then trend_judged('Increasing', polarity)
            else trend_judged('Decreasing', polarity)
        end as recent_trend,
        reason
    from reasoned
    order by series_id
)
