"""Opening DuckDB the one way, and names from outside in SQL."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import (
    connect,
    drop,
    identifier,
    kind_of,
    literal,
    quoted_relation,
    transaction,
)

quoted = settings(max_examples=100, deadline=None, derandomize=True)
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1)
OPEN = duckdb.connect()


@pytest.fixture
def options(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", project=tmp_path, threads=1, memory_limit="300MB")


@quoted
@given(texts | st.sampled_from(['"', "'", 'a"; drop table t --', "''", "select"]))
def test_any_name_and_any_text_stay_what_they_are(text: str) -> None:
    relation = OPEN.execute(f"select {literal(text)} as {identifier(text)}")
    assert relation.description[0][0] == text
    assert relation.fetchall() == [(text,)]


def test_both_parts_of_a_relation_are_quoted() -> None:
    assert quoted_relation("core.dim_area") == '"core"."dim_area"'
    assert quoted_relation('co"re.a') == '"co""re"."a"'


def test_a_connection_is_bounded_in_utc_and_fetches_no_extension(options: Settings) -> None:
    wanted = {
        "threads": "1",
        "TimeZone": "UTC",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "temp_directory": str(options.temporary),
    }
    with connect(options) as connection:
        found = dict(connection.execute("select name, value from duckdb_settings()").fetchall())
        limit = connection.execute("select current_setting('memory_limit')").fetchall()[0][0]
    assert {name: found[name] for name in wanted} == wanted
    assert limit == "286.1 MiB"


def test_a_connection_closes_also_after_an_error(options: Settings, tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    with pytest.raises(ZeroDivisionError), connect(options, path) as connection:
        connection.execute("create table t as select 1 as n")
        raise ZeroDivisionError
    with pytest.raises(duckdb.Error):
        connection.execute("select 1")
    with connect(options, path) as again:
        assert again.execute("select n from t").fetchall() == [(1,)]


def test_a_connection_for_reading_cannot_write(options: Settings, tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    with connect(options, path):
        pass
    with connect(options, path, read_only=True) as connection, pytest.raises(duckdb.Error):
        connection.execute("create table t as select 1")


def test_tables_and_views_are_told_apart_and_dropped_alike() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "create schema core; create table core.a as select 1 as n; "
            "create view core.b as from core.a; create temp table c as select 1 as n"
        )
        names = ("core.a", "core.b", "core.c", "main.c")
        assert [kind_of(connection, name) for name in names] == ["table", "view", None, None]
        for name in reversed(names):
            drop(connection, name)
            assert kind_of(connection, name) is None


def test_a_transaction_is_taken_back_by_any_error() -> None:
    with duckdb.connect() as connection:
        connection.execute("create table a as select 1 as n")
        with transaction(connection):
            connection.execute("insert into a values (2)")
        with pytest.raises(KeyError), transaction(connection):
            connection.execute("insert into a values (3)")
            raise KeyError
        assert connection.execute("select sum(n) from a").fetchall() == [(3,)]
