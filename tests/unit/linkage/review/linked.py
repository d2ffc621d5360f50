"""A home with a real identity store, linked from a made-up town, and the canary nobody may tell."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from insight_pipeline.linkage.link import link
from insight_pipeline.linkage.summary import LinkageInputs
from insight_pipeline.settings import Settings
from tests.conftest import ROOT
from tests.linkage.making import Row, person, town, write_evidence

CANARY = "Zyxquandrel"
CANARIES = (CANARY, "ZYXQUANDREL", "zyxquandrel", "Quibblewort", "QUIBBLEWORT", "7003")
NUMBER = {"trusted_ids": ["nhs_number:9990000018"]}


def rows(households: int = 40) -> list[Row]:
    """A town, and two records of the canary that may or may not be one person."""
    born = date(1961, 5, 4)
    home = {"address_line": "77 Quibblewort Mews", "postcode": "ZA7 7QZ", "sex_code": "F"}
    moved = {"address_line": "3 Alder Street", "postcode": "ZA1 1AA", "sex_code": "M"}
    return [
        *town(households, seed=11),
        person("north:7003a", CANARY, "Orbwickd", born, **home),
        person("south:7003b", CANARY, "Orbwicksond", born.replace(day=5), **moved),
        person("north:5001", "Wilf", "Ashbury", date(1950, 2, 3), **NUMBER),
        person("south:5002", "Marta", "Belcombe", date(1950, 2, 3), **NUMBER),
    ]


def linked_home(folder: Path, evidence: list[Row] | None = None) -> Settings:
    """Settings of a home whose store holds these rows; the project is the repository's own."""
    settings = Settings(home=folder / "home", project=ROOT)
    path = write_evidence(folder / "evidence.parquet", evidence or rows())
    link(path, settings.identity, LinkageInputs(), settings)
    return settings
