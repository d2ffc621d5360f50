"""When a figure is a new revision, which number it bears, and what its status is.

Belongs here: the comparison of tonight's figures with a ledger of earlier ones, the same for the
unsuppressed ledger (revision.py) and the published one (publication/revisions.py). Does not belong
here: why a figure changed (revision_reasons.py).

Statuses:
  provisional  the figure can still change as a matter of course: it is not mature
  final        it is mature, and is the figure given when it first was
  revised      it is mature, and is not what it was when it was last final or revised
  withdrawn    it is no longer given: its indicator, area or provider is gone
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

KEY = (
    "indicator_id",
    "period_from",
    "period_to",
    "area_code",
    "provider_id",
    "breakdown_type",
    "breakdown",
)
STATUSES = ("provisional", "final", "revised", "withdrawn")
FIRST = "first"
METHOD, CONTRACT_CHANGE, ERROR, LATE_DATA, LINKAGE = (
    "method",
    "contract_change",
    "error",
    "late_data",
    "linkage",
)
# In order of precedence: of several that a night gives reason for, the first is named.
REASONS = (METHOD, CONTRACT_CHANGE, ERROR, LATE_DATA, LINKAGE)

_CHANGED = """
create or replace temp table {into} as
with
known as (select * from {ledger}),

newest as (
    select *
    from known
    qualify row_number() over (partition by {key} order by revision_no desc) = 1
),

-- What the figure was when it was last mature: a figure that comes back to it is not revised.
mature as (
    select *
    from known
    where status in ('final', 'revised')
    qualify row_number() over (partition by {key} order by revision_no desc) = 1
),

compared as (
    select
        {coalesced_key},
        {told_tonight},
        newest.revision_no as last_no,
        newest.status as last_status,
        newest.value as previous_value,
        {same_as_newest} as is_same,
        case
            when tonight.indicator_id is null then 'withdrawn'
            when not tonight.is_settled then 'provisional'
            when mature.indicator_id is null then 'final'
            when {same_as_mature} then mature.status
            else 'revised'
        end as status
    from {tonight} as tonight
    full outer join newest on {key_of_newest}
    left join mature on {key_of_mature}
)

select
    * exclude (last_no),
    (coalesce(last_no, 0) + 1)::integer as revision_no,
    value - previous_value as difference
from compared
where last_no is null or not is_same or status <> last_status
"""


def find_revisions(
    connection: duckdb.DuckDBPyConnection,
    tonight: str,
    ledger: str,
    told: Sequence[str],
    into: str,
) -> None:
    """Make the temp table `into`: a row for every figure that is not what the ledger says last.

    tonight: relation with KEY, `told` and is_settled (whether the figure is mature). ledger:
    relation with KEY, revision_no (1, 2, …), status and `told`. told: the columns in which a
    change is a revision; `value` is one of them.
    Columns of the result: KEY, `told`, revision_no, status, last_status, previous_value (that of
    the revision before, NULL where it had none), difference (value less previous_value), and
    is_same (nothing told has changed; the status has). A figure gone is there with nothing told.
    """
    connection.execute(
        _CHANGED.format(
            into=into,
            tonight=tonight,
            ledger=ledger,
            key=", ".join(KEY),
            coalesced_key=",\n        ".join(
                f"coalesce(tonight.{name}, newest.{name}) as {name}" for name in KEY
            ),
            told_tonight=", ".join(f"tonight.{name}" for name in told),
            same_as_newest=_same("tonight", "newest", told),
            same_as_mature=_same("tonight", "mature", told),
            key_of_newest=" and ".join(f"tonight.{name} = newest.{name}" for name in KEY),
            key_of_mature=" and ".join(f"tonight.{name} = mature.{name}" for name in KEY),
        )
    )


def _same(left: str, right: str, columns: Sequence[str]) -> str:
    """SQL: equal in every column, where NULL equals NULL."""
    return " and ".join(f"{left}.{name} is not distinct from {right}.{name}" for name in columns)
