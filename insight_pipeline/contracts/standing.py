"""A dataset as it stands: what all its accepted deliveries together say now.

Belongs here: what a later delivery does to an earlier one, and each delivery's account. Does not
belong here: judging a delivery. The result is a function of the set of deliveries: it depends on
what was declared as submitted when, never on the order or night of arrival.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import duckdb

from insight_pipeline.contracts.contract import Contract
from insight_pipeline.contracts.verdict import Verdict
from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.kernel.strict import StrictModel, load_json
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect, identifier, literal

CURRENT = "current.parquet"
ACCOUNTS = "accounts.json"
PROVENANCE = {
    "_delivery_id": "VARCHAR",
    "_row": "BIGINT",
    "_period_from": "DATE",
    "_period_to": "DATE",
}


class Account(StrictModel):
    """How one delivery fares now: received = accepted + quarantined + superseded + rejected."""

    delivery_id: str
    stem: str
    provider: str
    period_from: date
    period_to: date
    submitted_at: datetime
    outcome: Literal["accepted", "refused", "error"]
    reasons: tuple[str, ...]
    received: int
    accepted: int
    quarantined: int
    superseded: int
    rejected: int

    @property
    def balances(self) -> bool:
        return self.received == self.accepted + self.quarantined + self.superseded + self.rejected


class Accounts(StrictModel):
    """Every delivery of one dataset, with the fingerprint of what they were reckoned from."""

    fingerprint: str
    deliveries: tuple[Account, ...]


def current_path(settings: Settings, stem: str) -> Path:
    return settings.accepted / stem / CURRENT


def read_accounts(settings: Settings, stem: str) -> Accounts | None:
    path = settings.accepted / stem / ACCOUNTS
    return load_json(path, Accounts) if path.exists() else None


def accepted_columns(contract: Contract) -> dict[str, str]:
    """Columns of `accepted.<stem>`: the promised ones as text, then provenance."""
    return {**{column.name: "VARCHAR" for column in contract.columns}, **PROVENANCE}


def bring_up_to_date(
    contract: Contract, verdicts: Sequence[Verdict], settings: Settings
) -> tuple[Accounts, bool]:
    """Write the dataset as it stands and its accounts; False when nothing had changed."""
    # With outcomes: a delivery that met a failing engine is judged again under the same law.
    reached = sorted((verdict.fingerprint, verdict.outcome) for verdict in verdicts)
    mark = fingerprint(contract.fingerprint, reached)
    known = read_accounts(settings, contract.stem)
    if known and known.fingerprint == mark and current_path(settings, contract.stem).exists():
        return known, False
    with connect(settings) as connection:
        standing = _reckon(connection, contract, verdicts, settings)
        accounts = _accounts(mark, verdicts, standing)
        # Before anything is replaced: a feed that stops keeps its last good state.
        _check_balance(accounts)
        _write_current(connection, current_path(settings, contract.stem))
    with replacing_file(settings.accepted / contract.stem / ACCOUNTS) as work:
        work.write_text(accounts.model_dump_json(indent=2), encoding="utf-8")
    return accounts, True


def _reckon(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    verdicts: Sequence[Verdict],
    settings: Settings,
) -> dict[str, int]:
    """Fill `standing`; returns delivery id → how many of its rows stand."""
    accepted = sorted((v for v in verdicts if v.outcome == "accepted"), key=lambda v: v.rank)
    folder = settings.accepted / contract.stem
    files = [folder / f"{verdict.delivery_id}.parquet" for verdict in accepted]
    connection.execute(
        "create temp table delivery "
        "(_delivery_id varchar, _place integer, _period_from date, _period_to date)"
    )
    if accepted:
        places = [(v.delivery_id, n, v.period_from, v.period_to) for n, v in enumerate(accepted)]
        connection.executemany("insert into delivery values (?, ?, ?, ?)", places)
    connection.execute(f"create temp view arrived as {_arrived(contract, files)}")
    connection.execute(f"create temp table standing as {_standing(contract)}")
    counted = "select _delivery_id, count(*) from standing group by _delivery_id"
    return {row[0]: int(row[1]) for row in connection.execute(counted).fetchall()}


def _write_current(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    with replacing_file(path) as work:
        connection.execute(
            "copy (select * exclude (_place) from standing order by _place, _row) "
            f"to {literal(str(work))} (format parquet)"
        )


def _arrived(contract: Contract, files: Sequence[Path]) -> str:
    if files:
        listed = ", ".join(literal(str(path)) for path in files)
        source = f"read_parquet([{listed}])"
        return f"select a.*, d._place from {source} a join delivery d using (_delivery_id)"
    empty = ", ".join(
        f"null::{kind} as {identifier(name)}" for name, kind in accepted_columns(contract).items()
    )
    return f"select {empty}, null::integer as _place where false"


def _standing(contract: Contract) -> str:
    """SQL for the rows that stand; `_place` orders deliveries by declared submission."""
    mode = contract.promise.resubmission.mode
    if mode == "upsert":
        key = ", ".join(identifier(name) for name in contract.key)
        latest = f"row_number() over (partition by {key} order by _place desc, _row) = 1"
        # A row without its whole key is nobody's later version.
        keyless = " or ".join(f"{identifier(name)} is null" for name in contract.key)
        return f"select * from arrived qualify {keyless} or {latest}"
    if mode == "replace_period":
        # Of deliveries, not of rows: a later delivery without rows replaces too.
        latest = "select max(_place) from delivery group by _period_from, _period_to"
        return f"select * from arrived where _place in ({latest})"
    if mode == "replace":
        return "select * from arrived where _place = (select max(_place) from delivery)"
    return "select * from arrived"


def _accounts(mark: str, verdicts: Sequence[Verdict], standing: Mapping[str, int]) -> Accounts:
    ranked = sorted(verdicts, key=lambda verdict: verdict.rank)
    counted = (_account(verdict, standing.get(verdict.delivery_id, 0)) for verdict in ranked)
    return Accounts(fingerprint=mark, deliveries=tuple(counted))


def _account(verdict: Verdict, standing: int) -> Account:
    return Account(
        delivery_id=verdict.delivery_id,
        stem=verdict.stem,
        provider=verdict.provider,
        period_from=verdict.period_from,
        period_to=verdict.period_to,
        submitted_at=verdict.submitted_at,
        outcome=verdict.outcome,
        reasons=verdict.reasons,
        received=verdict.received,
        accepted=standing,
        quarantined=verdict.quarantined,
        superseded=verdict.superseded + verdict.accepted - standing,
        rejected=verdict.rejected,
    )


def _check_balance(accounts: Accounts) -> None:
    unbalanced = [account for account in accounts.deliveries if not account.balances]
    if unbalanced:
        raise InsightError(
            Fault(
                where=f"accepted/{account.stem}/{account.delivery_id}",
                expected="received = accepted + quarantined + superseded + rejected",
                found=f"{account.received} received, {account.accepted} + {account.quarantined} + "
                f"{account.superseded} + {account.rejected}",
                consequence="the dataset keeps its last good state",
                next_step="this is a defect of the pipeline: report it with these numbers",
            )
            for account in unbalanced
        )
