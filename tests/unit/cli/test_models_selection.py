from __future__ import annotations

from pathlib import Path

import pytest

from insight_pipeline.cli import models_selection
from insight_pipeline.cli.models_selection import chosen_models
from insight_pipeline.indicators.catalogue import Catalogue, load_catalogue
from insight_pipeline.indicators.states import Standing, State
from insight_pipeline.settings import Settings
from tests.conftest import ROOT

SETTINGS = Settings(home=ROOT / "home", project=ROOT)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(SETTINGS)


def test_upstream_reaches_from_an_indicator_back_to_staging(catalogue: Catalogue) -> None:
    names = {m.name for m in chosen_models(catalogue, SETTINGS, ["+fct_care_leaver"], [])}
    assert {"fct_care_leaver", "fct_service_event", "stg_kidsfirst__ssda903_episodes"} <= names
    assert "stg_council__contract_spend" not in names


def test_stores_are_looked_at_only_where_changed_is_asked(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[Settings] = []

    def standings(given: Catalogue, settings: Settings) -> dict[str, Standing]:
        asked.append(settings)
        return {"core.dim_area": Standing(State.CHANGED), "core.dim_citizen": Standing(State.NEW)}

    monkeypatch.setattr(models_selection, "standings", standings)
    settings = Settings(home=tmp_path, project=ROOT)
    chosen_models(catalogue, settings, ["core/"], ["dim_area"])
    assert asked == []
    found = chosen_models(catalogue, settings, ["changed"], [])
    assert [model.relation for model in found] == ["core.dim_area", "core.dim_citizen"]
    assert asked == [settings]
    left = chosen_models(catalogue, settings, ["core/"], ["changed"])
    assert "core.dim_area" not in {model.relation for model in left}
