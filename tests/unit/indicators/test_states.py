"""Which models changed, read from what the stores say of themselves."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.indicators.catalogue import Catalogue, load_catalogue
from insight_pipeline.indicators.staged import stage
from insight_pipeline.indicators.states import State, changed, standings
from insight_pipeline.settings import Settings
from insight_pipeline.sql.runner import target_fingerprints
from tests.conftest import ROOT

STAGED = "staging.stg_council__deaths"
MODEL = "core.dim_citizen"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    shutil.copytree(ROOT / "data_contracts", tmp_path / "project/data_contracts")
    shutil.copytree(ROOT / "dbt_like_sql", tmp_path / "project/dbt_like_sql")
    return Settings(home=tmp_path / "home", project=tmp_path / "project", threads=1)


def build(catalogue: Catalogue, settings: Settings, as_of: date | None = None) -> None:
    """A warehouse that says it was made from today's files; the sources are marked by name."""
    sources = {read: read for model in catalogue.models for read in model.reads}
    targets = target_fingerprints(catalogue.models, catalogue.macros, sources, as_of)
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute(
            "create schema meta; create table meta.model as select * from (values "
            "('x', 'x', 0)) v(relation, fingerprint, row_count) where false"
        )
        connection.executemany(
            "insert into meta.model values (?, ?, 7)", list({**sources, **targets}.items())
        )
        connection.execute("delete from meta.model where relation = 'reference.feed_period'")


def test_in_an_empty_home_every_model_is_new(settings: Settings) -> None:
    catalogue = load_catalogue(settings)
    found = standings(catalogue, settings)
    assert found.keys() == {m.relation for m in (*catalogue.staging, *catalogue.models)}
    assert {standing.state for standing in found.values()} == {State.NEW}
    assert changed(found) == found.keys()
    assert not settings.warehouse.exists(), "looking makes nothing"


def test_a_staging_file_is_unchanged_until_its_sql_changes(settings: Settings) -> None:
    catalogue = load_catalogue(settings)
    (model,) = [model for model in catalogue.staging if model.relation == STAGED]
    stage(model, catalogue, settings)
    found = standings(catalogue, settings)[STAGED]
    assert (found.state, found.rows) == (State.UNCHANGED, 0)
    text = model.path.read_text(encoding="utf-8")
    model.path.write_text(text.replace("'council'", "'the council'"), encoding="utf-8")
    assert standings(load_catalogue(settings), settings)[STAGED].state is State.CHANGED


def test_a_model_of_the_warehouse_is_held_against_what_the_warehouse_says(
    settings: Settings,
) -> None:
    catalogue = load_catalogue(settings)
    settings.home.mkdir()
    build(catalogue, settings)
    periods = {m.relation for m in catalogue.models if "reference.feed_period" in m.reads}
    found = standings(catalogue, settings)
    assert found[MODEL].state is State.UNCHANGED and found[MODEL].rows == 7
    assert periods <= changed(found), "a source that is not there counts as another one"


def test_a_history_is_held_against_the_day_that_deliveries_of_events_reach(
    settings: Settings,
) -> None:
    catalogue = load_catalogue(settings)
    settings.home.mkdir()
    build(catalogue, settings, date(2025, 6, 30))
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute(
            "create schema reference; "
            "create table reference.event_feed as select 'event' as stem; "
            "create table reference.feed_period as select * from (values "
            "('event', date '2025-06-30'), ('estimates', date '2025-12-31')) t(stem, period_to); "
            "insert into meta.model select r, r, 1 from "
            "(values ('reference.feed_period'), ('reference.event_feed')) v(r) "
            "where r not in (select relation from meta.model)"
        )
    assert standings(catalogue, settings)["core.dim_citizen_history"].state is State.UNCHANGED


def test_a_changed_model_changes_what_reads_it_and_a_comment_changes_nothing(
    settings: Settings,
) -> None:
    catalogue = load_catalogue(settings)
    settings.home.mkdir()
    build(catalogue, settings)
    before = changed(standings(catalogue, settings))
    (path,) = [model.path for model in catalogue.models if model.relation == MODEL]
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("\nwith\n", "\n-- a comment\nwith\n"), encoding="utf-8")
    assert changed(standings(load_catalogue(settings), settings)) == before
    path.write_text(text.replace("sex_code::varchar", "lower(sex_code)::varchar"), encoding="utf-8")
    after = changed(standings(load_catalogue(settings), settings))
    readers = {model.relation for model in catalogue.models if MODEL in model.reads}
    assert {MODEL, *readers} <= after and "core.dim_area" not in after
