"""Which deliveries a command is about: by id, or by feed and period.

Belongs here: finding them, and words for what cannot be found. Does not belong here: what is done
with them (deliveries.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from insight_pipeline.cli.report import accounts
from insight_pipeline.contracts.standing.accounts import Account
from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.kernel.errors import Fault, InsightError, nearest
from insight_pipeline.settings import Settings


@dataclass(frozen=True)
class Wanted:
    """What was asked for: an id (or its beginning), or what narrows all deliveries down."""

    delivery_id: str | None
    feed: str | None
    first: date | None
    last: date | None


def choose(wanted: Wanted, catalogue: Catalogue, settings: Settings) -> dict[str, list[str]]:
    """Feed -> ids of the deliveries asked for; InsightError where there is none, or no question."""
    known = accounts(catalogue, settings)
    narrowed = any((wanted.feed, wanted.first, wanted.last))
    if bool(wanted.delivery_id) == narrowed:
        raise InsightError([_no_question(both=narrowed)])
    if wanted.delivery_id:
        one = find_delivery(wanted.delivery_id, known)
        return {one.stem: [one.delivery_id]}
    stems = [contract.stem for contract in catalogue.contracts]
    if wanted.feed and wanted.feed not in stems:
        raise InsightError([_no_feed(wanted.feed, stems)])
    found: dict[str, list[str]] = {}
    for account in known:
        if _is_wanted(account, wanted):
            found.setdefault(account.stem, []).append(account.delivery_id)
    if not found:
        raise InsightError([_none_there()])
    return found


def find_delivery(delivery_id: str, known: Sequence[Account]) -> Account:
    """The one delivery whose id begins so; InsightError where that is none or several."""
    found = [account for account in known if account.delivery_id.startswith(delivery_id.lower())]
    if len(found) != 1 or not delivery_id:
        raise InsightError([_unknown(delivery_id, found or known, several=bool(found))])
    return found[0]


def _is_wanted(account: Account, wanted: Wanted) -> bool:
    return (
        wanted.feed in (None, account.stem)
        and (wanted.first is None or account.period_to >= wanted.first)
        and (wanted.last is None or account.period_from <= wanted.last)
    )


def _unknown(delivery_id: str, known: Sequence[Account], *, several: bool) -> Fault:
    ids = [account.delivery_id for account in known]
    hint = (
        f"write more of it: {', '.join(sorted(ids)[:5])}" if several else nearest(delivery_id, ids)
    )
    return Fault(
        where=f"delivery '{delivery_id}'",
        expected="the id of one delivery",
        found=f"{len(ids)} deliveries that begin so" if several else "no delivery with this id",
        consequence="nothing is shown or changed",
        next_step=f"{hint}; `insight deliveries` lists them",
    )


def _no_question(*, both: bool) -> Fault:
    return Fault(
        where="insight deliveries replay",
        expected="either the id of a delivery, or --feed, --from or --to",
        found="both" if both else "neither",
        consequence="nothing is judged again",
        next_step="`insight deliveries` lists them",
    )


def _no_feed(feed: str, stems: Sequence[str]) -> Fault:
    return Fault(
        where="--feed",
        expected="a feed with a contract",
        found=f"'{feed}'",
        consequence="nothing is judged again",
        next_step=nearest(feed, stems),
    )


def _none_there() -> Fault:
    return Fault(
        where="insight deliveries replay",
        expected="deliveries whose period touches these days",
        found="none",
        consequence="nothing is judged again",
        next_step="`insight deliveries` lists them with their periods",
    )
