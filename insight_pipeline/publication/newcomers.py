"""Figures of providers who have only just begun: not to be held against anybody's yet.

Belongs here: which public figures those are. Does not belong here: comparing (benchmarks.py), or
how long it takes (comparable_after_days in data_contracts/services.yaml). A provider who renews its
contract, or adds wards to it, has not just begun.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from insight_pipeline.indicators.header import IndicatorHeader

NEWCOMERS = "newcomer_figure"
_EMPTY = f"""
create temp table if not exists {NEWCOMERS} (
    indicator_id varchar, period_from date, breakdown_type varchar, breakdown varchar
)
"""
_SERVICES = """
create or replace temp table newcomer_service (indicator_id varchar, service_code varchar)
"""

# A figure of a pair of providers rests on both of them.
_NEWCOMERS = f"""
create or replace temp table {NEWCOMERS} as
with
begun as (
    select
        contracts.service_code,
        contracts.provider_id,
        contracts.from_date,
        contracts.from_date + services.comparable_after_days as comparable_date
    from reference.service_contract as contracts
    inner join reference.service as services on contracts.service_code = services.service_code
    where
        not exists (
            select 1
            from reference.service_contract as earlier
            where
                earlier.service_code = contracts.service_code
                and earlier.provider_id = contracts.provider_id
                and earlier.from_date < contracts.from_date
                and earlier.to_date >= contracts.from_date - 1
        )
)

select distinct
    figure.indicator_id,
    figure.period_from,
    figure.breakdown_type,
    figure.breakdown
from public_figure as figure
inner join newcomer_service on figure.indicator_id = newcomer_service.indicator_id
inner join begun
    on
        newcomer_service.service_code = begun.service_code
        and figure.period_from < begun.comparable_date
        and figure.period_to >= begun.from_date
where
    (figure.breakdown_type = 'provider' and figure.breakdown = begun.provider_id)
    or (
        figure.breakdown_type = 'provider_pair'
        and (
            starts_with(figure.breakdown, begun.provider_id || '_to_')
            or ends_with(figure.breakdown, '_to_' || begun.provider_id)
        )
    )
"""


def find_newcomers(
    connection: duckdb.DuckDBPyConnection, headers: Mapping[str, IndicatorHeader]
) -> None:
    """Make the temp table `newcomer_figure`: indicator_id, period_from, breakdown_type, breakdown.

    They are figures of a provider, or of a pair of providers, whose first contract for a service of
    the indicator began within the period or less than the service's comparable_after_days before
    its first day. Read: public_figure, reference.service_contract and reference.service; of
    `headers` (indicator id to header) services.
    """
    connection.execute(_SERVICES)
    rows = [[name, code] for name, header in sorted(headers.items()) for code in header.services]
    if rows:
        connection.executemany("insert into newcomer_service values (?, ?)", rows)
    connection.execute(_NEWCOMERS)


def expect_newcomers(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `newcomer_figure` without rows where nobody has looked for newcomers."""
    connection.execute(_EMPTY)
