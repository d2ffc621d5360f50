"""A blocking check stops what depends on it and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest

from insight_pipeline.defs import publication as publishing
from insight_pipeline.defs import warehouse as room
from insight_pipeline.defs.contracts import contract_assets
from insight_pipeline.defs.describe import key_of
from insight_pipeline.defs.feedback import feedback_assets
from insight_pipeline.defs.publication import RELEASE_RELATION, publication_assets
from insight_pipeline.defs.staging import staging_assets
from insight_pipeline.defs.warehouse import warehouse_assets
from insight_pipeline.indicators.catalogue import FIGURE_RELATION, Catalogue, load_catalogue
from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.settings import Settings
from insight_pipeline.sql import checks
from insight_pipeline.sql.check_names import test_names as names_of
from insight_pipeline.sql.header_tests import CheckSeverity
from insight_pipeline.sql.model import Model
from insight_pipeline.sql.runner import ModelRun
from insight_pipeline.warehouse.build import Build
from tests.conftest import ROOT

BROKEN = "core.fct_service_event"
FIGURE, RELEASE = key_of(FIGURE_RELATION), key_of(RELEASE_RELATION)
NEIGHBOUR = key_of("feedback.wellpath__referrals")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("blocking") / "home"
    return Settings(home=home, project=ROOT, threads=1)


@pytest.fixture(scope="module")
def catalogue(settings: Settings) -> Catalogue:
    return load_catalogue(settings)


def outcomes(model: Model, severity: CheckSeverity) -> Iterator[checks.TestResult]:
    """Every test of the model passed, but the first one of this severity of the broken model."""
    is_broken = model.relation == BROKEN
    for name, test in zip(names_of(model.header.tests), model.header.tests, strict=True):
        fails = is_broken and test.severity is severity
        is_broken = is_broken and not fails
        yield checks.TestResult(
            name, Outcome.FAILED if fails else Outcome.PASSED, int(fails), test.severity
        )


def night(
    catalogue: Catalogue,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    severity: CheckSeverity,
) -> tuple[dg.ExecuteInProcessResult, list[str]]:
    """Warehouse, publication and feedback, of which only the checks are real."""
    runs = tuple(
        ModelRun(m.relation, False, 1, tuple(outcomes(m, severity))) for m in catalogue.models
    )
    published: list[str] = []

    def publish(*_: Any) -> None:
        published.append("release")

    monkeypatch.setattr(room, "build_warehouse", lambda *_, **__: Build(runs, False, {}))
    monkeypatch.setattr(publishing, "publish_warehouse", publish)
    assets = [
        *warehouse_assets(catalogue, settings),
        *publication_assets(catalogue, settings),
        *feedback_assets(catalogue, settings),
    ]
    chosen = dg.AssetSelection.assets(key_of(BROKEN), FIGURE, RELEASE, NEIGHBOUR)
    job = dg.define_asset_job("some", selection=chosen)
    with dg.DagsterInstance.ephemeral() as instance:
        found = dg.Definitions(assets=assets, jobs=[job]).resolve_job_def("some")
        return found.execute_in_process(instance=instance, raise_on_error=False), published


def made(result: dg.ExecuteInProcessResult) -> set[dg.AssetKey | None]:
    return {event.asset_key for event in result.get_asset_materialization_events()}


def test_a_broken_test_of_the_warehouse_stops_publication_and_no_other_room(
    catalogue: Catalogue, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    result, published = night(catalogue, settings, monkeypatch, CheckSeverity.ERROR)
    assert not result.success
    assert published == [] and RELEASE not in made(result)
    assert {key_of(BROKEN), FIGURE, NEIGHBOUR} <= made(result)


def test_a_hint_of_the_warehouse_stops_nothing(
    catalogue: Catalogue, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    result, published = night(catalogue, settings, monkeypatch, CheckSeverity.WARN)
    assert result.success
    assert published == ["release"]


def test_no_check_of_one_provider_blocks(catalogue: Catalogue, settings: Settings) -> None:
    """What a provider sends is held back row by row: its neighbours go on."""
    rooms = [contract_assets, feedback_assets, staging_assets]
    specs = [
        spec
        for assets in (make(catalogue, settings) for make in rooms)
        for one in assets
        for spec in one.check_specs
    ]
    assert specs
    assert [spec.name for spec in specs if spec.blocking] == []


def test_every_test_of_severity_error_in_the_warehouse_blocks_and_no_hint_does(
    catalogue: Catalogue, settings: Settings
) -> None:
    specs = [spec for one in warehouse_assets(catalogue, settings) for spec in one.check_specs]
    assert {spec.blocking for spec in specs} == {True, False}
    for spec in specs:
        assert spec.blocking == (spec.metadata["severity"] == "error"), spec.name
