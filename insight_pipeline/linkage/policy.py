"""data_contracts/linkage.yaml: what people, not the data, decide about linking.

Belongs here: the file's keys and reading it. Does not belong here: anything estimated (model).
"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from insight_pipeline.kernel.strict import StrictModel, load_yaml


class LinkagePolicy(StrictModel):
    """Bits are match weight (log2 of a likelihood ratio with the prior)."""

    reviewers_required: int = Field(ge=1, le=3)
    review_band_bits: float = Field(gt=0, le=20)
    hysteresis_bits: float = Field(ge=0, le=20)
    hysteresis_nights: int = Field(ge=1, le=90)
    churn_limit_percent: float = Field(gt=0, le=100)
    communal_people: int = Field(ge=3, le=1000)
    draws: int = Field(ge=2, le=200)


FILE = "linkage.yaml"


def load_linkage_policy(path: Path) -> LinkagePolicy:
    """The policy, or an InsightError that names every key which is missing, misspelt or wrong."""
    return load_yaml(path, LinkagePolicy)
