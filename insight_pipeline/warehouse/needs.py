"""Which events show a need, what shows that it was met, and which assess it: needs.yaml.

Belongs here: that file's shape, and faults in the codes it uses. Does not belong here: whose need
was met (journeys/fct_need.sql), or the tables made of the file (need_tables.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

import polars as pl
from pydantic import Field, model_validator

from insight_pipeline.kernel.errors import raise_all
from insight_pipeline.kernel.strict import StrictModel, load_yaml
from insight_pipeline.warehouse.reference import UsedCode, each_once, unknown_codes

NEEDS_FILE = "needs.yaml"


class Seen(StrEnum):
    """The day on which a sign shows the need."""

    REFERRED = "referred"
    EVENT_START = "event_start"
    EVENT_END = "event_end"


class Sign(StrictModel):
    """Events that show the need; None stands for any code and any age."""

    service_code: str
    event_code: str
    detail_code: str | None = None
    outcome_code: str | None = None
    to_service_code: str | None = None
    from_age: int | None = Field(default=None, ge=0)
    starts: Seen

    @model_validator(mode="after")
    def _says_where_to(self) -> Sign:
        if self.starts is Seen.REFERRED and self.to_service_code is None:
            raise ValueError("starts: referred needs to_service_code")
        return self


class Reached(StrictModel):
    """Events of the service meant to meet the need that show it did."""

    event_code: str
    detail_code: str | None = None


class Assessed(StrictModel):
    """Events that assess the need."""

    service_code: str
    event_code: str
    detail_code: str | None = None


class UnitCost(StrictModel):
    """What one assessment costs, as a range in pounds."""

    low: int = Field(ge=0)
    central: int = Field(ge=0)
    high: int = Field(ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> UnitCost:
        if not self.low <= self.central <= self.high:
            raise ValueError("unit_cost_gbp: low, central and high are not in order")
        return self


class Duplication(StrictModel):
    """What assesses the need, within how many days a second one repeats, and what it costs."""

    window_days: int = Field(gt=0)
    assessments: tuple[Assessed, ...] = Field(min_length=2)
    unit_cost_gbp: UnitCost
    cost_source: str = Field(min_length=1)


class Need(StrictModel):
    """A need, its signs, and the service meant to meet it within so many days."""

    need_code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    service_code: str
    within_days: int = Field(gt=0)
    signs: tuple[Sign, ...] = Field(min_length=1)
    met_by: tuple[Reached, ...] = Field(min_length=1)
    duplication: Duplication | None = None


class Flags(StrictModel):
    """When too few are reached to be chance; `chance` is one-sided, each of two looks a quarter."""

    gap_share: float = Field(gt=0, lt=1)
    remnant_share: float = Field(gt=0, lt=1)
    fewest_people: int = Field(gt=0)
    chance: float = Field(gt=0, lt=0.05)
    note: str = Field(min_length=1)


class Needs(StrictModel):
    """The whole of needs.yaml."""

    flags: Flags | None = None
    needs: tuple[Need, ...]

    @model_validator(mode="after")
    def _each_need_once(self) -> Needs:
        each_once(need.need_code for need in self.needs)
        if self.needs and self.flags is None:
            raise ValueError("flags: needs are not judged without it")
        return self


def load_needs(path: Path) -> Needs:
    """needs.yaml, or no need when there is no such file."""
    return load_yaml(path, Needs) if path.exists() else Needs(needs=())


def known_needs(contracts: Path, vocabularies: pl.DataFrame) -> Needs:
    """needs.yaml of the folder of contracts, with its codes checked (`check_need_codes`)."""
    path = contracts / NEEDS_FILE
    needs = load_needs(path)
    check_need_codes(needs, vocabularies, path)
    return needs


def check_need_codes(needs: Needs, vocabularies: pl.DataFrame, path: Path) -> None:
    """InsightError naming every code that its vocabulary does not hold, with the nearest one.

    vocabularies: columns vocabulary and code, as `load_vocabularies` gives them.
    """
    used = (each for need in needs.needs for each in _codes(need, path))
    raise_all(unknown_codes(used, vocabularies, "the need would be seen or met for nobody"))


def _codes(need: Need, path: Path) -> Iterable[UsedCode]:
    where = f"{path}: {need.need_code}"
    yield UsedCode(f"{where}: service_code", "service", need.service_code)
    parts: list[tuple[str, StrictModel]] = [("signs", sign) for sign in need.signs]
    parts += [("met_by", reached) for reached in need.met_by]
    if need.duplication:
        parts += [("duplication.assessments", each) for each in need.duplication.assessments]
    for key, part in parts:
        for name, code in part.model_dump(mode="json", exclude_none=True).items():
            if name.endswith("_code"):
                vocabulary = name.removeprefix("to_").removesuffix("_code")
                yield UsedCode(f"{where}: {key}.{name}", vocabulary, str(code))
