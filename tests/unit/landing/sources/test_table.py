"""A PostgreSQL table is read at one moment, as text, and is one delivery while it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from insight_pipeline.kernel.errors import Fault
from insight_pipeline.landing.inbox import Feed
from insight_pipeline.landing.reading import ReaderOptions
from insight_pipeline.landing.reception import Reception, receive
from insight_pipeline.landing.self_declared import Declared, Declarer, SelfDeclaring
from insight_pipeline.landing.sources import table
from insight_pipeline.landing.sources.fetch import Sources, fetch_all
from insight_pipeline.landing.sources.server import RemoteTable
from insight_pipeline.settings import Settings
from tests.unit.landing.sources.drops import FEED, arrived, home, secret
from tests.unit.landing.sources.servers import PASSWORD, USER, postgres

FILE = "activelife/visits/remote-warehouse/table.csv"
SETUP = """
    create schema if not exists "Out";
    drop table if exists "Out"."Visits 2025" cascade;
    create table "Out"."Visits 2025" (
        id int, "Full ""Name" text, seen date, at timestamptz, score numeric(6, 2), ok boolean,
        extra json,  -- a type that PostgreSQL itself cannot put in order
        period_from date, period_to date, sent timestamptz
    );
    insert into "Out"."Visits 2025" values
        (2, E'Zoë; "two"\\nlines', '2025-02-03', '2025-02-03 10:00+01', 1.50, true, '{"a": 1}',
         '2025-01-01', '2025-03-31', '2025-04-07 10:00+01'),
        (1, null, null, null, null, false, null, '2025-01-01', '2025-03-31', '2025-04-06 09:00+00');
"""


@dataclass
class Database:
    port: int
    settings: Settings

    @property
    def source(self) -> RemoteTable:
        return RemoteTable(
            FEED, "warehouse", "127.0.0.1", self.port, "postgres", "Out", "Visits 2025", ","
        )

    def run(self, statements: str) -> None:
        with self.open() as connection:
            connection.execute(statements)

    def open(self) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=USER, dbname="postgres", autocommit=True
        )

    def fetch(self, **changed: Any) -> tuple[Fault, ...]:
        source = replace(self.source, **changed)
        return fetch_all(Sources(tables=(source,)), [FEED], self.settings)

    def receive(self) -> Reception:
        declaring = SelfDeclaring(
            feed=FEED,
            period_from=Declared(("period_from",)),
            period_to=Declared(("period_to",)),
            submitted_at=Declared(("sent",)),
            contract_version=None,
            reader=ReaderOptions(format="csv", delimiter=","),
            promised=("id", "period_from", "period_to", "sent"),
        )
        declarer = Declarer([declaring], self.settings)
        return receive(self.settings.inbox, self.settings.landing, declarer)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with postgres() as port:
        yield port


@pytest.fixture
def database(port: int, tmp_path: Path) -> Database:
    made = Database(port, home(tmp_path))
    secret(made.settings, "warehouse", user=USER, sslmode="disable")
    made.run(SETUP)
    return made


def test_every_column_comes_as_text_in_one_order(database: Database) -> None:
    assert database.fetch() == ()
    assert arrived(database.settings)[FILE].decode() == (
        'id,"Full ""Name",seen,at,score,ok,extra,period_from,period_to,sent\n'
        '"1",,,,,"false",,"2025-01-01","2025-03-31","2025-04-06 09:00:00+00"\n'
        '"2","Zoë; ""two""\nlines","2025-02-03","2025-02-03 09:00:00+00","1.50",'
        '"true","{""a"": 1}",'
        '"2025-01-01","2025-03-31","2025-04-07 09:00:00+00"\n'
    )


def test_the_order_is_that_of_bytes_whatever_the_databases_language(database: Database) -> None:
    database.run(
        'create table "Out".words (word text collate "und-x-icu");'
        """insert into "Out".words values ('a'), ('B'), ('é'), ('z')"""
    )
    database.fetch(table="words")
    database.run('drop table "Out".words')
    lines = arrived(database.settings)[FILE].decode().splitlines()
    assert lines == ["word", '"B"', '"a"', '"z"', '"é"']


def test_a_table_is_a_delivery_declared_by_its_columns(database: Database) -> None:
    database.fetch()
    (receipt,) = database.receive().new
    manifest = receipt.manifest
    assert (str(manifest.period_from), str(manifest.period_to)) == ("2025-01-01", "2025-03-31")
    assert manifest.submitted_at.isoformat() == "2025-04-07T09:00:00+00:00"


def test_an_unchanged_table_is_the_same_delivery_wherever_its_rows_lie(database: Database) -> None:
    database.fetch()
    database.receive()
    inode = (database.settings.inbox / FILE).stat().st_ino
    database.run('update "Out"."Visits 2025" set id = id where id = 1')
    database.run('vacuum full "Out"."Visits 2025"')
    database.fetch()
    again = database.receive()
    assert (again.new, again.repeated) == ((), 1)
    assert (database.settings.inbox / FILE).stat().st_ino == inode


def test_a_changed_table_is_another_delivery(database: Database) -> None:
    database.fetch()
    database.receive()
    database.run('update "Out"."Visits 2025" set score = 2 where id = 1')
    database.fetch()
    assert len(database.receive().new) == 1


def test_a_table_of_two_periods_is_a_fault_of_that_drop(database: Database) -> None:
    database.run("""update "Out"."Visits 2025" set period_to = '2025-06-30' where id = 1""")
    database.fetch()
    (fault,) = database.receive().faults
    assert "two values in column 'period_to'" in str(fault)


def test_it_is_read_at_one_moment(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that another session adds between two of our statements is not seen."""

    class Between:
        def __init__(self, connection: Any) -> None:
            self.connection = connection

        def execute(self, query: Any, *parameters: Any) -> Any:
            found = self.connection.execute(query, *parameters)
            if "limit 0" in str(query):
                database.run('insert into "Out"."Visits 2025" (id) values (9)')
            return found

        def __getattr__(self, name: str) -> Any:
            return getattr(self.connection, name)

    copy = table._copy
    monkeypatch.setattr(table, "_copy", lambda c, remote, work: copy(Between(c), remote, work))
    assert database.fetch() == ()
    assert b'"9"' not in arrived(database.settings)[FILE]


def test_nothing_can_be_changed_there(database: Database) -> None:
    with (
        table._connect(database.source, database.settings) as connection,
        pytest.raises(psycopg.errors.ReadOnlySqlTransaction),
    ):
        connection.execute('delete from "Out"."Visits 2025"')


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"table": "nowhere"}, "UndefinedTable"),
        ({"database": "nowhere"}, "OperationalError"),
        ({"port": 1}, "OperationalError"),
        ({"name": "absent"}, "secrets/servers/absent.json"),
        ({"table": 'Visits 2025"; drop table "Out"."Visits 2025'}, "UndefinedTable"),
    ],
)
def test_trouble_is_a_fault_of_that_server_without_credentials(
    database: Database, changed: dict[str, Any], words: str
) -> None:
    secret(database.settings, "warehouse", user=USER, password=PASSWORD, sslmode="disable")
    (fault,) = database.fetch(**changed)
    assert words in str(fault)
    assert PASSWORD not in str(fault)
    assert USER not in str(fault)
    assert arrived(database.settings) == {}


def test_the_server_must_prove_who_it_is_unless_told_otherwise(database: Database) -> None:
    secret(database.settings, "warehouse", user=USER)
    (fault,) = database.fetch()
    assert "OperationalError" in str(fault)


def test_size_is_limited(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MAX_BYTES", 100)
    assert "a larger one" in str(database.fetch()[0])
    assert arrived(database.settings) == {}


def test_a_table_that_is_locked_is_waited_for_no_longer_than_agreed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(table.SESSION, "lock_timeout", "200ms")
    with database.open() as other, other.transaction():
        other.execute('lock table "Out"."Visits 2025" in access exclusive mode')
        (fault,) = database.fetch()
    assert "LockNotAvailable" in str(fault)


def test_one_server_in_trouble_never_stops_another(database: Database) -> None:
    broken = replace(database.source, feed=Feed("activelife", "members"), table="nowhere")
    sources = Sources(tables=(broken, database.source))
    assert len(fetch_all(sources, [], database.settings)) == 1
    assert FILE in arrived(database.settings)
