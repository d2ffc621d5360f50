/*
description: >-
  Over-dispersion of each funnel in a table or view named as text, with the columns funnel_id,
  statistic, x, n and average: one row a funnel with the number of groups that can be scored, their
  dispersion (mean square score) and tau_squared (variance between them). With fewer than
  fewest_groups, or what has no funnel, both are NULL. The tenth furthest out at each end are drawn
  in to the tenth's edge (outliers := 'winsorised') or left out ('trimmed', as SHMI does), so that
  whom the funnel is to find does not widen it.
owner: data-engineering@ashmere.example
# Spiegelhalter 2005, Qual Saf Health Care 14:347; NHS England, SHMI specification. Quantiles are
# interpolated between ranks (type 7). Sums are of decimals: their order changes no digit.
*/
create or replace macro dispersion_of_funnels(
    points, outliers := 'winsorised', fewest_groups := 10
) as table (
    with
    scored as (
        select
            funnel_id,
            dispersion_score(statistic, x, n, average) as score,
            dispersion_precision(statistic, n, average) as weight
        from query_table(points)
    ),

    ranked as (
        select
            *,
            row_number() over (partition by funnel_id order by score) as place,
            rank() over (partition by funnel_id order by score)
            + (count(*) over (partition by funnel_id, score) - 1) / 2e0 as shared_place,
            count(*) over (partition by funnel_id) as groups
        from scored
        where score is not null
    ),

    edged as (
        select
            *,
            max(score) filter (where place = floor(0.1e0 * (groups - 1)) + 1) over funnel
                as low_from,
            max(score) filter (where place = ceil(0.1e0 * (groups - 1)) + 1) over funnel as low_to,
            max(score) filter (where place = groups - ceil(0.1e0 * (groups - 1))) over funnel
                as high_from,
            max(score) filter (where place = groups - floor(0.1e0 * (groups - 1))) over funnel
                as high_to,
            0.1e0 * (groups - 1) - floor(0.1e0 * (groups - 1)) as part,
            floor(shared_place * 10 / (groups + 1)) as tenth
        from ranked
        window funnel as (partition by funnel_id)
    ),

    kept as (
        select
            funnel_id,
            groups,
            weight,
            case
                when outliers = 'trimmed' then score
                else
                    least(
                        greatest(score, low_from + part * (low_to - low_from)),
                        high_to - part * (high_to - high_from)
                    )
            end as score
        from edged
        where outliers <> 'trimmed' or tenth between 1 and 8
    ),

    summed as (
        select
            funnel_id,
            max(groups) as groups,
            count(*) as counted,
            sum((score * score)::decimal(38, 12)) * 1e0 / count(*) as dispersion,
            sum(weight::decimal(38, 8)) * 1e0 as weights,
            sum((weight * weight)::decimal(38, 8)) * 1e0 as squared_weights
        from kept
        group by funnel_id
    )

    select
        funnel_id,
        groups::integer as groups,
        case when groups >= fewest_groups then dispersion end as dispersion,
        case
            when groups >= fewest_groups
                then dispersion_tau_squared(counted, dispersion, weights, squared_weights)
        end as tau_squared
    from summed
    order by funnel_id
)
