"""Reckons a dataset as it stands from the set of its deliveries, and every delivery's account.

Belongs here: putting recognition, resubmission and references together, and the balance. Does not
belong here: each of these (recognition.py, replacing.py, references.py), or judging a delivery.
The result is a function of the set of deliveries: it depends on what was declared as submitted
when, never on the order or night of arrival.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from insight_pipeline.contracts.judging.verdict import Verdict
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.service_levels.drift import drift_notices
from insight_pipeline.contracts.standing.accounts import (
    ACCOUNTS,
    CURRENT,
    Account,
    Accounts,
    accepted_columns,
    current_path,
    read_accounts,
)
from insight_pipeline.contracts.standing.notices import in_order
from insight_pipeline.contracts.standing.recognition import (
    Effect,
    Shrinkage,
    by_rank,
    recognise,
    shrinkage,
    with_repeats,
)
from insight_pipeline.contracts.standing.references import REFERENCES, write_missing
from insight_pipeline.contracts.standing.replacing import reckon, replaced_all, rows_by_delivery
from insight_pipeline.kernel.atomic import remove_file, replacing_file
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.kernel.seal import is_whole, seal
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect, literal


@dataclass(frozen=True)
class Counts:
    """Rows by delivery: those that stand, and those that wait for what they refer to."""

    standing: Mapping[str, int]
    waiting: Mapping[str, int]

    @property
    def remaining(self) -> Mapping[str, int]:
        return Counter(self.standing) + Counter(self.waiting)


def bring_up_to_date(
    contract: Contract,
    verdicts: Collection[Verdict],
    settings: Settings,
    *,
    drops: Mapping[str, int] | None = None,
    same_content: Collection[str] = (),
    approved: Collection[str] = (),
) -> tuple[Accounts, bool]:
    """Write the dataset as it stands and its accounts; False when nothing had changed.

    `drops`: delivery id → how often it was dropped. `same_content`: deliveries whose bytes came
    before under another declaration. `approved`: deliveries somebody let stand.
    """
    known = read_accounts(settings, contract.stem)
    mark = _mark(contract, verdicts, settings, approved)
    made = is_whole(current_path(settings, contract.stem))
    still = known if known and known.fingerprint == mark and made else None
    reckoned = still or _reckon(contract, verdicts, settings, approved, mark)
    accounts = _with_repeats(reckoned, drops or {}, same_content)
    if accounts == still:
        return accounts, False
    with replacing_file(settings.accepted / contract.stem / ACCOUNTS) as work:
        work.write_text(accounts.model_dump_json(indent=2), encoding="utf-8")
    return accounts, True


def _mark(
    contract: Contract,
    verdicts: Collection[Verdict],
    settings: Settings,
    approved: Collection[str],
) -> str:
    """Fingerprint of all that decides which rows stand."""
    # With outcomes: a delivery that met a failing engine is judged again under the same law.
    reached = sorted((verdict.fingerprint, verdict.outcome) for verdict in verdicts)
    let_stand = sorted({verdict.delivery_id for verdict in verdicts} & set(approved))
    parents = {reference.to_stem for reference in contract.references}
    others = {stem: read_accounts(settings, stem) for stem in sorted(parents)}
    return fingerprint(
        [version.fingerprint for version in (contract, *contract.earlier)],
        reached,
        let_stand,
        {stem: other.fingerprint if other else None for stem, other in others.items()},
    )


def _reckon(
    contract: Contract,
    verdicts: Collection[Verdict],
    settings: Settings,
    approved: Collection[str],
    mark: str,
) -> Accounts:
    """Reckon and write the rows that stand; returns every delivery's account."""
    found = shrinkage(contract, verdicts, approved)
    counting = [
        verdict
        for verdict in by_rank(verdicts)
        if verdict.outcome == "accepted" and verdict.delivery_id not in found.held
    ]
    parents = {r.to_stem: current_path(settings, r.to_stem) for r in contract.references}
    folder = settings.accepted / contract.stem
    with connect(settings) as connection:
        reckon(connection, contract, accepted_columns(contract), counting, folder, parents)
        counts = Counts(
            standing=rows_by_delivery(connection, "standing"),
            waiting=rows_by_delivery(connection, "waiting"),
        )
        effect = Effect(counts.remaining, replaced_all(connection, contract, counting))
        notices = recognise(contract, verdicts, found, effect)
        for delivery_id, codes in drift_notices(contract, verdicts).items():
            notices[delivery_id].update(codes)
        accounts = Accounts(
            fingerprint=mark,
            deliveries=tuple(
                _account(verdict, counts, found, notices[verdict.delivery_id])
                for verdict in by_rank(verdicts)
            ),
        )
        # Before anything is replaced: a feed that stops keeps its last good state.
        _check_balance(accounts)
        _write(connection, contract, folder)
    return accounts


def _write(connection: duckdb.DuckDBPyConnection, contract: Contract, folder: Path) -> None:
    if contract.references:
        write_missing(connection, folder / REFERENCES)
    else:
        remove_file(folder / REFERENCES)
    with replacing_file(folder / CURRENT) as work:
        connection.execute(
            "copy (select * exclude (_place) from standing order by _place, _row) "
            f"to {literal(str(work))} (format parquet)"
        )
    seal(folder / CURRENT)


def _account(
    verdict: Verdict, counts: Counts, found: Shrinkage, notices: Collection[str]
) -> Account:
    held = verdict.delivery_id in found.held
    standing = counts.standing.get(verdict.delivery_id, 0)
    waiting = verdict.accepted if held else counts.waiting.get(verdict.delivery_id, 0)
    return Account(
        delivery_id=verdict.delivery_id,
        stem=verdict.stem,
        provider=verdict.provider,
        period_from=verdict.period_from,
        period_to=verdict.period_to,
        submitted_at=verdict.submitted_at,
        outcome="held" if held else verdict.outcome,
        reasons=verdict.reasons,
        notices=in_order(notices),
        received=verdict.received,
        accepted=standing,
        quarantined=verdict.quarantined + waiting,
        superseded=verdict.superseded + verdict.accepted - standing - waiting,
        rejected=verdict.rejected,
    )


def _with_repeats(
    accounts: Accounts, drops: Mapping[str, int], same_content: Collection[str]
) -> Accounts:
    def noticed(account: Account) -> Account:
        repeated = drops.get(account.delivery_id, 1)
        same = account.delivery_id in same_content
        codes = with_repeats(account.notices, repeated, same_content=same)
        return account.model_copy(update={"notices": codes})

    return accounts.model_copy(update={"deliveries": tuple(map(noticed, accounts.deliveries))})


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
