"""The warehouse is built beside and swapped in whole; a failed or killed build changes nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.kernel.fingerprint import file_sha256
from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.settings import Settings
from insight_pipeline.sql.graph import in_order
from insight_pipeline.warehouse import build as room
from insight_pipeline.warehouse.build import Build, Plan, build
from insight_pipeline.warehouse.last_day import last_day
from insight_pipeline.warehouse.sources import REFERENCE_COLUMNS, Sources, source_columns
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


def test_files_that_do_not_bind_stop_the_night_before_any_data_move(
    settings: Settings, tmp_path: Path
) -> None:
    night(settings, plan(tmp_path))
    before = file_sha256(settings.warehouse)
    broken = plan(tmp_path / "broken", "select nothing as users from core.event")
    other = sources(tmp_path / "other", spend=SPEND.replace("7.50", "9.25"))
    with pytest.raises(InsightError, match="nothing"):
        night(settings, broken, other)
    assert file_sha256(settings.warehouse) == before


def test_a_header_that_says_what_is_not_so_is_told_although_all_stands(
    settings: Settings, tmp_path: Path
) -> None:
    night(settings, plan(tmp_path))
    models = list(plan(tmp_path).models)
    documented = models[-1].header.model_copy(update={"columns": {"usrs": "Users."}})
    models[-1] = replace(models[-1], header=documented)
    with pytest.raises(InsightError, match="did you mean 'users'"):
        night(settings, Plan(tuple(models), (), INTERNAL))


def test_files_found_sound_are_not_checked_again(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    night(settings, plan(tmp_path))
    monkeypatch.setattr(room, "check_models", None)
    other = sources(tmp_path / "other", spend=SPEND.replace("7.50", "9.25"))
    assert made(night(settings, plan(tmp_path), other)) == {"journeys.cost"}
    with pytest.raises(TypeError):
        night(settings, plan(tmp_path / "more", USERS + " -- a comment is a change to be checked"))


# Tests that must hold.

SOUND, BROKEN = "tests: [{expression: users > 0}]\n", "tests: [{expression: users > 1}]\n"


def judged(folder: Path, head: str = BROKEN, users: str = USERS) -> Plan:
    """The plan with one test of the model that the finish is made from."""
    event, cost = (m for m in plan(folder).models if m.name != "users")
    models = [event, cost, model(folder, "journeys.users", users, head)]
    return Plan(in_order(models, source_columns(INTERNAL)), (), INTERNAL)


FIGURES = "select users from indicators.figure order by all"
COUNTED = USERS.replace("count(distinct citizen_id)", "0 * count(*)")


def test_while_a_test_is_broken_figures_stay_and_the_next_good_night_makes_them(
    settings: Settings, tmp_path: Path
) -> None:
    night(settings, judged(tmp_path / "good", SOUND))
    for _ in range(2):
        held = night(settings, judged(tmp_path / "bad", SOUND, COUNTED))
        assert held.held == ("journeys.users: expression_users_gt_0",)
        assert held.finished is None and not held.unchanged
        assert rows(settings, FIGURES) == [(1,), (2,)]
    # The warehouse itself is of tonight: its tables are there to be looked at.
    assert rows(settings, "select distinct users from journeys.users") == [(0,)]
    good = night(settings, judged(tmp_path / "mended", "", COUNTED))
    assert good.held == () and rows(settings, FIGURES) == [(0,), (0,)]
    assert night(settings, judged(tmp_path / "again", "", COUNTED)).unchanged


def test_a_first_night_with_a_broken_test_has_no_figures_and_the_next_makes_them(
    settings: Settings, tmp_path: Path
) -> None:
    built = night(settings, judged(tmp_path / "bad"))
    assert built.held and FINISHED not in built.rows
    assert (FINISHED,) not in tables(settings)
    night(settings, judged(tmp_path / "good", SOUND))
    assert rows(settings, FIGURES) == [(1,), (2,)]


def test_a_selection_does_not_make_figures_over_a_broken_test_it_left_out(
    settings: Settings, tmp_path: Path
) -> None:
    night(settings, judged(tmp_path))
    built = night(settings, judged(tmp_path), selected={"journeys.cost"})
    assert [run.relation for run in built.runs] == ["journeys.cost"]
    assert built.held and (FINISHED,) not in tables(settings)


@pytest.mark.parametrize(
    ("head", "among"),
    [(BROKEN.replace("}]", ", severity: warn}]"), None), (BROKEN, {"core.event"})],
)
def test_a_warning_or_a_test_of_something_else_holds_nothing_back(
    settings: Settings, tmp_path: Path, head: str, among: set[str] | None
) -> None:
    given = sources(tmp_path / "sources")
    files = judged(tmp_path, head)
    built = build(files, given, settings, finish, FINISHED, "1", finished_from=among)
    assert built.held == () and built.rows[FINISHED] == 2


def test_rows_that_changed_too_much_stay_an_alarm_until_they_are_back_or_the_test_allows_them(
    settings: Settings, tmp_path: Path
) -> None:
    def ended(number: int, rows: int, percent: int = 50) -> Outcome:
        head = f"tests: [{{row_count_change: {{max_percent: {percent}}}}}]\n"
        query = f"select {number} as night, n from range({rows}) r(n)"
        counted = model(tmp_path / str(number), "core.counted", query, head)
        built = night(settings, Plan((counted,), (), INTERNAL), finisher=finish_nothing)
        return built.runs[0].tests[0].outcome

    assert ended(1, 100) is Outcome.SKIPPED
    assert [ended(2, 10), ended(3, 10), ended(3, 10)] == [Outcome.FAILED] * 3
    assert [ended(4, 90), ended(5, 80)] == [Outcome.PASSED] * 2
    assert ended(6, 10) is Outcome.FAILED
    assert ended(7, 11, percent=95) is Outcome.PASSED
    assert ended(8, 12) is Outcome.PASSED


def finish_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create schema if not exists indicators")
    connection.execute("create or replace table indicators.figure as select 1 as one")


# Histories.

HISTORY = "materialised: snapshot\nkey: [citizen_id]\ntrack: [service_code]\n"
LAST = "select citizen_id, max(service_code) as service_code from core.event group by all"
STAY = "select citizen_id, service_code, valid_from from core.dim_stay"


def stays(folder: Path) -> Plan:
    """The last service of each citizen through time, and a model that reads that history."""
    models = [
        *plan(folder).models,
        model(folder, "core.dim_stay", LAST, HISTORY),
        model(folder, "journeys.stay", STAY),
    ]
    return Plan(in_order(models, source_columns(INTERNAL)), (), INTERNAL)


def dated(folder: Path, day: str | None, events: str = EVENTS) -> Sources:
    """A night whose deliveries reach until `day`."""
    given = sources(folder / f"{day}", events=events)
    periods = [("estimates", "a", None, date(2026, 12, 31))]
    if day:
        periods.append(("a__b", "a", None, date.fromisoformat(day)))
    names = REFERENCE_COLUMNS["reference.feed_period"]
    schema = {**dict.fromkeys(names, pl.String), "period_from": pl.Date, "period_to": pl.Date}
    references = {
        **given.references,
        "reference.event_feed": pl.DataFrame(
            {"stem": ["a__b"], "provider_id": ["a"], "frequency_months": [3], "latency_days": [14]}
        ),
        "reference.feed_period": pl.DataFrame(periods, schema, orient="row"),
    }
    return replace(given, references=references)


MOVED = EVENTS.replace("('e1', 'a:1', 'leisure'", "('e1', 'a:1', 'sport'")
STAYS = "select citizen_id, service_code, valid_from::varchar from {0} order by all"


def test_the_day_of_a_history_is_the_last_any_delivery_of_events_covers(tmp_path: Path) -> None:
    assert last_day(dated(tmp_path, None)) is None
    assert last_day(dated(tmp_path, "2025-03-31")) == date(2025, 3, 31)


def test_a_history_grows_with_the_nights_and_its_readers_follow(
    settings: Settings, tmp_path: Path
) -> None:
    files = stays(tmp_path)
    night(settings, files, dated(tmp_path, None))
    assert rows(settings, "select count(*) from core.dim_stay") == [(0,)]
    night(settings, files, dated(tmp_path, "2025-03-31"))
    night(settings, files, dated(tmp_path, "2025-06-30", MOVED))
    expected = [
        ("c1", "leisure", "2025-03-31"),
        ("c1", "sport", "2025-06-30"),
        ("c2", "leisure", "2025-03-31"),
    ]
    assert rows(settings, STAYS.format("core.dim_stay")) == expected
    assert rows(settings, STAYS.format("journeys.stay")) == expected
    assert night(settings, files, dated(tmp_path, "2025-06-30", MOVED)).unchanged


def test_a_reader_left_out_while_a_history_moved_is_made_by_the_next_night(
    settings: Settings, tmp_path: Path
) -> None:
    files = stays(tmp_path)
    night(settings, files, dated(tmp_path, "2025-03-31"))
    later = dated(tmp_path, "2025-06-30", MOVED)
    night(settings, files, later, selected={"core.dim_stay"})
    # The same night as the first once more: only the history remembers what was between.
    built = night(settings, files, dated(tmp_path, "2025-03-31"))
    assert "journeys.stay" in made(built)
    found = rows(settings, STAYS.format("journeys.stay"))
    assert found == rows(settings, STAYS.format("core.dim_stay"))
    assert len(found) == 3


def test_a_history_whose_file_was_away_goes_on(settings: Settings, tmp_path: Path) -> None:
    night(settings, stays(tmp_path), dated(tmp_path, "2025-03-31"))
    night(settings, plan(tmp_path), dated(tmp_path, "2025-04-30"))
    assert ("core.dim_stay",) not in tables(settings)
    night(settings, stays(tmp_path), dated(tmp_path, "2025-06-30", MOVED))
    assert ("c1", "leisure", "2025-03-31") in rows(settings, STAYS.format("core.dim_stay"))


# Key by key, as a whole.

KEYED = "materialised: incremental\nkey: [citizen_id]\n"


def test_a_keyed_model_follows_its_feed_and_goes_with_its_file(
    settings: Settings, tmp_path: Path
) -> None:
    keyed = model(tmp_path, "journeys.keyed", EVENT, KEYED)
    files = Plan(in_order([*plan(tmp_path).models, keyed], source_columns(INTERNAL)), (), INTERNAL)
    night(settings, files)
    other = sources(tmp_path / "other", events=MOVED)
    notes = {run.relation: run.note for run in night(settings, files, other).runs}
    assert notes["journeys.keyed"] == "1 key made again"
    found = rows(settings, "select service_code from journeys.keyed order by all")
    assert found == [("housing",), ("leisure",), ("sport",)]
    night(settings, plan(tmp_path))
    assert not any("key" in name for (name,) in tables(settings))


def test_a_view_goes_with_its_file(settings: Settings, tmp_path: Path) -> None:
    seen = model(tmp_path, "journeys.seen", EVENT, "materialised: view\n")
    files = Plan(in_order([*plan(tmp_path).models, seen], source_columns(INTERNAL)), (), INTERNAL)
    assert night(settings, files).rows["journeys.seen"] == 3
    night(settings, plan(tmp_path))
    assert rows(settings, "select * from duckdb_views() where view_name = 'seen'") == []


def tables(settings: Settings) -> list[tuple[object, ...]]:
    return rows(settings, "select schema_name || '.' || table_name from duckdb_tables()")


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
    other = EVENTS + " union all select 'e9', 'a:1', 'a', 'killed', date '2025-01-01'"
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
