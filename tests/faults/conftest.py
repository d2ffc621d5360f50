"""What the fault tests share: the catalogue, and two undisturbed nights to start from."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from insight_pipeline.indicators.catalogue import Catalogue
from tests.faults.worlds import Stage, Step, two_nights, whole_catalogue


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return whole_catalogue()


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Mapping[Step, Stage]:
    """Every step of both nights; nobody changes the homes they start from."""
    folder = tmp_path_factory.mktemp("nights")
    return {stage.step: stage for stage in two_nights(folder, catalogue)}
