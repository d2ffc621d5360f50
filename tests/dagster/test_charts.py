"""Charts are metadata; one that cannot be drawn stops nothing and quotes nothing."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from insight_pipeline.defs.charts import KEY, charts
from insight_pipeline.defs.contracts import contract_assets
from insight_pipeline.defs.feed_checks import VOLUME
from insight_pipeline.defs.landing import landing_assets
from insight_pipeline.defs.warehouse_metadata import told_by
from insight_pipeline.indicators.catalogue import load_catalogue
from insight_pipeline.operations.charts.picture import Picture
from insight_pipeline.settings import Settings
from tests.conftest import ROOT

QUOTED = "Jane Canary-Featherstone"


def fails() -> list[Picture | None]:
    raise ValueError(QUOTED)


def test_a_picture_that_cannot_be_drawn_says_the_kind_of_its_failure_and_no_value() -> None:
    assert charts(fails)[KEY].value == "could not be drawn: ValueError"


def test_nothing_to_draw_is_no_entry() -> None:
    assert charts(lambda: [None]) == {}


def test_pictures_stand_in_one_entry_as_images_with_words() -> None:
    shown = charts(lambda: [Picture("One", "Found.", "<svg/>"), None])[KEY]
    assert isinstance(shown, dg.MarkdownMetadataValue)
    assert "![One. Found.](data:image/svg+xml;base64," in str(shown.value)


@pytest.fixture(scope="module")
def empty_night(tmp_path_factory: pytest.TempPathFactory) -> dg.ExecuteInProcessResult:
    """Landing and contracts of a home into which nothing ever came."""
    settings = Settings(home=tmp_path_factory.mktemp("home"), project=ROOT)
    catalogue = load_catalogue(settings)
    with dg.DagsterInstance.ephemeral() as instance:
        return dg.materialize(
            [*landing_assets(catalogue, settings), *contract_assets(catalogue, settings)],
            instance=instance,
        )


def test_a_feed_that_never_came_has_a_calendar_that_says_so_and_a_usual_volume(
    empty_night: dg.ExecuteInProcessResult,
) -> None:
    made = [
        event.materialization
        for event in empty_night.get_asset_materialization_events()
        if event.materialization.asset_key.path[0] == "accepted"
    ]
    assert made
    for one in made:
        assert "nothing has arrived yet" in str(one.metadata[KEY].value), one.asset_key
        assert str(one.metadata["feedback_page"].value).endswith("/index.html")
    volumes = [
        check for check in empty_night.get_asset_check_evaluations() if check.check_name == VOLUME
    ]
    assert len(volumes) == len(made)
    assert all(check.passed and check.metadata["deliveries"].value == 0 for check in volumes)


def test_without_a_warehouse_an_indicator_has_its_page_and_no_chart(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", project=ROOT)
    catalogue = load_catalogue(settings)
    name = next(iter(catalogue.indicators))
    about = told_by(catalogue, settings, {}).about(f"indicators.{name}")
    assert KEY not in about
    assert str(about["report_page"].value).endswith(f"/latest/site/indicators/{name}.html")


def test_a_warehouse_that_cannot_be_read_costs_the_charts_and_not_the_night(
    tmp_path: Path,
) -> None:
    settings = Settings(home=tmp_path, project=ROOT)
    settings.warehouse.write_bytes(b"not a database")
    catalogue = load_catalogue(settings)
    assert "fingerprint" not in told_by(catalogue, settings, {}).about("core.dim_citizen")
