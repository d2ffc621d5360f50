"""What a statement may ask of a release, and what it cannot reach."""

from __future__ import annotations

import hashlib
import os
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.publication.database.questions.book import load_questions
from insight_pipeline.publication.querying import asking
from insight_pipeline.publication.querying.asking import ask
from insight_pipeline.publication.querying.choosing import WrongUse
from insight_pipeline.settings import Settings
from tests.unit.publication.querying.conftest import Sample


def asked(home: Settings, sample: Sample, sql: str) -> pl.DataFrame:
    return ask(home, sample.second, sql, seconds=20)


def test_a_question_is_answered_as_by_any_other_client(home: Settings, sample: Sample) -> None:
    for question in load_questions():
        answer = asked(home, sample, question.sql)
        found = [tuple(map(str, row)) for row in answer.rows()]
        assert found == [tuple(map(str, row)) for row in sample.ask(question.sql)]


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("select 1 as a, 2 as a", [(1, 2)]),
        ("select ';' as a; -- ; the end\n", [(";",)]),
        ("select 1 as a;;", [(1,)]),
        ("/* ; */ select 1 as a", [(1,)]),
        ("values (1), (2)", [(1,), (2,)]),
        ("select sum(x) as a from (values (1), (2)) as t (x)", [(Decimal(3),)]),
        ("select [1, 2] as a, interval 1 day as b, true as c", [("[1, 2]", "1 day", True)]),
        ('select 1 as "a ""b"""', [(1,)]),
    ],
)
def test_any_one_select_is_understood(
    home: Settings, sample: Sample, sql: str, rows: list[tuple[object, ...]]
) -> None:
    assert asked(home, sample, sql).rows() == rows


def test_the_order_of_a_statement_is_kept(home: Settings, sample: Sample) -> None:
    answer = asked(home, sample, "select range as a from range(300000) order by a desc")
    assert answer["a"].to_list() == list(range(299_999, -1, -1))


def test_tables_and_columns_can_be_looked_up(home: Settings, sample: Sample) -> None:
    assert "figure" in asked(home, sample, "show tables")["name"]
    assert "series_id" in asked(home, sample, "describe figure")["column_name"]


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "-- nothing",
        "select 1; select 2",
        "create table t as select 1",
        "create temp table t as select 1",
        "insert into figure select * from figure",
        "update figure set value = 1",
        "delete from figure",
        "drop table figure",
        "copy figure to 'out.csv'",
        "export database 'out'",
        "attach 'other.duckdb'",
        "set enable_external_access = true",
        "reset lock_configuration",
        "pragma enable_profiling",
        "install httpfs",
        "load httpfs",
        "checkpoint",
        "call pragma_version()",
        "explain select 1",
        "select 1; drop table figure",
        "select '\udcff'",  # as Python holds an argument that is not UTF-8
    ],
)
def test_anything_else_than_one_select_is_refused(home: Settings, sample: Sample, sql: str) -> None:
    with pytest.raises(WrongUse, match="exactly one select"):
        asked(home, sample, sql)


def test_no_statement_reaches_a_file_the_network_or_what_python_holds(
    home: Settings, sample: Sample, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("word\nmarmalade\n", encoding="utf-8")
    marmalade = pl.DataFrame({"word": ["marmalade"]})
    assert marmalade.height == 1
    for source in (
        f"'{secret}'",
        f"read_csv('{secret}')",
        f"read_text('{secret}')",
        f"read_blob('{secret}')",
        f"read_parquet('{sample.second}/indicators.parquet')",
        f"glob('{tmp_path}/*')",
        f"query('select * from read_text(''{secret}'')')",
        "read_csv('https://127.0.0.1:9/a.csv')",
        "marmalade",
        "duckdb_secrets(redact => false)",
        "sqlite_scan('a.db', 'b')",
    ):
        try:
            found = str(asked(home, sample, f"from {source}").rows())
        except WrongUse as refused:
            found = str(refused)
        assert "marmalade\n" not in found and "('marmalade',)" not in found, source


@pytest.mark.parametrize("setting", ["enable_external_access", "lock_configuration"])
def test_no_function_changes_a_setting(home: Settings, sample: Sample, setting: str) -> None:
    answer = asked(home, sample, f"select current_setting('{setting}')::varchar as a")
    assert answer["a"].to_list() == ["true" if setting == "lock_configuration" else "false"]


def test_asking_leaves_no_trace_in_the_release_and_none_in_the_home(
    home: Settings, sample: Sample
) -> None:
    def state() -> dict[str, str]:
        return {
            str(path): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in home.home.rglob("*")
            if path.is_file() and not path.is_symlink()
        }

    before = state()
    asked(home, sample, "select * from figure as a, figure as b order by hash(a, b) limit 10")
    with pytest.raises(WrongUse):
        asked(home, sample, "from nowhere")
    assert state() == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_home_that_may_only_be_read_can_be_asked(home: Settings, sample: Sample) -> None:
    home.home.chmod(0o500)
    try:
        assert asked(home, sample, "select 1 as a").height == 1
    finally:
        home.home.chmod(0o700)


def test_what_takes_too_long_is_given_up_and_is_nobodys_fault(
    home: Settings, sample: Sample
) -> None:
    endless = "select count(*) from range(10000000000000)"
    with pytest.raises(InsightError, match="within 1 seconds") as stopped:
        ask(home, sample.second, endless, seconds=1)
    assert not isinstance(stopped.value, WrongUse)


def test_more_rows_than_anybody_reads_are_refused_before_they_are_all_there(
    home: Settings, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST_ROWS", 10)
    assert asked(home, sample, "from range(10)").height == 10
    with pytest.raises(WrongUse, match="at most 10 rows"):
        asked(home, sample, "from range(10000000000000)")


def test_a_database_that_does_not_open_is_told_by_its_path(home: Settings, tmp_path: Path) -> None:
    with pytest.raises(InsightError, match="no such file"):
        ask(home, tmp_path, "select 1")
    (tmp_path / "indicators.duckdb").write_bytes(b"x" * 20_000)
    with pytest.raises(InsightError, match=r"damaged(.|\n)*insight rebuild"):
        ask(home, tmp_path, "select 1")
