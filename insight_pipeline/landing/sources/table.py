"""Reads a PostgreSQL table as it stands at one moment into a CSV file in the inbox.

Belongs here: the one transaction and the file. Does not belong here: what the columns mean; every
cell is text as PostgreSQL writes it, dates in ISO 8601 and times in UTC.
Rows are ordered by their own text: an unchanged table gives the same bytes, whatever the server did
to its pages in between, and so the same delivery.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.landing.sources.fetched import inbox_target, put, same
from insight_pipeline.landing.sources.secret import PostgresSecret, load_secret
from insight_pipeline.landing.sources.server import RemoteTable
from insight_pipeline.settings import Settings

SECONDS = 30
STATEMENT_MINUTES = 30
MAX_BYTES = 8 << 30
SESSION = {
    "DateStyle": "ISO, YMD",
    "TimeZone": "UTC",
    "IntervalStyle": "iso_8601",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "search_path": "pg_catalog",
    "lock_timeout": f"{SECONDS}s",
    "statement_timeout": f"{STATEMENT_MINUTES}min",
}


def fetch_table(remote: RemoteTable, settings: Settings) -> None:
    """Bring the table's present content into the inbox, unless it is there already."""
    settings.temporary.mkdir(parents=True, exist_ok=True)
    feed = remote.feed
    parts = (feed.provider, feed.dataset, f"remote-{remote.name}", "table.csv")
    target = inbox_target(settings.inbox, remote.where, *parts)
    with tempfile.TemporaryDirectory(dir=settings.temporary) as folder:
        work = Path(folder) / "table.csv"
        with _connect(remote, settings) as connection, connection.transaction():
            _copy(connection, remote, work)
        if not same(work, target):
            put(work, target)


def _connect(remote: RemoteTable, settings: Settings) -> Any:
    import psycopg

    secret = load_secret(settings.secrets, remote.name, PostgresSecret)
    connection = psycopg.connect(
        host=remote.host,
        port=remote.port,
        dbname=remote.database,
        connect_timeout=SECONDS,
        application_name="insight",
        client_encoding="utf8",
        **secret.model_dump(exclude_none=True),
    )
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    return connection


def _copy(connection: Any, remote: RemoteTable, work: Path) -> None:
    from psycopg import sql

    for name, value in SESSION.items():
        connection.execute("select set_config(%s, %s, true)", [name, value])
    table = sql.Identifier(remote.schema, remote.table)
    found = connection.execute(sql.SQL("select * from {} limit 0").format(table)).description
    names = [sql.Identifier(column.name) for column in found or ()]
    cells = sql.SQL(", ").join(sql.SQL("{0}::text as {0}").format(name) for name in names)
    order = sql.SQL(", ").join(sql.SQL('{}::text collate "C"').format(name) for name in names)
    query = sql.SQL(
        "copy (select {} from {} order by {}) to stdout "
        "with (format csv, header true, force_quote *, delimiter {}, encoding 'UTF8')"
    ).format(cells, table, order, sql.Literal(remote.delimiter))
    size = 0
    with connection.cursor().copy(query) as copy, work.open("wb") as stream:
        for block in copy:
            size += len(block)
            if size > MAX_BYTES:
                raise InsightError([_too_large(remote)])
            stream.write(block)


def _too_large(remote: RemoteTable) -> Fault:
    return Fault(
        where=remote.where,
        expected=f"a table of at most {MAX_BYTES >> 30} GB as text",
        found="a larger one",
        consequence="nothing is fetched from it tonight",
        next_step="ask the provider for a view of the period that is reported",
    )
