/*
description: >-
  Where a need is seen but the service meant to meet it hardly reaches anybody, quarter by quarter.
grain: one row per need, ward and quarter in which it was seen there
owner: commissioning@ashmere.example
columns:
  need_code: Need in needs.yaml.
  area_code: Ward of residence of those in need.
  people_seen: Needs seen in the quarter.
  people_met: How many of them were met within the need's window.
  people_expected: How many would be, were the share met that of the rest of the borough.
  met_share: people_met / people_seen.
  elsewhere_share: Share met in the rest of the borough in the quarter; NULL where nobody is seen.
  earlier_share: Share met in the ward before the gap began, or before the quarter where there is
    none, over its complete quarters; NULL where there is none.
  p_value: Probability of so few or fewer, were the share met just gap_share of the rest's (exact
    binomial, one-sided).
  two_quarter_p_value: The same of this quarter and the one before together; NULL where that one is
    not judged.
  is_complete: Everybody under contract for the service has reported for all days that count.
  is_short: Complete, and fewer met than gap_share of what the rest's share would give.
  since_date: First day of the unbroken quarters in which it is short; of a service that never
    reached the ward, the first day of its first complete quarter there.
  kind_code: What kind of gap (code list vacuum_kind); NULL where it is not short.
  is_flagged: Short, of enough people, and hardly by chance; of all quarters judged at most 2 x
    chance (needs.yaml) are flagged falsely.
tests:
  - not_null: [need_code, to_service_code, area_code, period_from, period_to, people_seen]
  - not_null: [people_met, is_complete, is_short, is_flagged]
  - unique: [need_code, area_code, period_from]
  - accepted_values: {column: kind_code, vocabulary: vacuum_kind}
  - expression: people_met between 0 and people_seen
  - expression: not is_flagged or (is_complete and is_short and kind_code is not null)
*/
with
needs as (select * from reference.need),
reporting as (select * from core.dim_service_reporting),
seen as (select * from journeys.fct_need),

counted as (
    select
        seen.need_code,
        seen.area_code,
        quarter_start(seen.seen_date) as period_from,
        quarter_end(seen.seen_date) as period_to,
        count(*) as people_seen,
        count(*) filter (where seen.is_met) as people_met
    from seen
    where seen.area_code is not null
    group by
        seen.need_code,
        seen.area_code,
        quarter_start(seen.seen_date),
        quarter_end(seen.seen_date)
),

compared as (
    select
        *,
        sum(people_seen) over (partition by need_code, period_from) - people_seen as rest_seen,
        sum(people_met) over (partition by need_code, period_from) - people_met as rest_met
    from counted
),

expected as (
    select
        compared.*,
        needs.to_service_code,
        needs.fewest_people,
        needs.chance::double as chance,
        needs.gap_share::double as gap_share,
        needs.remnant_share::double as remnant_share,
        compared.rest_met * 1e0 / nullif(compared.rest_seen, 0) as elsewhere_share,
        (
            compared.people_seen * compared.rest_met * 1e0 / nullif(compared.rest_seen, 0)
        )::decimal(18, 6) as people_expected,
        reporting.reported_from is not null as is_complete
    from compared
    inner join needs on compared.need_code = needs.need_code
    left join reporting
        on
            needs.to_service_code = reporting.service_code
            and compared.period_from >= reporting.reported_from
            and compared.period_to + needs.within_days <= reporting.reported_to
),

-- A quarter not fully reported is no history either: people met but not yet told of would look as
-- though the service had never been there.
judged as (
    select
        *,
        is_complete
        and people_met < gap_share * coalesce(people_expected, 0) as is_short,
        lag(period_to + 1) over in_order as follows_date,
        lag(is_complete) over in_order as is_before_complete,
        lag(people_seen) over in_order as before_seen,
        lag(people_met) over in_order as before_met,
        lag(people_expected) over in_order as before_expected,
        min(period_from) filter (where is_complete) over (
            partition by need_code, area_code
        ) as looked_from_date,
        sum(people_met) filter (where is_complete) over in_order as so_far_met,
        sum(people_seen) filter (where is_complete) over in_order as so_far_seen,
        sum(people_expected) filter (where is_complete) over in_order as so_far_expected
    from expected
    window in_order as (partition by need_code, area_code order by period_from)
),

-- Quarters without a gap begin a new run, and the short ones after them belong to it.
runs as (
    select
        *,
        count(*) filter (where not is_short) over (
            partition by need_code, area_code
            order by period_from
        ) as run
    from judged
),

in_runs as (
    select
        *,
        min(period_from) filter (where is_short) over in_run as short_from_date,
        sum(people_met) filter (where is_short) over in_run as run_met,
        sum(people_seen) filter (where is_short) over in_run as run_seen,
        sum(people_expected) filter (where is_short) over in_run as run_expected
    from runs
    window in_run as (partition by need_code, area_code, run order by period_from)
),

tested as (
    select
        *,
        so_far_met
        - case when is_short then run_met when is_complete then people_met else 0 end
            as earlier_met,
        so_far_seen
        - case when is_short then run_seen when is_complete then people_seen else 0 end
            as earlier_seen,
        so_far_expected - run_expected as earlier_expected,
        binomial_lower_tail(people_met, people_seen, gap_share * elsewhere_share) as p_value,
        case
            when follows_date = period_from and is_before_complete
                then
                    binomial_lower_tail(
                        people_met + before_met,
                        people_seen + before_seen,
                        gap_share * (people_expected + before_expected)
                        / (people_seen + before_seen)
                    )
        end as two_quarter_p_value
    from in_runs
),

named as (
    select
        *,
        case
            when not is_short then null
            when earlier_seen = 0 or earlier_met < gap_share * earlier_expected
                then 'never_reached'
            when run_met < remnant_share * run_expected then 'withdrawn'
            else 'shrunk'
        end as kind_code,
        is_short
        and people_seen >= fewest_people
        and (p_value <= chance or coalesce(two_quarter_p_value <= chance, false)) as is_flagged
    from tested
)

select
    need_code::varchar as need_code,
    to_service_code::varchar as to_service_code,
    area_code::varchar as area_code,
    period_from::date as period_from,
    period_to::date as period_to,
    people_seen::bigint as people_seen,
    people_met::bigint as people_met,
    people_expected::decimal(18, 4) as people_expected,
    (people_met * 1e0 / people_seen)::decimal(9, 6) as met_share,
    elsewhere_share::decimal(9, 6) as elsewhere_share,
    (earlier_met * 1e0 / nullif(earlier_seen, 0))::decimal(9, 6) as earlier_share,
    p_value::decimal(12, 9) as p_value,
    two_quarter_p_value::decimal(12, 9) as two_quarter_p_value,
    is_complete::boolean as is_complete,
    is_short::boolean as is_short,
    (
        case when kind_code = 'never_reached' then looked_from_date else short_from_date end
    )::date as since_date,
    kind_code::varchar as kind_code,
    is_flagged::boolean as is_flagged
from named
