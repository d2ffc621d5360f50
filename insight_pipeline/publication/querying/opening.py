"""Opens the database of a release for somebody who asks it something.

Belongs here: connections to finished releases. Does not belong here: what is asked. They are
read-only and spill into a folder of their own, not into the home: who reads may not be allowed to
write there, and a night that starts empties it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect, identifier, literal

DATABASE = "indicators.duckdb"
MOST_SPILLED = "2GB"
# In this order: the last one makes sure that no statement takes any of them back.
_LOCKS = (
    f"set max_temp_directory_size = '{MOST_SPILLED}'",
    "set python_enable_replacements = false",
    "set allow_community_extensions = false",
    "set enable_external_access = false",
    "set lock_configuration = true",
)


@contextmanager
def open_release(settings: Settings, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to a release; InsightError where its database does not open."""
    with TemporaryDirectory(prefix="insight-") as spill, _opens(folder):
        own = replace(settings, home=Path(spill))
        with connect(own, folder / DATABASE, read_only=True) as connection:
            yield connection


@contextmanager
def open_sandbox(
    settings: Settings, folder: Path, seconds: int
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same for statements of others: no file, network or extension, bounded time and memory."""
    with open_release(settings, folder) as connection:
        for statement in (f"set max_execution_time = {int(seconds) * 1000}", *_LOCKS):
            connection.execute(statement)
        yield connection


@contextmanager
def open_several(
    settings: Settings, folders: dict[str, Path]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """One connection with the databases of several releases attached, each under its name."""
    with (
        TemporaryDirectory(prefix="insight-") as spill,
        connect(replace(settings, home=Path(spill))) as connection,
    ):
        for name, folder in folders.items():
            path = literal(str(folder / DATABASE))
            with _opens(folder):
                connection.execute(f"attach {path} as {identifier(name)} (read_only)")
        yield connection


@contextmanager
def _opens(folder: Path) -> Iterator[None]:
    """Tells a database that does not open; what is asked of an open one raises as it does."""
    try:
        yield
    except duckdb.IOException as error:
        raise InsightError([_unreadable(folder, error)]) from None


def _unreadable(folder: Path, error: duckdb.Error) -> Fault:
    return Fault(
        where=str(folder / DATABASE),
        expected="a DuckDB database that can be read",
        found=type(error).__name__ if (folder / DATABASE).is_file() else "no such file",
        consequence="nothing is read from this release",
        next_step="check it with `insight releases --verify`",
    )
