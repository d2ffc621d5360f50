/*
description: >-
  How each service fared at each provider, month by month: what the rules of early warning read.
grain: one row per measure, service, provider and month
owner: commissioning@ashmere.example
columns:
  measure_code: >-
    missed_hand_off_share and pickup_days_mean, of hand-offs received, by the month they started;
    open_gaps, hand-offs missed and still not picked up at the month's end, of the 91 days before;
    people_served; treatment_completed_share, of treatments that ended otherwise than by transfer;
    data_sla_broken, 1 where deliveries about the month were late or missing.
  service_code: The service; of hand-offs the one that was to receive.
  provider_id: Who delivers it; of hand-offs who received, or was to.
  month_date: First day of the month.
  denominator: Cases the value is about.
  polarity: Whether a higher value is better.
tests:
  - not_null: [measure_code, service_code, provider_id, month_date, numerator, denominator, value]
  - unique: [measure_code, service_code, provider_id, month_date]
  - accepted_values: {column: service_code, vocabulary: service}
  - accepted_values: {column: polarity, values: [higher_is_better, lower_is_better, neutral]}
*/
-- Only months that will not change by waiting: everybody concerned has reported every day of them,
-- and the clock of every hand-off has run out.
with
hand_offs as (select * from journeys.fct_hand_off),
events as (select * from core.fct_service_event),
contracts as (select * from reference.service_contract),
provider_reporting as (select * from core.dim_provider_reporting),
service_reporting as (select * from core.dim_service_reporting),
cards as (select * from reference.scorecard),

span as (
    select
        date_trunc('month', min(reported_from))::date as first_month,
        date_trunc('month', max(reported_to))::date as last_month
    from provider_reporting
),

calendar as (
    select
        listed.month_start::date as month_date,
        (listed.month_start + interval 1 month)::date - 1 as month_end
    from span
    cross join unnest(generate_series(span.first_month, span.last_month, interval 1 month))
        as listed (month_start)
),

-- Months of which a provider under contract has reported every day.
provider_months as (
    select distinct
        contracts.service_code,
        contracts.provider_id,
        calendar.month_date,
        calendar.month_end
    from contracts
    cross join calendar
    inner join provider_reporting as reporting
        on
            contracts.service_code = reporting.service_code
            and contracts.provider_id = reporting.provider_id
            and reporting.reported_from <= calendar.month_date
            and reporting.reported_to >= calendar.month_end
    where
        contracts.from_date <= calendar.month_date
        and contracts.to_date >= calendar.month_end
),

-- Where nobody was under contract, no report is waited for.
settled as (
    select
        *,
        date_trunc('month', started_date)::date as month_date,
        state_code in ('within_clock', 'too_recent')
        or (state_code = 'not_reporting' and to_provider_id is not null) as is_waited_for
    from hand_offs
),

settled_months as (
    select
        to_service_code,
        month_date
    from settled
    group by to_service_code, month_date
    having count(*) filter (where is_waited_for) = 0
),

received as (
    select
        settled.to_service_code as service_code,
        settled.to_provider_id as provider_id,
        settled.month_date,
        count(*) filter (where settled.state_code = 'missed') as missed,
        count(*) filter (where settled.state_code = 'picked_up') as picked_up,
        sum(settled.pickup_days) filter (where settled.state_code = 'picked_up') as pickup_days
    from settled
    inner join settled_months
        on
            settled.to_service_code = settled_months.to_service_code
            and settled.month_date = settled_months.month_date
    where settled.to_provider_id is not null
    group by settled.to_service_code, settled.to_provider_id, settled.month_date
),

first_hand_offs as (
    select
        to_service_code,
        min(started_date) as first_date
    from hand_offs
    group by to_service_code
),

-- The whole look-back must lie within what has been seen: else the first months would seem to grow.
gap_months as (
    select
        provider_months.service_code,
        provider_months.provider_id,
        provider_months.month_date,
        provider_months.month_end
    from provider_months
    inner join first_hand_offs
        on
            provider_months.service_code = first_hand_offs.to_service_code
            and first_hand_offs.first_date <= provider_months.month_end - 91
    inner join service_reporting
        on
            provider_months.service_code = service_reporting.service_code
            and service_reporting.reported_from <= provider_months.month_date
            and service_reporting.reported_to >= provider_months.month_end
),

gaps as (
    select
        gap_months.service_code,
        gap_months.provider_id,
        gap_months.month_date,
        count(*) filter (
            where
            settled.state_code = 'missed'
            and coalesce(settled.picked_up_date, date '9999-12-31') > gap_months.month_end
        ) as open_gaps,
        count(*) as run_out
    from gap_months
    inner join settled
        on
            gap_months.service_code = settled.to_service_code
            and gap_months.provider_id = settled.to_provider_id
            and settled.started_date > gap_months.month_end - 91
            and settled.due_date <= gap_months.month_end
    group by gap_months.service_code, gap_months.provider_id, gap_months.month_date
    having count(*) filter (where settled.is_waited_for) = 0
),

served as (
    select
        months.service_code,
        months.provider_id,
        months.month_date,
        count(distinct events.citizen_id) as people
    from provider_months as months
    inner join events
        on
            months.service_code = events.service_code
            and months.provider_id = events.provider_id
            and events.event_from_date <= months.month_end
            and coalesce(events.event_to_date, date '9999-12-31') >= months.month_date
    group by months.service_code, months.provider_id, months.month_date
),

-- Whoever is handed to the next provider has not left treatment.
treatment_ends as (
    select
        months.service_code,
        months.provider_id,
        months.month_date,
        count(*) filter (where events.outcome_code = 'completed') as completed,
        count(*) as ended
    from provider_months as months
    inner join events
        on
            months.service_code = events.service_code
            and months.provider_id = events.provider_id
            and events.event_code = 'treatment'
            and events.event_to_date between months.month_date and months.month_end
    where events.outcome_code is null or events.outcome_code <> 'transferred'
    group by months.service_code, months.provider_id, months.month_date
),

promises as (
    select distinct
        contracts.service_code,
        cards.provider_id,
        cards.period_month as month_date,
        case when cards.is_latency_kept then 0 else 1 end as broken
    from cards
    inner join contracts
        on
            cards.provider_id = contracts.provider_id
            and contracts.from_date < (cards.period_month + interval 1 month)::date
            and contracts.to_date >= cards.period_month
    where cards.stem is null and cards.is_latency_kept is not null
),

measures as (
    select
        'missed_hand_off_share' as measure_code,
        service_code,
        provider_id,
        month_date,
        missed as numerator,
        missed + picked_up as denominator,
        missed / ((missed + picked_up) * 1e0) as value,
        'lower_is_better' as polarity
    from received
    where missed + picked_up > 0
    union all
    select
        'pickup_days_mean' as measure_code,
        service_code,
        provider_id,
        month_date,
        pickup_days as numerator,
        picked_up as denominator,
        pickup_days / (picked_up * 1e0) as value,
        'lower_is_better' as polarity
    from received
    where picked_up > 0
    union all
    select
        'open_gaps' as measure_code,
        service_code,
        provider_id,
        month_date,
        open_gaps as numerator,
        run_out as denominator,
        open_gaps * 1e0 as value,
        'lower_is_better' as polarity
    from gaps
    union all
    select
        'people_served' as measure_code,
        service_code,
        provider_id,
        month_date,
        people as numerator,
        people as denominator,
        people * 1e0 as value,
        'neutral' as polarity
    from served
    union all
    select
        'treatment_completed_share' as measure_code,
        service_code,
        provider_id,
        month_date,
        completed as numerator,
        ended as denominator,
        completed / (ended * 1e0) as value,
        'higher_is_better' as polarity
    from treatment_ends
    union all
    select
        'data_sla_broken' as measure_code,
        service_code,
        provider_id,
        month_date,
        broken as numerator,
        1 as denominator,
        broken * 1e0 as value,
        'lower_is_better' as polarity
    from promises
)

select
    measure_code::varchar as measure_code,
    service_code::varchar as service_code,
    provider_id::varchar as provider_id,
    month_date::date as month_date,
    numerator::bigint as numerator,
    denominator::bigint as denominator,
    value::decimal(18, 4) as value,
    polarity::varchar as polarity
from measures
