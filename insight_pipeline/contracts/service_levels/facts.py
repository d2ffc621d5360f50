"""Deliveries as the scorecard counts them: one row a delivery, one a month that owed one.

Belongs here: from accounts and verdicts to counts. Does not belong here: shares (scorecard.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from insight_pipeline.contracts.judging.scan import FILLED, MISSING
from insight_pipeline.contracts.judging.verdict import Verdict
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.service_levels.corrections import correction_days
from insight_pipeline.contracts.service_levels.due import due_months, last_known_day, month_of
from insight_pipeline.contracts.standing.accounts import Account
from insight_pipeline.contracts.standing.notices import DUPLICATE

KEY = {"provider_id": pl.String, "stem": pl.String, "period_month": pl.Date}
DELIVERY = {
    **KEY,
    "delivery_id": pl.String,
    "rows_received": pl.Int64,
    "rows_accepted": pl.Int64,
    "rows_repeated": pl.Int64,
    "rows_sent_again": pl.Int64,
    "rows_rejected": pl.Int64,
    "cells": pl.Int64,
    "cells_filled": pl.Int64,
    "is_at_fault": pl.Boolean,
    "correction_days": pl.Int64,
}
MONTH = {
    **KEY,
    "deliveries_expected": pl.Int64,
    "deliveries_received": pl.Int64,
    "is_usable": pl.Boolean,
    "late_days": pl.Int64,
}


@dataclass(frozen=True)
class Feed:
    """One dataset's deliveries: as they stand, and as each was judged (by delivery id)."""

    contract: Contract
    accounts: tuple[Account, ...]
    verdicts: Mapping[str, Verdict]


@dataclass(frozen=True)
class Facts:
    """`delivery` (DELIVERY) and `month` (MONTH); both in no particular order."""

    delivery: pl.DataFrame
    month: pl.DataFrame


def gather(feeds: Sequence[Feed], last_days: Mapping[str, date]) -> Facts:
    """Facts of all feeds. `last_days`: provider → end of its last service contract, if it ends."""
    # A feed without a rhythm tells no date: what reviewers decide today may concern years ago.
    today = last_known_day(
        account
        for feed in feeds
        if feed.contract.service_levels.frequency_months
        for account in feed.accounts
    )
    deliveries = [row for feed in feeds for row in _deliveries(feed)]
    months = [
        (feed.contract.promise.provider, feed.contract.stem, *row)
        for feed in feeds
        for row in _months(feed, today, last_days)
    ]
    return Facts(
        pl.DataFrame(deliveries, schema=DELIVERY, orient="row"),
        pl.DataFrame(months, schema=MONTH, orient="row"),
    )


def _months(feed: Feed, today: date, last_days: Mapping[str, date]) -> Iterator[tuple[object, ...]]:
    last_day = last_days.get(feed.contract.promise.provider, date.max)
    for due in due_months(feed.contract, feed.accounts, today, last_day):
        yield due.month, due.expected, due.received, due.is_usable, due.late_days


def _deliveries(feed: Feed) -> list[tuple[object, ...]]:
    mended = correction_days(feed.contract, feed.accounts, feed.verdicts)
    return [
        (
            feed.contract.promise.provider,
            feed.contract.stem,
            month_of(account.period_to),
            account.delivery_id,
            *_rows(account, feed.verdicts.get(account.delivery_id)),
            *_cells(feed.contract, feed.verdicts.get(account.delivery_id)),
            account.delivery_id in mended,
            mended.get(account.delivery_id),
        )
        for account in feed.accounts
    ]


def _rows(account: Account, verdict: Verdict | None) -> tuple[int, ...]:
    """Received, accepted, repeated in the file, sent again, rejected: as the file was sent.

    What a later delivery replaced was sound when it came, so the verdict counts it, not what of it
    still stands. Nothing is said about rows our own engine failed on.
    """
    if account.outcome == "error" or verdict is None:
        return 0, 0, 0, 0, 0
    again = account.received if DUPLICATE in account.notices else 0
    if account.outcome == "refused":
        return account.received, 0, 0, again, account.received
    return account.received, verdict.accepted, verdict.superseded, again, verdict.rejected


def _cells(contract: Contract, verdict: Verdict | None) -> tuple[int, int]:
    """All cells of the promised columns, and those filled in; of deliveries not refused."""
    if verdict is None or verdict.outcome != "accepted":
        return 0, 0
    columns = {column.name for column in contract.columns}
    counted = [cells for name, cells in verdict.profile.items() if name in columns]
    filled = sum(cells.get(FILLED, 0) for cells in counted)
    return filled + sum(cells.get(MISSING, 0) for cells in counted), filled
