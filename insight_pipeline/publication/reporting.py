"""How far each provider's data reach, service by service, and what stands in the way of more.

Belongs here: the temp table `public_reporting`, made of contracts, declared periods and outcomes of
deliveries, which are public. Does not belong here: whether a figure is shown (it waits for whoever
is missing: indicators/trust.py), how a provider kept its promises month by month (scorecard.py).
"Today" is the last day that any delivery of events covers: no clock is read.
"""

from __future__ import annotations

from datetime import date

import duckdb

PUBLIC_REPORTING = "public_reporting"

# A provider owes the days of its contract from its first reported day on: history that was never
# sent is nothing that is late. Where several feeds are behind, the last of them decides.
_REPORTING = f"""
create or replace temp table {PUBLIC_REPORTING} as
with
reach as (
    select
        service_code,
        provider_id,
        min(reported_from) as first_date,
        max(reported_to) as last_date
    from core.dim_provider_reporting
    group by service_code, provider_id
),

-- Other feeds may cover years before.
span as (
    select min(delivered.period_from) as first_date
    from reference.feed_period as delivered
    inner join reference.event_feed as feeds on delivered.stem = feeds.stem
),

owed as (
    select
        contracts.service_code,
        contracts.provider_id,
        reach.last_date,
        greatest(contracts.from_date, coalesce(reach.first_date, span.first_date)) as owed_from,
        least(contracts.to_date, $as_of) as owed_to
    from reference.service_contract as contracts
    cross join span
    left join reach
        on
            contracts.service_code = reach.service_code
            and contracts.provider_id = reach.provider_id
    where contracts.from_date <= $as_of and contracts.to_date >= span.first_date
),

missing as (
    select
        owed.service_code,
        owed.provider_id,
        max(owed.last_date) as last_date,
        min(coalesce(reporting.reported_to + 1, owed.owed_from)) filter (
            where owed.owed_from <= owed.owed_to
            and coalesce(reporting.reported_to < owed.owed_to, true)
        ) as missing_date
    from owed
    left join core.dim_provider_reporting as reporting
        on
            owed.service_code = reporting.service_code
            and owed.provider_id = reporting.provider_id
            and owed.owed_from between reporting.reported_from and reporting.reported_to
    group by owed.service_code, owed.provider_id
),

-- Feeds of the provider that have nothing accepted for the missing day, and what came instead.
awaited as (
    select
        missing.service_code,
        missing.provider_id,
        max(
            return_end(missing.missing_date, feeds.frequency_months) + feeds.latency_days
        ) as due_date,
        min(
            case unused.outcome
                when 'error' then '1 engine_error'
                when 'held' then '2 held'
                when 'refused' then '3 refused'
            end
        ) as instead
    from missing
    inner join reference.event_feed as feeds on missing.provider_id = feeds.provider_id
    left join reference.unused_delivery as unused
        on
            feeds.stem = unused.stem
            and missing.missing_date between unused.period_from and unused.period_to
    where not exists (
        select 1
        from reference.feed_period as delivered
        where
            delivered.stem = feeds.stem
            and missing.missing_date between delivered.period_from and delivered.period_to
    )
    group by missing.service_code, missing.provider_id
)

select
    missing.service_code::varchar as service_code,
    missing.provider_id::varchar as provider_id,
    missing.last_date::date as last_reported_date,
    case
        when missing.last_date is not null then greatest($as_of - missing.last_date, 0)
    end::integer as age_days,
    missing.missing_date::date as missing_from_date,
    awaited.due_date::date as due_date,
    coalesce(awaited.due_date < $as_of, false)::boolean as is_overdue,
    case
        when missing.missing_date is null then 'complete'
        when awaited.instead is not null then split_part(awaited.instead, ' ', 2)
        when awaited.due_date < $as_of then 'overdue'
        else 'awaited'
    end::varchar as state
from missing
left join awaited
    on
        missing.service_code = awaited.service_code
        and missing.provider_id = awaited.provider_id
order by service_code, provider_id
"""


def make_reporting(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Make the temp table `public_reporting`, a row per service and provider whose contract
    ran on any day of the data.

    as_of: last day any delivery of events covers. Columns: database/reporting_columns.py. Read:
    core.dim_provider_reporting, reference.service_contract, reference.event_feed,
    reference.feed_period, reference.unused_delivery, and the macro return_end.
    """
    connection.execute(_REPORTING, {"as_of": as_of})
