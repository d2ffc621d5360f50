"""Simulated boroughs, made once and only read by the tests."""

from __future__ import annotations

from dataclasses import replace

import pytest

from insight_pipeline.simulation import dirt_rates
from insight_pipeline.simulation.borough import simulate
from insight_pipeline.simulation.feeds import merebank
from tests.unit.simulation.drops_read import Borough
from tests.unit.simulation.oracle import Oracle

SMALL = 1_200


@pytest.fixture(scope="session")
def borough(tmp_path_factory: pytest.TempPathFactory) -> Borough:
    """A small borough over the whole thirty months."""
    folder = tmp_path_factory.mktemp("borough")
    simulate(folder / "inbox", folder / "truth", citizens=SMALL)
    return Borough(folder / "inbox", folder / "truth")


@pytest.fixture(scope="session")
def clean_dates_borough(tmp_path_factory: pytest.TempPathFactory) -> Borough:
    """A small borough in whose files every event can be placed in time, and none is left out."""
    folder = tmp_path_factory.mktemp("clean_dates")
    with pytest.MonkeyPatch.context() as patch:
        for feed, dirt in dirt_rates.DIRT.items():
            patch.setitem(dirt_rates.DIRT, feed, replace(dirt, impossible_date=0.0))
        patch.setattr(merebank, "NO_READY_DATE", 0.0)
        simulate(folder / "inbox", folder / "truth", citizens=SMALL, seed=5)
    return Borough(folder / "inbox", folder / "truth")


@pytest.fixture(scope="session")
def oracle(clean_dates_borough: Borough) -> Oracle:
    """What can be counted in it by plain loops."""
    return Oracle(clean_dates_borough)
