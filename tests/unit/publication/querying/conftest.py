"""The sample of two releases, and the settings of its home."""

from __future__ import annotations

import pytest

from insight_pipeline.settings import Settings
from tests.conftest import ROOT
from tests.unit.publication.database import conftest as database

Sample = database.Sample
sample = database.sample


@pytest.fixture
def home(sample: Sample) -> Settings:
    return Settings(home=sample.second.parents[1], project=ROOT)
