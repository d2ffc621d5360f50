"""What the stores say, read once and without changing anything: what all answers are made from.

Belongs here: reading, and which store cannot be read. Does not belong here: judging what was read
(incidents/, digest/). Nothing is held while it reads: every store is replaced in one step, so that
each is seen as it was at one moment, even while a night is at work.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

import duckdb

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.standing.accounts import Account, read_accounts
from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.kernel.lock import is_held
from insight_pipeline.operations.incidents.store import IncidentBook, read_book
from insight_pipeline.operations.nights import Before, Night, read_nights
from insight_pipeline.publication.history import Made, made_releases, newest_release
from insight_pipeline.publication.release import latest_release
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect, kind_of
from insight_pipeline.warehouse.services import last_days

LEDGER = "indicators.figure_revision"
Found = TypeVar("Found")


@dataclass(frozen=True)
class FeedFacts:
    """A dataset and how its deliveries stand. received: ids of all that landed, judged or not."""

    contract: Contract
    accounts: tuple[Account, ...]
    received: frozenset[str]

    @property
    def provider(self) -> str:
        return self.contract.promise.provider


@dataclass(frozen=True)
class Facts:
    """Everything that is asked about, at one moment.

    nights: newest first. broken: store → why it cannot be read, without its content. last_days:
    provider → end of its last service contract. ledger_no: the last night in the ledger of figures.
    free_bytes: of the disk under the home; None before there is a home.
    """

    nights: tuple[Night, ...]
    is_held: bool | None
    feeds: tuple[FeedFacts, ...]
    last_days: Mapping[str, date]
    releases: tuple[Made, ...]
    ledger_no: int | None
    free_bytes: int | None
    book: IncidentBook
    broken: Mapping[str, str]


def read_facts(settings: Settings, catalogue: Catalogue) -> Facts:
    """Read every store; what cannot be read is named in `broken` and left out."""
    broken: dict[str, str] = {}

    def tried(store: str, read: Callable[[], Found], otherwise: Found) -> Found:
        try:
            return read()
        except (InsightError, OSError, ValueError, KeyError, TypeError, duckdb.Error) as error:
            if not _is_busy(error):
                broken[store] = _kind_of_trouble(error)
            return otherwise

    feeds = [
        FeedFacts(
            contract,
            tried(f"accepted/{contract.stem}", partial(_accounts, settings, contract), ()),
            _received(settings, contract.stem),
        )
        for contract in catalogue.contracts
    ]
    tried("identity.duckdb", lambda: _open(settings, settings.identity), None)
    tried("published/latest", lambda: latest_release(settings.published), None)
    return Facts(
        nights=tried("operations/nights", lambda: read_nights(settings), ()),
        is_held=is_held(settings.home),
        feeds=tuple(feeds),
        last_days=last_days(catalogue.services),
        releases=tried("published", lambda: made_releases(settings.published), ()),
        ledger_no=tried("warehouse.duckdb", lambda: read_ledger_no(settings), None),
        free_bytes=_free_bytes(settings.home),
        book=tried("operations/incidents.json", lambda: read_book(settings), IncidentBook()),
        broken=broken,
    )


def read_ledger_no(settings: Settings) -> int | None:
    """The last night of the unsuppressed ledger of figures; None without one."""
    if not settings.warehouse.is_file():
        return None
    with connect(settings, settings.warehouse, read_only=True) as connection:
        if kind_of(connection, LEDGER) is None:
            return None
        found = connection.execute(f"select max(night_no) from {LEDGER}").fetchall()[0][0]
        return None if found is None else int(found)


def before_night(settings: Settings) -> Before:
    """How things stand as a night begins; what cannot be read now is left out, not raised."""
    ledger_no, release = None, None
    with suppress(InsightError, OSError, ValueError, duckdb.Error):
        ledger_no = read_ledger_no(settings)
    with suppress(InsightError, OSError, ValueError):
        newest = newest_release(settings.published)
        release = newest.path.name if newest else None
    return Before(ledger_no=ledger_no, release=release)


def _accounts(settings: Settings, contract: Contract) -> tuple[Account, ...]:
    known = read_accounts(settings, contract.stem)
    return known.deliveries if known else ()


def _received(settings: Settings, stem: str) -> frozenset[str]:
    return frozenset(path.stem for path in (settings.landing / "receipts" / stem).glob("*.json"))


def _open(settings: Settings, path: Path) -> None:
    if path.is_file():
        with connect(settings, path, read_only=True) as connection:
            connection.execute("select count(*) from duckdb_tables()").fetchall()


def _free_bytes(home: Path) -> int | None:
    try:
        return shutil.disk_usage(home).free
    except OSError:
        return None


def _is_busy(error: Exception) -> bool:
    """A database that another process has open for writing is no broken one."""
    return isinstance(error, duckdb.IOException) and "lock" in str(error).lower()


def _kind_of_trouble(error: Exception) -> str:
    """Only our own words are told; an engine's message may quote what it read."""
    if isinstance(error, InsightError):
        return error.faults[0].found if error.faults else "something unusable"
    return f"something that cannot be read ({type(error).__name__})"
