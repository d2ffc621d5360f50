from __future__ import annotations

from insight_pipeline.indicators.catalogue import load_catalogue
from insight_pipeline.indicators.figure_types import figure_types
from insight_pipeline.indicators.project_lineage import COUNTED, figure_columns, project_columns
from insight_pipeline.settings import Settings
from tests.conftest import ROOT

SETTINGS = Settings(home=ROOT / "home", project=ROOT)


def test_the_figures_have_every_column_that_lineage_knows_of() -> None:
    catalogue = load_catalogue(SETTINGS)
    known = figure_columns(catalogue, project_columns(catalogue, SETTINGS))
    types = figure_types(catalogue, SETTINGS)
    # A stratum, its population and a sum of squares go into a figure and do not stand in it.
    assert set(known) - types.keys() <= set(COUNTED[2:])
    assert types["numerator"] == "BIGINT" and types["value"].startswith("DECIMAL")
