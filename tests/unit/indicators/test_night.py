"""The ledger in the warehouse that is swapped: it outlives rebuilds, and kills change nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from insight_pipeline.indicators.revision import record_revisions
from insight_pipeline.indicators.revision_ledger import LEDGER
from insight_pipeline.settings import Settings
from insight_pipeline.sql.graph import in_order
from insight_pipeline.warehouse.build import Build, Plan, build
from insight_pipeline.warehouse.sources import source_columns
from tests.conftest import ROOT
from tests.unit.contracts.promises import home
from tests.unit.indicators.nights import EVENT, FIGURE, Night
from tests.unit.sql.files import model
from tests.unit.warehouse.night import EVENTS, INTERNAL, sources

FINISHED = "indicators.figure"
EVENTS_MODEL = "select service_code from internal.service_event"
COST = "select sum(amount_gbp) as amount_gbp from internal.contract_spend"
MORE = EVENTS + " union all select 'e9', 'a:1', 'a', 'leisure', date '2025-01-01'"


def plan(folder: Path, *, cost: bool = True) -> Plan:
    models = [
        model(folder, "core.event", EVENTS_MODEL),
        *([model(folder, "journeys.cost", COST)] if cost else []),
    ]
    return Plan(in_order(models, source_columns(INTERNAL)), (), INTERNAL)


def finish_in(settings: Settings) -> Callable[[duckdb.DuckDBPyConnection], object]:
    """One total, counted from the events; then the ledger, as a night does it."""

    def finish(connection: duckdb.DuckDBPyConnection) -> object:
        typed = ", ".join(f"{name} {kind}" for name, kind in FIGURE.items())
        connection.execute("create schema if not exists indicators")
        connection.execute(f"create or replace table {FINISHED} ({typed})")
        connection.execute(
            f"insert into {FINISHED} select 'kept', '2025-01-01', '2025-03-31', 'E1', 'all', "
            "'total', 'all', count(*), 100, 100, count(*), 0, 0, false from core.event"
        )
        for name in ("period_to", "event_from_date", "event_to_date", "delivery_id"):
            connection.execute(
                f"alter table internal.service_event add column if not exists {name} {EVENT[name]}"
            )
        connection.execute("update internal.service_event set period_to = '2025-12-31'")
        return record_revisions(connection, Night({}).made(), (), settings.warehouse)

    return finish


def night(
    settings: Settings, files: Plan, events: str = EVENTS, name: str = "sources", **given: Any
) -> Build:
    drops = sources(settings.home.parent / name, events=events, people=events)
    return build(files, drops, settings, finish_in(settings), FINISHED, "finish 1", **given)


def ledger(settings: Settings) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.warehouse), read_only=True) as opened:
        return opened.execute(f"from {LEDGER} order by revision_no").fetchall()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return home(tmp_path)


def test_the_ledger_outlives_rebuilds_and_models_that_are_gone(
    settings: Settings, tmp_path: Path
) -> None:
    night(settings, plan(tmp_path / "one"))
    first = ledger(settings)
    night(settings, plan(tmp_path / "two", cost=False))
    assert ledger(settings) == first
    night(settings, plan(tmp_path / "two", cost=False), MORE, "more")
    assert ledger(settings)[:1] == first
    assert len(ledger(settings)) == 2


def test_a_build_of_some_models_leaves_the_ledger_alone(settings: Settings, tmp_path: Path) -> None:
    night(settings, plan(tmp_path))
    first = ledger(settings)
    night(settings, plan(tmp_path), MORE, "more", selected={"journeys.cost"})
    assert ledger(settings) == first
    assert night(settings, plan(tmp_path), MORE, "more").finished is not None
    assert [row[-1] is None for row in ledger(settings)] == [True, True]


def test_a_night_that_finds_everything_as_it_should_be_does_not_open_the_ledger(
    settings: Settings, tmp_path: Path
) -> None:
    night(settings, plan(tmp_path))
    again = night(settings, plan(tmp_path))
    assert again.unchanged and again.finished is None


# A night that ends the moment its ledger is written, before the copy takes the warehouse's place.
KILLED = """
import os, sys
from pathlib import Path
from insight_pipeline.indicators import revision
from tests.unit.contracts.promises import home
from tests.unit.indicators import test_night
folder, events, step = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
written = getattr(revision, step)
def write_and_end(*arguments):
    written(*arguments)
    os._exit(9)
setattr(revision, step, write_and_end)
test_night.night(home(folder), test_night.plan(folder), events, "killed")
"""


@pytest.mark.parametrize("step", ["find_revisions", "find_reasons", "remember_marks"])
def test_a_killed_night_leaves_yesterdays_ledger_and_the_next_does_as_if_undisturbed(
    settings: Settings, tmp_path: Path, step: str
) -> None:
    night(settings, plan(tmp_path))
    before = ledger(settings)
    command = [sys.executable, "-c", KILLED, str(tmp_path), MORE, step]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 9, ended.stderr
    assert ledger(settings) == before
    night(settings, plan(tmp_path), MORE, "more")

    undisturbed = home(tmp_path / "undisturbed")
    for events in (EVENTS, MORE):
        night(undisturbed, plan(tmp_path), events, f"undisturbed {len(events)}")
    assert ledger(settings) == ledger(undisturbed)
    assert [row[8] for row in ledger(settings)] == [1, 2]
