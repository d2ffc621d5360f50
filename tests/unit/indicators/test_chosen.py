"""Chosen models run on what the last night left; without a night they refuse and say why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.contracts.staging import feed_path, staging_path
from insight_pipeline.indicators import chosen
from insight_pipeline.indicators.catalogue import Catalogue, load_catalogue
from insight_pipeline.indicators.chosen import run_chosen
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.settings import Settings
from insight_pipeline.sql.runner import ModelRun
from tests.unit.contracts.promises import home

STAGED = "staging.stg_council__deaths"
ALONE = "staging.stg_council__contract_spend"  # nothing else feeds what it feeds


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home that says a night has been."""
    made = home(tmp_path)
    (made.landing / "receipts/council__deaths").mkdir(parents=True)
    made.identity.touch()
    return made


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return load_catalogue(home(tmp_path_factory.mktemp("catalogue")))


def test_before_the_first_delivery_nothing_runs(tmp_path: Path, catalogue: Catalogue) -> None:
    settings = home(tmp_path)
    with pytest.raises(InsightError, match="at least one delivery") as raised:
        run_chosen(catalogue, settings, [STAGED])
    assert "insight nightly" in raised.value.faults[0].next_step
    assert not settings.staging.exists()


def test_before_the_first_night_nothing_runs(settings: Settings, catalogue: Catalogue) -> None:
    settings.identity.unlink()
    with pytest.raises(InsightError, match="a night that linked"):
        run_chosen(catalogue, settings, [STAGED])


def test_chosen_staging_is_made_with_the_feeds_it_reaches_and_no_others(
    settings: Settings, catalogue: Catalogue
) -> None:
    told: list[ModelRun] = []
    runs = run_chosen(catalogue, settings, [STAGED], told.append)
    assert told == list(runs)
    made = {run.relation: run for run in runs}
    assert not made[STAGED].unchanged and made[STAGED].tests
    feeders = {m.relation for m in catalogue.staging if "person_evidence" in m.header.feeds}
    assert made.keys() == feeders, "the feed could not be united without them"
    assert feed_path(settings, "person_evidence").exists()
    assert not feed_path(settings, "contract_spend").exists()
    assert not settings.warehouse.exists()


def test_a_second_run_makes_nothing_again(settings: Settings, catalogue: Catalogue) -> None:
    run_chosen(catalogue, settings, [STAGED])
    runs = run_chosen(catalogue, settings, [STAGED])
    assert [(run.relation, run.unchanged) for run in runs] == [(STAGED, True)]


def test_a_file_that_is_missing_is_made(settings: Settings, catalogue: Catalogue) -> None:
    run_chosen(catalogue, settings, [STAGED])
    (other,) = [m for m in catalogue.staging if m.name == "stg_activelife__members"]
    staging_path(settings, other).unlink()
    runs = run_chosen(catalogue, settings, [STAGED])
    assert {run.relation for run in runs} == {STAGED, other.relation}


@pytest.mark.parametrize("made", [0, 1])
def test_when_an_engine_stops_the_model_is_named_and_no_value_is(
    settings: Settings, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, made: int
) -> None:
    wanted = "core.dim_provider_reporting"
    (model,) = [model for model in catalogue.models if model.relation == wanted]
    behind = [m.relation for m in catalogue.models if m.relation in model.reads]

    def build(
        given: Catalogue, at: Settings, inside: set[str], progress: Callable[[ModelRun], None]
    ) -> None:
        for relation in behind * made:
            progress(ModelRun(relation, False, 1, ()))
        raise duckdb.ConversionException("Could not convert string 'Zzyzx' to DATE")

    monkeypatch.setattr(chosen, "build_warehouse", build)
    with pytest.raises(InsightError) as raised:
        run_chosen(catalogue, settings, [wanted])
    (fault,) = raised.value.faults
    assert fault.where == (wanted if made else behind[0])
    assert "ConversionException" in fault.found and "Zzyzx" not in str(fault)


def test_when_an_engine_stops_at_staging_the_model_is_named_and_no_value_is(
    settings: Settings, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stage(*given: object) -> None:
        raise duckdb.OutOfMemoryException("while reading 'Zzyzx'")

    monkeypatch.setattr(chosen, "stage", stage)
    with pytest.raises(InsightError, match="this says nothing about the data") as raised:
        run_chosen(catalogue, settings, [ALONE])
    assert raised.value.faults[0].where == ALONE and "Zzyzx" not in str(raised.value)
