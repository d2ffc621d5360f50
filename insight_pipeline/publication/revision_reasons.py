"""Reasons for the public ledger: what of the unsuppressed one may be known outside.

Belongs here: reason codes and declared corrections, figure by figure, since the release before.
Does not belong here: which revisions are told them (revisions.py). No number of the unsuppressed
ledger is read.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from insight_pipeline.indicators.corrections import Correction, correction_table
from insight_pipeline.indicators.revision_ledger import LEDGER
from insight_pipeline.indicators.revision_rules import KEY, LATE_DATA, REASONS

PUBLIC_CORRECTION = "public_correction"

_KEY = ", ".join(KEY)

# Of several reasons since the release before, the first in order of precedence. `first` is said
# of a figure published before only by a warehouse begun anew, which knows no better.
_REASONS = f"""
create or replace temp table ledger_reason as
with
since as (
    select
        {_KEY},
        case when reason_code = 'first' then '{LATE_DATA}' else reason_code end as reason_code,
        correction_id,
        coalesce(list_position($reasons::varchar[], reason_code), len($reasons::varchar[]) + 1)
            as place
    from {LEDGER}
    where night_no > $night_no
)

select
    {_KEY},
    min(place) as place,
    arg_min(reason_code, place) as reason_code,
    arg_min(correction_id, place) as correction_id
from since
group by {_KEY}
"""

_NONE = """
create or replace temp table ledger_reason (
    indicator_id varchar, period_from date, period_to date, area_code varchar,
    provider_id varchar, breakdown_type varchar, breakdown varchar, place integer,
    reason_code varchar, correction_id varchar
)
"""


def find_ledger_reasons(connection: duckdb.DuckDBPyConnection, since_night: int) -> None:
    """Temp table `ledger_reason`: a figure's key, reason_code, its place, correction_id.

    since_night: the night up to which the release before knew. A warehouse without a ledger has no
    reasons; one that was begun anew counts its nights anew, and all of them are since.
    """
    newest = last_night(connection)
    if newest == 0:
        connection.execute(_NONE)
        return
    since = since_night if since_night <= newest else 0
    connection.execute(_REASONS, {"reasons": list(REASONS), "night_no": since})


def last_night(connection: duckdb.DuckDBPyConnection) -> int:
    """Number of the last night on which the unsuppressed ledger grew; 0 where there is none."""
    schema, _, table = LEDGER.partition(".")
    exists = "select count(*) from duckdb_tables() where schema_name = ? and table_name = ?"
    if not connection.execute(exists, [schema, table]).fetchall()[0][0]:
        return 0
    query = f"select coalesce(max(night_no), 0) from {LEDGER}"
    return int(connection.execute(query).fetchall()[0][0])


def load_declared(connection: duckdb.DuckDBPyConnection, declared: Iterable[Correction]) -> None:
    """Temp tables `declared_correction`, and `public_correction` with its public columns."""
    connection.register("given", correction_table(declared).to_arrow())
    connection.execute("create or replace temp table declared_correction as from given")
    connection.unregister("given")
    connection.execute(
        f"create or replace temp table {PUBLIC_CORRECTION} as "
        "select * exclude (correction_id) from declared_correction"
    )
