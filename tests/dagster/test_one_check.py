"""A check run alone runs, and figures that a test held back are nobody's figures of tonight."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import dagster as dg
import pytest

from insight_pipeline.defs import warehouse as room
from insight_pipeline.defs.describe import key_of
from insight_pipeline.defs.staging import staging_assets
from insight_pipeline.defs.warehouse import warehouse_assets
from insight_pipeline.indicators.catalogue import FIGURE_RELATION, Catalogue, load_catalogue
from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.settings import Settings
from insight_pipeline.sql import checks
from insight_pipeline.sql.check_names import test_names as names_of
from insight_pipeline.sql.model import Model
from insight_pipeline.sql.runner import ModelRun
from insight_pipeline.warehouse.build import Build
from tests.conftest import ROOT

MODEL = "core.dim_citizen"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", project=ROOT, threads=1)


@pytest.fixture
def catalogue(settings: Settings) -> Catalogue:
    return load_catalogue(settings)


def run(
    assets: list[dg.AssetsDefinition], selection: dg.AssetSelection
) -> dg.ExecuteInProcessResult:
    job = dg.define_asset_job("some", selection=selection)
    with dg.DagsterInstance.ephemeral() as instance:
        found = dg.Definitions(assets=assets, jobs=[job]).resolve_job_def("some")
        return found.execute_in_process(instance=instance, raise_on_error=False)


def check_of(model: Model) -> dg.AssetCheckKey:
    return dg.AssetCheckKey(key_of(model.relation), names_of(model.header.tests)[0])


def told(result: dg.ExecuteInProcessResult) -> list[tuple[dg.AssetCheckKey, bool]]:
    found = result.get_asset_check_evaluations()
    return [(dg.AssetCheckKey(e.asset_key, e.check_name), e.passed) for e in found]


def made(result: dg.ExecuteInProcessResult) -> list[dg.AssetKey | None]:
    return [event.asset_key for event in result.get_asset_materialization_events()]


def test_a_check_of_staging_run_alone_runs(catalogue: Catalogue, settings: Settings) -> None:
    check = next(check_of(model) for model in catalogue.staging if model.header.tests)
    assets = staging_assets(catalogue, settings)
    result = run(assets, dg.AssetSelection.checks(check))
    assert result.success and made(result) == []
    assert told(result) == [(check, True)]


@pytest.mark.parametrize("outcome", [Outcome.PASSED, Outcome.FAILED])
def test_a_check_of_the_warehouse_run_alone_runs_its_model_and_no_other(
    catalogue: Catalogue, settings: Settings, monkeypatch: pytest.MonkeyPatch, outcome: Outcome
) -> None:
    (model,) = [model for model in catalogue.models if model.relation == MODEL]
    check, chosen = check_of(model), []

    def build(_: object, __: object, selected: Collection[str], progress: object) -> Build:
        chosen.append(set(selected))
        return Build(
            (ModelRun(MODEL, True, 1, (checks.TestResult(check.name, outcome, 1),)),), True, {}
        )

    monkeypatch.setattr(room, "build_warehouse", build)
    result = run(warehouse_assets(catalogue, settings), dg.AssetSelection.checks(check))
    assert chosen == [{MODEL}]
    assert made(result) == []
    assert told(result) == [(check, outcome is Outcome.PASSED)]


@pytest.mark.parametrize("held", [(), (f"{MODEL}: not_null_x",)])
def test_figures_that_a_test_held_back_are_not_told_as_made(
    catalogue: Catalogue,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    held: tuple[str, ...],
) -> None:
    built = Build((), False, {}, held=held)
    monkeypatch.setattr(room, "build_warehouse", lambda *_, **__: built)
    figure = key_of(FIGURE_RELATION)
    result = run(warehouse_assets(catalogue, settings), dg.AssetSelection.assets(figure))
    assert made(result) == ([] if held else [figure])
