/*
description: >-
  One row per series of a table or view named as text with the columns of spc_xmr and target, what
  is so at the latest point and its limits. Same columns and words as spc_verdict in Python.
owner: data-engineering@ashmere.example
*/
create or replace macro spc_verdict(judged) as table (
    with
    present as (
        select
            *,
            max(rebase_group) over (partition by series_id) as latest_group,
            max(period) over (partition by series_id) as latest_period
        from query_table(judged)
        where value is not null
    ),

    counted as (
        select
            series_id,
            count(*) as points,
            count(*) filter (where point_type = 'common_cause') as common_cause,
            count(*) filter (where point_type = 'special_cause_improvement')
                as special_cause_improvement,
            count(*) filter (where point_type = 'special_cause_concern') as special_cause_concern,
            count(*) filter (where point_type = 'special_cause_neutral_high')
                as special_cause_neutral_high,
            count(*) filter (where point_type = 'special_cause_neutral_low')
                as special_cause_neutral_low
        from present
        where rebase_group = latest_group
        group by series_id
    )

    select
        present.series_id,
        present.period,
        present.mean,
        present.lpl,
        present.upl,
        present.has_trial_limits,
        present.has_degenerate_limits,
        counted.* exclude (series_id),
        present.point_type as spc_variation,
        case
            when not present.has_degenerate_limits
                then spc_assurance(present.lpl, present.upl, present.target, present.polarity)
        end as spc_assurance
    from present
    inner join counted on present.series_id is not distinct from counted.series_id
    where present.period = present.latest_period
    order by present.series_id
)
