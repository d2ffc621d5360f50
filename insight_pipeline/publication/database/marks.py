"""The public figures with the id of their series and with every symbol that their data give.

Belongs here: `series_id`, and `shorthand` as it is published. Does not belong here: withholding,
and with it [c], [x], [z] and [u] (disclosure/), or [r] (views.py).

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
from insight_pipeline.publication.revisions import PUBLISHED_FIGURE, find_settled

MARKED_TABLE = "marked_figure"
# SQL of a figure's series: format with the relation that has the columns of a figure's key.
SERIES_ID = (
    "case when {figure}.breakdown_type = 'total' then {figure}.indicator_id "
    "else concat_ws('/', {figure}.indicator_id, {figure}.breakdown_type, {figure}.breakdown) end"
)

_SERVICES = "create or replace temp table mark_service (indicator_id varchar, service_code varchar)"

# A break: a service the series is about passes from one provider to another within the period. A
# provider's own series has no such break, and the first figure of a series breaks with nothing.
_MARKED = f"""
create or replace temp table {MARKED_TABLE} as
with
handovers as (
    select distinct mark_service.indicator_id, later.from_date
    from mark_service
    inner join reference.service_contract as later
        on mark_service.service_code = later.service_code
    inner join reference.service_contract as earlier
        on
            later.service_code = earlier.service_code
            and later.provider_id <> earlier.provider_id
            and later.from_date > earlier.from_date
),

breaks as (
    select distinct figure.indicator_id, figure.period_from, figure.period_to
    from {PUBLISHED_FIGURE} as figure
    inner join handovers
        on
            figure.indicator_id = handovers.indicator_id
            and handovers.from_date between figure.period_from and figure.period_to
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
        and placed.breakdown_type <> 'provider'
        and placed.period_from
        > min(placed.period_from) over (partition by placed.series_id) as is_break
    from placed
    left join breaks
        on
            placed.indicator_id = breaks.indicator_id
            and placed.period_from = breaks.period_from
            and placed.period_to = breaks.period_to
)

select
    * exclude (is_settled, is_break, series_id)
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
    series_id::varchar as series_id
from marked
"""


def mark_figures(
    connection: duckdb.DuckDBPyConnection, headers: Mapping[str, IndicatorHeader], as_of: date
) -> None:
    """Make the temp table `marked_figure`: `public_figure` with all its marks, then series_id.

    Read besides: reference.service_contract (service_code, provider_id, from_date); of `headers`
    (indicator id to header) services and minimum_maturity_days. as_of: last day any delivery
    covers.
    """
    find_settled(connection, headers, as_of)
    connection.execute(_SERVICES)
    rows = [[name, code] for name, header in sorted(headers.items()) for code in header.services]
    if rows:
        connection.executemany("insert into mark_service values (?, ?)", rows)
    connection.execute(_MARKED)
