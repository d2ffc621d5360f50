"""How far the records behind a figure go: linkage rate, coverage and maturity.

Belongs here: what is said beside the counts of a period, and of a provider's rows about that
provider alone. Does not belong here: the counts and their values (figure.py).
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from insight_pipeline.indicators.header import IndicatorHeader

_SERVICES = """
create or replace temp table indicator_service (
    indicator_id varchar, service_code varchar, follow_up_days integer
)
"""

_TRUST = """
create or replace temp table figure_trust as
with
periods as (select distinct indicator_id, period_from, period_to from indicator_measure),

-- Whose figures there are in a period: a provider's own, or 'all' for everybody's.
answering as (
    select distinct indicator_id, period_from, provider_id
    from indicator_measure
),

expected as (
    select distinct
        periods.indicator_id,
        periods.period_from,
        contracts.service_code,
        contracts.provider_id,
        greatest(periods.period_from, contracts.from_date) as expected_from,
        least(periods.period_to, contracts.to_date) as expected_to
    from periods
    inner join indicator_service on periods.indicator_id = indicator_service.indicator_id
    inner join reference.service_contract as contracts
        on
            indicator_service.service_code = contracts.service_code
            and periods.period_from <= contracts.to_date
            and periods.period_to >= contracts.from_date
),

-- Events of a period's months; of services followed, of the follow-up window's months besides.
received as (
    select
        periods.indicator_id,
        periods.period_from,
        rates.service_code,
        rates.provider_id,
        sum(rates.rows_received) as rows_received,
        sum(rates.rows_linked) as rows_linked
    from periods
    inner join indicator_service on periods.indicator_id = indicator_service.indicator_id
    inner join internal.linkage_rate as rates
        on
            indicator_service.service_code = rates.service_code
            and date_trunc('month', periods.period_from)::date <= rates.month
            and periods.period_to + indicator_service.follow_up_days >= rates.month
    group by
        periods.indicator_id, periods.period_from, rates.service_code, rates.provider_id
),

delivered as (
    select indicator_id, period_from, service_code, provider_id from expected
    union
    select indicator_id, period_from, service_code, provider_id from received
),

-- A provider's figures rest on its own rows of the services it delivers and on all rows of others.
linkage as (
    select
        answering.indicator_id,
        answering.period_from,
        answering.provider_id,
        sum(received.rows_linked) / nullif(sum(received.rows_received), 0) as linkage_rate
    from answering
    inner join received
        on
            answering.indicator_id = received.indicator_id
            and answering.period_from = received.period_from
    left join delivered
        on
            received.indicator_id = delivered.indicator_id
            and received.period_from = delivered.period_from
            and received.service_code = delivered.service_code
            and answering.provider_id = delivered.provider_id
    where delivered.provider_id is null or delivered.provider_id = received.provider_id
    group by answering.indicator_id, answering.period_from, answering.provider_id
),

coverage as (
    select
        answering.indicator_id,
        answering.period_from,
        answering.provider_id,
        count(reporting.reported_from) / count(*) as coverage
    from answering
    inner join expected
        on
            answering.indicator_id = expected.indicator_id
            and answering.period_from = expected.period_from
            and answering.provider_id in ('all', expected.provider_id)
    left join core.dim_provider_reporting as reporting
        on
            expected.service_code = reporting.service_code
            and expected.provider_id = reporting.provider_id
            and expected.expected_from >= reporting.reported_from
            and expected.expected_to <= reporting.reported_to
    group by answering.indicator_id, answering.period_from, answering.provider_id
),

maturity as (
    select
        periods.indicator_id,
        periods.period_from,
        count(reporting.reported_from) < count(*) as is_not_mature
    from periods
    inner join indicator_service on periods.indicator_id = indicator_service.indicator_id
    left join core.dim_service_reporting as reporting
        on
            indicator_service.service_code = reporting.service_code
            and periods.period_from >= reporting.reported_from
            and periods.period_to + indicator_service.follow_up_days <= reporting.reported_to
    group by periods.indicator_id, periods.period_from
)

select
    answering.indicator_id,
    answering.period_from,
    answering.provider_id,
    linkage.linkage_rate,
    coverage.coverage,
    maturity.is_not_mature
from answering
left join linkage
    on
        answering.indicator_id = linkage.indicator_id
        and answering.period_from = linkage.period_from
        and answering.provider_id = linkage.provider_id
left join coverage
    on
        answering.indicator_id = coverage.indicator_id
        and answering.period_from = coverage.period_from
        and answering.provider_id = coverage.provider_id
inner join maturity
    on
        answering.indicator_id = maturity.indicator_id
        and answering.period_from = maturity.period_from
"""


def make_trust(
    connection: duckdb.DuckDBPyConnection, headers: Mapping[str, IndicatorHeader]
) -> None:
    """Write the temp table `figure_trust`, one row per indicator, period and provider or 'all'.

    Columns: indicator_id, period_from, provider_id, linkage_rate and coverage (shares of 1),
    is_not_mature. `linkage_rate` is NULL where no event began in the months looked at, `coverage`
    where nobody was under contract. Read: indicator_measure, internal.linkage_rate,
    reference.service_contract, core.dim_provider_reporting and core.dim_service_reporting.
    """
    connection.execute(_SERVICES)
    connection.executemany(
        "insert into indicator_service values (?, ?, ?)",
        [row for name, h in sorted(headers.items()) for row in _services(name, h)],
    )
    connection.execute(_TRUST)


def _services(name: str, header: IndicatorHeader) -> list[tuple[str, str, int]]:
    """Services with the days each must have reported beyond a period."""
    return [
        (name, code, header.window_days if code in header.followed_services else 0)
        for code in header.services
    ]
