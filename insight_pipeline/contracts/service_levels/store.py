"""Where the scorecard rests: `scorecard.parquet` in the home folder, with its fingerprint inside.

Belongs here: reading and replacing that file. Does not belong here: what it says (scorecard.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from insight_pipeline.contracts.judging.verdict import Verdict, read_verdict
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.service_levels.facts import Feed, gather
from insight_pipeline.contracts.service_levels.scorecard import scorecard
from insight_pipeline.contracts.staging import FINGERPRINT_KEY, Written
from insight_pipeline.contracts.standing.accounts import read_accounts
from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.fingerprint import fingerprint, tree_fingerprint
from insight_pipeline.kernel.seal import is_whole, seal
from insight_pipeline.settings import Settings

RELATION = "service_levels.scorecard"


@dataclass(frozen=True)
class Scorecard:
    """The scorecard as it stands; `unchanged` when it stood already as it should."""

    frame: pl.DataFrame
    unchanged: bool


def scorecard_path(settings: Settings) -> Path:
    return settings.home / "scorecard.parquet"


def read_scorecard(settings: Settings) -> pl.DataFrame:
    """The scorecard as it stands; InsightError before the first."""
    path = scorecard_path(settings)
    if not is_whole(path):
        raise InsightError([_not_made()])
    return pl.read_parquet(path)


def bring_scorecard_up_to_date(
    contracts: Sequence[Contract],
    evidence: Written | None,
    last_days: Mapping[str, date],
    settings: Settings,
) -> Scorecard:
    """Reckon the scorecard of all feeds anew, unless nothing it says can have changed.

    `evidence`: the united person evidence, if the project has any. `last_days`: provider → end of
    its last service contract, if it ends.
    """
    feeds = [_feed(contract, settings) for contract in contracts]
    mark = fingerprint(
        tree_fingerprint(Path(__file__).parent, "*.py"),
        [_said_of(feed) for feed in feeds],
        evidence.fingerprint if evidence else None,
        sorted((provider, day.isoformat()) for provider, day in last_days.items()),
    )
    path = scorecard_path(settings)
    if is_whole(path) and pl.read_parquet_metadata(path).get(FINGERPRINT_KEY) == mark:
        return Scorecard(pl.read_parquet(path), unchanged=True)
    frame = scorecard(gather(feeds, last_days), evidence.path if evidence else None, settings)
    with replacing_file(path) as work:
        frame.write_parquet(work, metadata={FINGERPRINT_KEY: mark})
    seal(path)
    return Scorecard(frame, unchanged=False)


def _feed(contract: Contract, settings: Settings) -> Feed:
    known = read_accounts(settings, contract.stem)
    accounts = known.deliveries if known else ()
    verdicts: dict[str, Verdict] = {}
    for account in accounts:
        verdict = read_verdict(settings.accepted, contract.stem, account.delivery_id)
        if verdict:
            verdicts[account.delivery_id] = verdict
    return Feed(contract, accounts, verdicts)


def _said_of(feed: Feed) -> list[object]:
    """What a feed's part of the scorecard follows from; accounts hold the notices as well."""
    verdicts = sorted((v.fingerprint, v.outcome) for v in feed.verdicts.values())
    versions = [c.fingerprint for c in (feed.contract, *feed.contract.earlier)]
    accounts = [account.model_dump(mode="json") for account in feed.accounts]
    return [versions, verdicts, accounts]


def _not_made() -> Fault:
    return Fault(
        where=RELATION,
        expected="a file made by an earlier step",
        found="none, or one that was damaged since",
        consequence="what reads it cannot run",
        next_step=f"materialise {RELATION} first",
    )
