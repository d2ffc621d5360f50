/*
title: What happened to people when a service changed hands?
note: >-
  For each change and each indicator of the service, the last complete period under the old provider
  and the first comparable one under the new; where the two intervals overlap, no difference can be
  told. The rows of transition_lost say how many of those in the middle of the service were not seen
  again in time.
*/
with
sides as (
    select
        changed.service_code,
        changed.changed_date,
        changed.from_provider_id,
        changed.to_provider_id,
        figure.indicator_id,
        max(figure.period_from) filter (
            where
            figure.provider_id = changed.from_provider_id
            and figure.period_to < changed.changed_date
        ) as before_from,
        min(figure.period_from) filter (
            where
            figure.provider_id = changed.to_provider_id
            and figure.period_from >= changed.comparable_date
        ) as after_from
    from contract_change as changed
    inner join indicator_service on changed.service_code = indicator_service.service_code
    inner join figure
        on
            indicator_service.indicator_id = figure.indicator_id
            and figure.breakdown_type = 'provider'
            and figure.provider_id in (changed.from_provider_id, changed.to_provider_id)
            and not figure.is_not_mature
    group by all
)

select
    sides.service_code,
    sides.changed_date,
    indicator.title,
    indicator.polarity,
    earlier.provider_id as before_provider_id,
    earlier.period_from as before_period_from,
    earlier.value as before_value,
    earlier.lower95 as before_lower95,
    earlier.upper95 as before_upper95,
    earlier.shorthand as before_shorthand,
    later.provider_id as after_provider_id,
    later.period_from as after_period_from,
    later.value as after_value,
    later.lower95 as after_lower95,
    later.upper95 as after_upper95,
    later.shorthand as after_shorthand,
    coalesce(earlier.lower95 > later.upper95 or earlier.upper95 < later.lower95, false)
        as is_told_apart
from sides
inner join indicator on sides.indicator_id = indicator.indicator_id
left join figure as earlier
    on
        sides.indicator_id = earlier.indicator_id
        and sides.before_from = earlier.period_from
        and earlier.breakdown_type = 'provider'
        and sides.from_provider_id = earlier.provider_id
left join figure as later
    on
        sides.indicator_id = later.indicator_id
        and sides.after_from = later.period_from
        and later.breakdown_type = 'provider'
        and sides.to_provider_id = later.provider_id
order by sides.changed_date, sides.service_code, sides.indicator_id
