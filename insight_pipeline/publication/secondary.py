"""Secondary suppression: no blank may be the difference of what is shown.

Belongs here: choosing further figures to withhold. Does not belong here: which figures are withheld
for their own sake, or the making of the public table (disclosure.py).
"""

from __future__ import annotations

import duckdb

# A line is a total with its parts of one kind. One blank in a line is the difference of the rest,
# so the smallest other part goes too: parts with events first, the total only when no part is left.
_HIDE_SECOND = """
update disclosure_cell set is_hidden = true
from (
    with
    kinds as (
        select distinct indicator_id, period_from, breakdown_type as kind
        from disclosure_cell
        where breakdown_type <> 'total'
    ),

    members as (
        select kinds.kind, cell.*
        from disclosure_cell as cell
        inner join kinds
            on
                cell.indicator_id = kinds.indicator_id
                and cell.period_from = kinds.period_from
                and cell.breakdown_type in ('total', kinds.kind)
    ),

    exposed as (
        select indicator_id, period_from, kind
        from members
        group by indicator_id, period_from, kind
        having count(*) filter (where is_hidden) = 1
    ),

    ranked as (
        select
            members.*,
            row_number() over (
                partition by members.indicator_id, members.period_from, members.kind
                order by
                    members.breakdown_type = 'total',
                    members.numerator = 0,
                    members.numerator,
                    members.denominator,
                    members.breakdown
            ) as place
        from members
        inner join exposed using (indicator_id, period_from, kind)
        where not members.is_hidden
    )

    select distinct indicator_id, period_from, breakdown_type, breakdown
    from ranked
    where place = 1
) as pick
where
    disclosure_cell.indicator_id = pick.indicator_id
    and disclosure_cell.period_from = pick.period_from
    and disclosure_cell.breakdown_type = pick.breakdown_type
    and disclosure_cell.breakdown = pick.breakdown
"""


def hide_until_nothing_is_exposed(connection: duckdb.DuckDBPyConnection) -> None:
    """Set `is_hidden` in the temp table disclosure_cell for as many more figures as are needed.

    Repeats, as a blank in one line can expose another; each round hides more or is the last.
    """
    hidden = -1
    while hidden != (hidden := _hidden(connection)):
        connection.execute(_HIDE_SECOND)


def _hidden(connection: duckdb.DuckDBPyConnection) -> int:
    query = "select count(*) from disclosure_cell where is_hidden"
    return int(connection.execute(query).fetchall()[0][0])
