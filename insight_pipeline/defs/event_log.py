"""Dagster's event log on SQLite, with its database kept open between two events.

Belongs here: how a connection is come by. Does not belong here: what is stored, or its tables: they
are Dagster's own. `event_log_storage` in dagster.yaml names this class; taking that entry away goes
back to Dagster's own class on the same files.

Dagster's class makes an engine, opens, writes one event, and closes, which also copies the log back
into the database and waits for the disk: three to five milliseconds of processor time an event, and
a night has thousands. Here the index, the events of no run and the run written last stay open, and
the disk is waited for when the log is copied back (SQLite's `synchronous = normal`): a killed
process loses nothing, a power cut may lose the last events of a run, never a database.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import dagster as dg
import sqlalchemy as db
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData

KEPT_OPEN = 3


class KeptOpenEventLog(SqliteEventLogStorage):
    """Dagster's SQLite event log; `base_dir` as there (`<DAGSTER_HOME>/history/runs`)."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: OrderedDict[str, db.Engine] = OrderedDict()
        self._tables: set[str] = set()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Any
    ) -> KeptOpenEventLog:
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[db.Connection]:
        with self._db_lock, self._engine(shard).connect() as connection, connection.begin():
            yield connection

    def _engine(self, shard: str) -> db.Engine:
        """The shard's engine, opened if need be; of those not asked for lately one is closed."""
        engine = self._engines.pop(shard, None) or self._opened(shard)
        self._engines[shard] = engine
        while len(self._engines) > KEPT_OPEN:
            self._engines.popitem(last=False)[1].dispose()
        return engine

    def _opened(self, shard: str) -> db.Engine:
        engine = db.create_engine(
            self.conn_string_for_shard(shard),
            poolclass=db.StaticPool,
            connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
        )
        db.event.listen(engine, "connect", _wait_less)
        if shard not in self._initialized_dbs:
            self._initdb(engine)
            self._initialized_dbs.add(shard)
        return engine

    def store_event(self, event: dg.EventLogEntry) -> None:
        super().store_event(event)
        # A page that follows a run watches the database file, which WAL leaves untouched for long.
        with suppress(FileNotFoundError):
            os.utime(self.path_for_shard(event.run_id))

    def has_table(self, table_name: str) -> bool:
        """Asked before every check's event: a table that is there stays."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def wipe(self) -> None:
        self._close()
        self._tables.clear()
        super().wipe()

    def dispose(self) -> None:
        self._close()
        super().dispose()

    def _close(self) -> None:
        with self._db_lock:
            while self._engines:
                self._engines.popitem()[1].dispose()


def _wait_less(connection: Any, _: object) -> None:
    connection.execute("pragma synchronous = normal")
