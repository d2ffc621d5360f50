"""The public figures with the id of their series and with every symbol that their data give.

Belongs here: `series_id`, `is_not_comparable`, and `shorthand` as it is published. Does not belong
here: withholding, and with it [c], [x], [z] and [u] (disclosure/), or [r] (views.py).

A figure without a value bears the one symbol that says why, and nothing beside it: a mark on a
withheld figure would tell what became of it. Symbols of a figure that is shown stand one after the
other, `[u][p]`. They follow from the numbers shown beside them, the day the data reach and the
contracts, so that nights in another order end with the same bytes. Whether a figure was *revised*
does not, and is put beside them by the views alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import duckdb

from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.publication.newcomers import NEWCOMERS, expect_newcomers
from insight_pipeline.publication.revisions import PUBLISHED_FIGURE, find_settled

MARKED_TABLE = "marked_figure"
# SQL of a figure's series: format with the relation that has the columns of a figure's key.
SERIES_ID = (
    "case when {figure}.breakdown_type = 'total' then {figure}.indicator_id "
    "else concat_ws('/', {figure}.indicator_id, {figure}.breakdown_type, {figure}.breakdown) end"
)

_SERVICES = "create or replace temp table mark_service (indicator_id varchar, service_code varchar)"

# A break: a service the series is about passes from one provider to another within the period, in
# an area the series is about. Series of a provider, of a pair of them or of a unit have no such
# break, and the first figure of a series breaks with nothing.
_MARKED = f"""
create or replace temp table {MARKED_TABLE} as
with
handovers as (
    select
        mark_service.indicator_id,
        changes.service_code,
        changes.changed_date,
        changes.area_codes
    from mark_service
    inner join journeys.fct_contract_change as changes
        on mark_service.service_code = changes.service_code
),

breaks as (
    select distinct
        figure.indicator_id,
        figure.period_from,
        figure.period_to,
        figure.breakdown_type,
        figure.breakdown
    from {PUBLISHED_FIGURE} as figure
    inner join handovers
        on
            figure.indicator_id = handovers.indicator_id
            and handovers.changed_date between figure.period_from and figure.period_to
    where
        figure.breakdown_type not in ('provider', 'provider_pair', 'unit')
        and (figure.breakdown_type <> 'service' or figure.breakdown = handovers.service_code)
        and (
            figure.breakdown_type <> 'area'
            or handovers.area_codes is null
            or list_contains(string_split(handovers.area_codes, ','), figure.breakdown)
        )
        and (
            figure.breakdown_type <> 'pathway'
            or exists (
                select 1
                from reference.pathway as pathway
                where
                    pathway.pathway_code = figure.breakdown
                    and handovers.service_code
                    in (pathway.from_service_code, pathway.to_service_code)
            )
        )
),

placed as (
    select
        figure.*,
        {SERIES_ID.format(figure="figure")} as series_id
    from {PUBLISHED_FIGURE} as figure
),

marked as (
    select
        placed.*,
        breaks.indicator_id is not null
        and placed.period_from
        > min(placed.period_from) over (partition by placed.series_id) as is_break,
        newcomers.indicator_id is not null as is_not_comparable
    from placed
    left join {NEWCOMERS} as newcomers
        on
            placed.indicator_id = newcomers.indicator_id
            and placed.period_from = newcomers.period_from
            and placed.breakdown_type = newcomers.breakdown_type
            and placed.breakdown = newcomers.breakdown
    left join breaks
        on
            placed.indicator_id = breaks.indicator_id
            and placed.period_from = breaks.period_from
            and placed.period_to = breaks.period_to
            and placed.breakdown_type = breaks.breakdown_type
            and placed.breakdown = breaks.breakdown
)

select
    * exclude (is_settled, is_break, is_not_comparable, series_id)
    replace (
        case
            when value is null then shorthand
            else nullif(
                concat(
                    case when value = 0 and numerator > 0 then '[low]' end,
                    shorthand,
                    case when not is_settled then '[p]' end,
                    case when is_break then '[b]' end
                ),
                ''
            )
        end as shorthand
    ),
    series_id::varchar as series_id,
    is_not_comparable::boolean as is_not_comparable
from marked
"""


def mark_figures(
    connection: duckdb.DuckDBPyConnection, headers: Mapping[str, IndicatorHeader], as_of: date
) -> None:
    """Make the temp table `marked_figure`: `public_figure` with all its marks, then series_id and
    is_not_comparable.

    Read besides: journeys.fct_contract_change (service_code, changed_date, area_codes),
    reference.pathway and, if there is one, the temp table newcomer_figure; of `headers` (indicator
    id to header) services and minimum_maturity_days. as_of: last day any delivery covers.
    """
    expect_newcomers(connection)
    find_settled(connection, headers, as_of)
    connection.execute(_SERVICES)
    rows = [[name, code] for name, header in sorted(headers.items()) for code in header.services]
    if rows:
        connection.executemany("insert into mark_service values (?, ?)", rows)
    connection.execute(_MARKED)
