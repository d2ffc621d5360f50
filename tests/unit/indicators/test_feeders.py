"""The contracts behind an indicator, found through every model between."""

from __future__ import annotations

import pytest

from insight_pipeline.indicators.catalogue import Catalogue, load_catalogue
from insight_pipeline.indicators.feeders import find_feeders
from insight_pipeline.settings import Settings
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return load_catalogue(Settings(home=tmp_path_factory.mktemp("home"), project=ROOT))


def _stems(catalogue: Catalogue, indicator: str, *, is_event: bool) -> set[str]:
    feeders = find_feeders(catalogue, indicator)
    return {feeder.contract.stem for feeder in feeders if feeder.is_event is is_event}


def test_events_come_from_providers_of_the_services_it_names_alone(catalogue: Catalogue) -> None:
    stems = _stems(catalogue, "homeless_to_treatment_21d", is_event=True)
    providers = {stem.partition("__")[0] for stem in stems}
    assert providers == {"homestead", "newleaf", "recoverwell"}


def test_a_rate_of_residents_is_counted_from_the_estimates_as_well(catalogue: Catalogue) -> None:
    estimates = "council__population_estimates"
    assert estimates in _stems(catalogue, "asc_care_home_65", is_event=False)
    assert estimates not in _stems(catalogue, "homeless_to_treatment_21d", is_event=False)


def test_the_staging_model_between_reads_the_contract_and_every_indicator_has_one(
    catalogue: Catalogue,
) -> None:
    for indicator in catalogue.indicators:
        feeders = list(find_feeders(catalogue, indicator))
        assert feeders, indicator
        for feeder in feeders:
            assert feeder.model.schema == "staging"
            assert f"accepted.{feeder.contract.stem}" in feeder.model.reads
