"""The warehouse is built beside and swapped in whole; a failed or killed build changes nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.kernel.fingerprint import file_sha256
from insight_pipeline.settings import Settings
from insight_pipeline.sql.graph import in_order
from insight_pipeline.warehouse.build import Build, Plan, build
from insight_pipeline.warehouse.sources import Sources, source_columns
from tests.conftest import ROOT
from tests.unit.contracts.promises import home
from tests.unit.sql.files import model
from tests.unit.warehouse.night import EVENTS, INTERNAL, SPEND, sources

FINISHED = "indicators.figure"
EVENT = "select service_code, citizen_id from internal.service_event"
USERS = "select service_code, count(distinct citizen_id) as users from core.event group by all"
COST = "select sum(amount_gbp) as amount_gbp from internal.contract_spend"
FINISH = "create or replace table indicators.figure as select users from journeys.users"


def plan(folder: Path, users: str = USERS, cost: bool = True) -> Plan:
    """core.event → journeys.users → the finish; journeys.cost stands alone."""
    models = [
        model(folder, "core.event", EVENT),
        model(folder, "journeys.users", users, "tests: [{not_null: [users]}]\n"),
        *([model(folder, "journeys.cost", COST)] if cost else []),
    ]
    return Plan(in_order(models, source_columns(INTERNAL)), (), INTERNAL)


def finish(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create schema if not exists indicators")
    connection.execute(FINISH)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return home(tmp_path)


def made(built: Build) -> set[str]:
    return {run.relation for run in built.runs if not run.unchanged}


def night(
    settings: Settings,
    files: Plan,
    given: Sources | None = None,
    mark: str = "finish 1",
    finisher: Callable[[duckdb.DuckDBPyConnection], None] = finish,
    selected: set[str] | None = None,
) -> Build:
    given = given or sources(settings.home.parent / "sources")
    return build(files, given, settings, finisher, FINISHED, mark, selected)


def rows(settings: Settings, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()


def left_beside(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.home.glob("warehouse*"))


def test_the_first_night_builds_everything(settings: Settings, tmp_path: Path) -> None:
    built = night(settings, plan(tmp_path))
    assert not built.unchanged
    assert made(built) == {"core.event", "journeys.users", "journeys.cost"}
    found = rows(settings, "select * from journeys.users order by all")
    assert found == [("housing", 1), ("leisure", 2)]
    assert rows(settings, "select count(*) from indicators.figure") == [(2,)]
    assert built.rows["journeys.users"] == 2
    assert built.rows[FINISHED] == 2
    assert built.rows["internal.service_event"] == 3
    assert left_beside(settings) == ["warehouse.duckdb"]


def test_a_second_night_leaves_the_file_alone_and_still_runs_the_tests(
    settings: Settings, tmp_path: Path
) -> None:
    first = night(settings, plan(tmp_path))
    before = (file_sha256(settings.warehouse), settings.warehouse.stat().st_ino)
    again = night(settings, plan(tmp_path))
    assert again.unchanged
    assert made(again) == set()
    assert (file_sha256(settings.warehouse), settings.warehouse.stat().st_ino) == before
    assert [run.tests for run in again.runs] == [run.tests for run in first.runs]
    assert again.rows == first.rows


def test_one_changed_model_is_built_with_what_reads_it(settings: Settings, tmp_path: Path) -> None:
    night(settings, plan(tmp_path))
    changed = plan(tmp_path, USERS.replace("count(distinct citizen_id)", "count(*)"))
    assert made(night(settings, changed)) == {"journeys.users"}
    found = rows(settings, "select * from indicators.figure order by all")
    assert found == [(1,), (2,)]


def test_one_changed_feed_builds_what_reads_it(settings: Settings, tmp_path: Path) -> None:
    night(settings, plan(tmp_path))
    other = sources(tmp_path / "other", spend=SPEND.replace("7.50", "9.25"))
    assert made(night(settings, plan(tmp_path), other)) == {"journeys.cost"}
    assert str(rows(settings, "select amount_gbp from journeys.cost")[0][0]) == "9.25"


def test_a_changed_finish_runs_again_over_unchanged_models(
    settings: Settings, tmp_path: Path
) -> None:
    night(settings, plan(tmp_path))
    built = night(settings, plan(tmp_path), mark="finish 2")
    assert not built.unchanged
    assert made(built) == set()
    assert night(settings, plan(tmp_path), mark="finish 2").unchanged


def test_a_model_that_is_no_longer_there_leaves_no_table_behind(
    settings: Settings, tmp_path: Path
) -> None:
    night(settings, plan(tmp_path / "one"))
    built = night(settings, plan(tmp_path / "two", cost=False))
    found = rows(settings, "select schema_name || '.' || table_name from duckdb_tables()")
    assert ("journeys.cost",) not in found
    assert ("journeys.users",) in found
    assert "journeys.cost" not in built.rows


def test_a_model_that_fails_leaves_last_nights_warehouse(
    settings: Settings, tmp_path: Path
) -> None:
    night(settings, plan(tmp_path))
    before = file_sha256(settings.warehouse)
    broken = plan(tmp_path / "broken", "select service_code::date as users from core.event")
    with pytest.raises(duckdb.Error):
        night(settings, broken)
    assert file_sha256(settings.warehouse) == before
    assert left_beside(settings) == ["warehouse.duckdb"]
    assert night(settings, plan(tmp_path / "again")).unchanged


def test_a_finish_that_fails_leaves_last_nights_warehouse(
    settings: Settings, tmp_path: Path
) -> None:
    night(settings, plan(tmp_path))
    before = file_sha256(settings.warehouse)

    def broken(connection: duckdb.DuckDBPyConnection) -> None:
        finish(connection)
        connection.execute("select * from nowhere")

    other = sources(tmp_path / "other", events=EVENTS.replace("'c1'", "'c2'") + " limit 2")
    with pytest.raises(duckdb.Error):
        night(settings, plan(tmp_path), other, finisher=broken)
    assert file_sha256(settings.warehouse) == before


def test_a_selection_builds_what_it_reads_and_nothing_else(
    settings: Settings, tmp_path: Path
) -> None:
    built = night(settings, plan(tmp_path), selected={"journeys.users"})
    assert [run.relation for run in built.runs] == ["core.event", "journeys.users"]
    whole = night(settings, plan(tmp_path))
    assert made(whole) == {"journeys.cost"}


def test_a_selection_on_a_new_home_does_not_need_the_models_left_out(
    settings: Settings, tmp_path: Path
) -> None:
    built = night(settings, plan(tmp_path), selected={"journeys.cost"})
    assert made(built) == {"journeys.cost"}
    whole = night(settings, plan(tmp_path))
    assert made(whole) == {"core.event", "journeys.users"}
    assert rows(settings, "select count(*) from indicators.figure") == [(2,)]


# A build that ends the moment it has made the relation named, before it is noted down as made.
KILLED = """
import os, sys
from pathlib import Path
from insight_pipeline.sql import runner
from insight_pipeline.warehouse import sources as room
from insight_pipeline.warehouse.build import build
from tests.unit.contracts.promises import home
from tests.unit.warehouse.night import sources
from tests.unit.warehouse.test_build import FINISHED, finish, plan
folder, events, last = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
record = runner.record
def record_or_end(connection, relation, mark):
    return os._exit(9) if relation == last else record(connection, relation, mark)
runner.record = room.record = record_or_end
night = sources(folder / "killed", events=events, people="others")
build(plan(folder), night, home(folder), finish, FINISHED, "finish 1")
"""


def test_a_killed_build_leaves_last_nights_warehouse_and_does_not_leak_into_the_next(
    settings: Settings, tmp_path: Path
) -> None:
    night(settings, plan(tmp_path))
    before = file_sha256(settings.warehouse)
    other = EVENTS + " union all select 'e9', 'a:1', 'killed'"
    command = [sys.executable, "-c", KILLED, str(tmp_path), other, "core.event"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 9, ended.stderr
    assert file_sha256(settings.warehouse) == before
    late = sources(tmp_path / "late", spend=SPEND.replace("7.50", "9.25"))
    night(settings, plan(tmp_path), late)
    assert rows(settings, "select count(*) from internal.service_event") == [(3,)]
    assert rows(settings, "select * from core.event where service_code = 'killed'") == []
    assert str(rows(settings, "select amount_gbp from journeys.cost")[0][0]) == "9.25"
    assert left_beside(settings) == ["warehouse.duckdb"]
