"""What became of earlier points: fixed, still open, new, released by a later delivery.

Belongs here: comparing deliveries of one dataset. Does not belong here: one delivery alone. All of
it follows from the set of deliveries and their declared order, never from the order of arrival.
A point is one row, column and rule; a row is known by its key, else by its line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb
import polars as pl

from insight_pipeline.contracts.feedback.statement import SinceLastTime
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.standing.accounts import Account
from insight_pipeline.contracts.standing.references import reference_code
from insight_pipeline.sql.engines.duckdb import identifier, literal

WHOLE_FILE_MODES = ("replace_period", "replace")
# Control characters keep a key that looks like a line number apart from one.
# The list shows keys as received, accepted rows as repaired: case and blanks tell nobody apart.
KEY = r"trim(lower(regexp_replace(key, '\s+', ' ', 'g')))"
WHO = f"coalesce('key' || chr(31) || {KEY}, 'line' || chr(31) || line::varchar, 'file')"


def previous_of(account: Account, ranked: Sequence[Account], contract: Contract) -> Account | None:
    """The delivery before this one that speaks of the same thing; ours that failed are no news."""
    same_period = contract.promise.resubmission.mode in ("replace_period", "append")
    earlier = ranked[: [other.delivery_id for other in ranked].index(account.delivery_id)]
    candidates = (
        other
        for other in reversed(earlier)
        if other.outcome != "error"
        and (
            not same_period
            or (other.period_from, other.period_to) == (account.period_from, account.period_to)
        )
    )
    return next(candidates, None)


def open_landed(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    ranked: Sequence[Account],
    accepted: Path,
) -> None:
    """Fill `landed`: the keys each accepted delivery brought, by the delivery's place."""
    connection.execute(
        "create or replace temp table landed "
        "(place integer, period_from date, period_to date, key varchar)"
    )
    for place, account in enumerate(ranked):
        path = accepted / contract.stem / f"{account.delivery_id}.parquet"
        if account.outcome == "accepted" and _has_key(path, contract):
            rows = f"read_parquet({literal(str(path))})"
            keyed = f"select {key_words(contract)} as key, _period_from, _period_to from {rows}"
            connection.execute(
                f"insert into landed select distinct {place}, _period_from, _period_to, {KEY} "
                f"from ({keyed})"
            )


def _has_key(path: Path, contract: Contract) -> bool:
    """Whether rows can be told apart: an earlier version may have had another key."""
    if not (contract.key and path.exists()):
        return False
    return set(contract.key) <= set(pl.read_parquet_schema(path))


def key_words(contract: Contract) -> str:
    """SQL for a row's key as lists show it; NULL without a key."""
    names = [identifier(c.name) for c in contract.columns if c.name in contract.key]
    return f"nullif(concat_ws(', ', {', '.join(names)}), '')" if names else "null::varchar"


def released_since(
    connection: duckdb.DuckDBPyConnection, contract: Contract, place: int, account: Account
) -> int:
    """Held rows of a delivery, by key, that a later delivery brought in order; needs `issue`."""
    same_period = (
        f"and period_from = date '{account.period_from}' and period_to = date '{account.period_to}'"
        if contract.promise.resubmission.mode == "replace_period"
        else ""
    )
    found = connection.execute(
        f"select count(distinct {KEY}) from issue where severity = 'record' and {KEY} in "
        f"(select key from landed where place > {place} {same_period})"
    ).fetchall()
    return int(found[0][0])


def since_last_time(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    place: int,
    previous: Account,
    previous_issues: Path,
    held: Path | None,
) -> SinceLastTime:
    """This delivery's points (`issue`) beside those of the one before."""
    _open_points(connection, contract, previous_issues)
    _open_present(connection, contract, place, held)
    gone = "fixed" if contract.promise.resubmission.mode in WHOLE_FILE_MODES else "not_sent_again"
    counted = dict(connection.execute(_compare(gone)).fetchall())
    released = connection.execute(
        "select count(distinct key) from before where severity = 'record' "
        f"and key in (select key from landed where place = {place})"
    ).fetchall()
    return SinceLastTime(
        previous_delivery_id=previous.delivery_id,
        previous_submitted_at=previous.submitted_at,
        fixed=int(counted.get("fixed", 0)),
        still_open=int(counted.get("still_open", 0)),
        new=int(counted.get("new", 0)),
        not_sent_again=int(counted.get("not_sent_again", 0)),
        released=int(released[0][0]),
    )


def _open_points(
    connection: duckdb.DuckDBPyConnection, contract: Contract, previous_issues: Path
) -> None:
    # What other datasets lack is not this provider's doing, and no list of last time has it.
    lacking = ["", *(reference_code(reference) for reference in contract.references)]
    point = f"{WHO} as who, column_name as point_column, code"
    connection.execute(
        f"create or replace temp table before as select distinct {point}, {KEY} as key, severity "
        f"from read_parquet({literal(str(previous_issues))})"
    )
    connection.execute(
        "create or replace temp table now as "
        f'select distinct {WHO} as who, "column" as point_column, code from issue '
        f"where code not in ({', '.join(map(literal, lacking))})"
    )


def _open_present(
    connection: duckdb.DuckDBPyConnection, contract: Contract, place: int, held: Path | None
) -> None:
    """Fill `present`: keys of the rows this delivery holds, whether in order or held."""
    parts = [f"select key from landed where place = {place}", f"select {KEY} from issue"]
    if held and _has_key(held, contract):
        key = key_words(contract)
        parts.append(
            f"select {KEY} from (select {key} as key from read_parquet({literal(str(held))}))"
        )
    connection.execute(f"create or replace temp table present as {_union(parts)}")


def _union(parts: Iterable[str]) -> str:
    return " union ".join(parts)


def _compare(gone: str) -> str:
    """SQL: what became of each point, counted; `gone` names points of rows no longer there."""
    return f"""
        with
        point as (
            select
                b.who is not null as was,
                n.who is not null as stands,
                coalesce(b.who, n.who) as who,
                b.key as key
            from (select distinct who, point_column, code, key from before) as b
            full join now as n
                on b.who = n.who and b.code = n.code
                and b.point_column is not distinct from n.point_column
        )
        select
            case
                when was and stands then 'still_open'
                when stands then 'new'
                when who = 'file' or key in (select key from present where key is not null)
                    then 'fixed'
                else '{gone}'
            end as fate,
            count(*)
        from point
        group by fate
    """
