"""Fetches from every remote server before the inbox is received.

Belongs here: one server's trouble stays its own. Does not belong here: how anything is fetched.
Messages of remote libraries may quote addresses, names or credentials: only their kind is told.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.trouble import MachineError, disk_fault
from insight_pipeline.landing.inbox import Feed
from insight_pipeline.landing.sources.filesystem import TooManyError
from insight_pipeline.landing.sources.folder import fetch_folder
from insight_pipeline.landing.sources.server import RemoteFolder, RemoteTable
from insight_pipeline.landing.sources.table import fetch_table
from insight_pipeline.settings import Settings

OUR_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)


@dataclass(frozen=True)
class Sources:
    """Every remote folder and table that contracts name; faults of entries that are unusable."""

    folders: tuple[RemoteFolder, ...] = ()
    tables: tuple[RemoteTable, ...] = ()
    faults: tuple[Fault, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.folders or self.tables)


def fetch_all(sources: Sources, bare: Collection[Feed], settings: Settings) -> tuple[Fault, ...]:
    """Bring everything new into the inbox; what could not be fetched, and why."""
    faults = list(sources.faults)
    for folder in sources.folders:
        feeds = [feed for feed in bare if feed.provider == folder.provider]
        faults += _kept_apart(folder.where, partial(fetch_folder, folder, feeds, settings))
    for table in sources.tables:
        faults += _kept_apart(table.where, partial(_table, table, settings))
    return tuple(faults)


def _table(table: RemoteTable, settings: Settings) -> tuple[Fault, ...]:
    fetch_table(table, settings)
    return ()


def _kept_apart(where: str, fetch: Callable[[], Sequence[Fault]]) -> Sequence[Fault]:
    try:
        return fetch()
    except MachineError:
        raise
    except InsightError as error:
        return error.faults
    except TooManyError:
        return [_trouble(where, "a folder with too many files, or too deep")]
    except ImportError:
        return [_trouble(where, "that the packages for remote servers are not installed")]
    except OSError as error:
        # Not every error of input or output: libraries raise those for a server's answers as well.
        if error.errno in OUR_DISK:
            raise MachineError([disk_fault(where, os.strerror(error.errno))]) from None
        return [_trouble(where, f"an error of kind {type(error).__name__}")]
    except Exception as error:
        # Whatever a server or its library does, the night goes on with all others.
        return [_trouble(where, f"an error of kind {type(error).__name__}")]


def _trouble(where: str, found: str) -> Fault:
    return Fault(
        where=where,
        expected="a server that answers and lets its drops be read",
        found=found,
        consequence="nothing more is fetched from it tonight; what was received before stands",
        next_step="check the address in the contract, the credentials in secrets/servers/ and the "
        "server; `pip install 'insight-pipeline[remote]'` brings the packages",
    )
