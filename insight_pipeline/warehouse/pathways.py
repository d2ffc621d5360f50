"""From which event somebody is to reach which next service, and by when: pathways.yaml.

Belongs here: that file's shape, and faults in the codes it uses. Does not belong here: who was
picked up (journeys/fct_hand_off.sql).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

import polars as pl
from pydantic import Field, model_validator

from insight_pipeline.kernel.errors import raise_all
from insight_pipeline.kernel.strict import StrictModel, load_yaml
from insight_pipeline.warehouse.reference import (
    UsedCode,
    each_once,
    reference_table,
    unknown_codes,
)

PATHWAYS_FILE = "pathways.yaml"
PATHWAY_COLUMNS = {
    "pathway_code": "VARCHAR",
    "title": "VARCHAR",
    "from_service_code": "VARCHAR",
    "from_event_code": "VARCHAR",
    "from_outcome_code": "VARCHAR",
    "from_detail_code": "VARCHAR",
    "starts": "VARCHAR",
    "to_service_code": "VARCHAR",
    "counts": "VARCHAR",
    "is_another_provider": "BOOLEAN",
    "clock_days": "INTEGER",
    "standard": "VARCHAR",
}
# What shows that the receiving service has taken somebody on; detail_code NULL: whatever it is.
PICKUP_COLUMNS = {"pathway_code": "VARCHAR", "event_code": "VARCHAR", "detail_code": "VARCHAR"}


class Starts(StrEnum):
    """The day a pathway's clock starts."""

    REFERRED = "referred"
    EVENT_START = "event_start"
    EVENT_END = "event_end"


class Counts(StrEnum):
    """Which events of the receiving service count: that start, or that are under way besides."""

    START = "start"
    IN_FORCE = "in_force"


class HandedOn(StrictModel):
    """The events that name or imply a next service; None stands for any code."""

    service_code: str
    event_code: str
    outcome_code: str | None = None
    detail_code: str | None = None
    starts: Starts


class Received(StrictModel):
    """The events that show that the next service has taken somebody on.

    `detail_codes` empty: whatever it is. `another_provider`: the one who hands over does not count.
    """

    service_code: str
    event_codes: tuple[str, ...] = Field(min_length=1)
    detail_codes: tuple[str, ...] = ()
    counts: Counts = Counts.START
    another_provider: bool = False


class Pathway(StrictModel):
    """One way from a service to the next, with the days it may take and who says so."""

    pathway_code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    handed_on: HandedOn = Field(alias="from")
    received: Received = Field(alias="to")
    clock_days: int = Field(gt=0)
    standard: str


class Pathways(StrictModel):
    """The whole of pathways.yaml."""

    pathways: tuple[Pathway, ...]

    @model_validator(mode="after")
    def _each_pathway_once(self) -> Pathways:
        each_once(pathway.pathway_code for pathway in self.pathways)
        return self


def load_pathways(path: Path) -> Pathways:
    """pathways.yaml, or no pathway when there is no such file."""
    return load_yaml(path, Pathways) if path.exists() else Pathways(pathways=())


def known_pathways(contracts: Path, vocabularies: pl.DataFrame) -> Pathways:
    """pathways.yaml of the folder of contracts, with its codes checked (`check_codes`)."""
    path = contracts / PATHWAYS_FILE
    pathways = load_pathways(path)
    check_codes(pathways, vocabularies, path)
    return pathways


def check_codes(pathways: Pathways, vocabularies: pl.DataFrame, path: Path) -> None:
    """InsightError naming every code that its vocabulary does not hold, with the nearest one.

    vocabularies: columns vocabulary and code, as `load_vocabularies` gives them.
    """
    used = (each for pathway in pathways.pathways for each in _codes(pathway, path))
    raise_all(unknown_codes(used, vocabularies, "the pathway would follow nobody"))


def _codes(pathway: Pathway, path: Path) -> Iterable[UsedCode]:
    given, taken = pathway.handed_on, pathway.received
    named = [
        ("from.service_code", "service", given.service_code),
        ("from.event_code", "event", given.event_code),
        ("from.outcome_code", "outcome", given.outcome_code),
        ("from.detail_code", "detail", given.detail_code),
        ("to.service_code", "service", taken.service_code),
        *(("to.event_codes", "event", code) for code in taken.event_codes),
        *(("to.detail_codes", "detail", code) for code in taken.detail_codes),
    ]
    for key, vocabulary, code in named:
        if code is not None:
            yield UsedCode(f"{path}: {pathway.pathway_code}: {key}", vocabulary, code)


def pathway_table(pathways: Pathways) -> pl.DataFrame:
    """reference.pathway: one row per pathway, the columns of PATHWAY_COLUMNS."""
    rows = [
        (
            pathway.pathway_code,
            pathway.title,
            pathway.handed_on.service_code,
            pathway.handed_on.event_code,
            pathway.handed_on.outcome_code,
            pathway.handed_on.detail_code,
            pathway.handed_on.starts.value,
            pathway.received.service_code,
            pathway.received.counts.value,
            pathway.received.another_provider,
            pathway.clock_days,
            pathway.standard.strip(),
        )
        for pathway in pathways.pathways
    ]
    return reference_table(rows, PATHWAY_COLUMNS)


def pickup_table(pathways: Pathways) -> pl.DataFrame:
    """reference.pathway_pickup: one row per pathway, kind of event and detail that counts."""
    rows = [
        (pathway.pathway_code, event_code, detail_code)
        for pathway in pathways.pathways
        for event_code in pathway.received.event_codes
        for detail_code in pathway.received.detail_codes or (None,)
    ]
    return reference_table(rows, PICKUP_COLUMNS)
