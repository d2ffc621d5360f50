"""Which outcome themes the spend of a service goes to, and in what shares: spend_themes.yaml.

Belongs here: that file's shape, and faults in the codes it uses. Does not belong here: the money
itself (journeys/fct_theme_spend.sql).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from pathlib import Path

import polars as pl
from pydantic import Field, model_validator

from insight_pipeline.kernel.errors import Fault, nearest, raise_all
from insight_pipeline.kernel.strict import StrictModel, load_yaml
from insight_pipeline.warehouse.reference import each_once, reference_table
from insight_pipeline.warehouse.services import Services

SPEND_THEMES_FILE = "spend_themes.yaml"
THEMES = "outcome_theme"
SPEND_SHARE_COLUMNS = {
    "service_code": "VARCHAR",
    "theme_code": "VARCHAR",
    "share": "DECIMAL(5,4)",
}
DECIMALS = 4


class SplitService(StrictModel):
    """One service: theme code to the share of its spend that goes there.

    note: why it is split so. source: who decided it, and where that is written.
    """

    service_code: str
    shares: Mapping[str, float] = Field(min_length=1)
    note: str = Field(min_length=1)
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _adds_up_to_one(self) -> SplitService:
        shares = [Decimal(str(share)) for share in self.shares.values()]
        if not all(0 < share <= 1 for share in shares):
            raise ValueError("shares: each is more than 0 and at most 1")
        if any(share != round(share, DECIMALS) for share in shares):
            raise ValueError(f"shares: at most {DECIMALS} decimals")
        if sum(shares) != 1:
            raise ValueError(f"shares: they add up to {sum(shares)}, not to 1")
        return self


class SpendThemes(StrictModel):
    """The whole of spend_themes.yaml."""

    services: tuple[SplitService, ...]

    @model_validator(mode="after")
    def _each_service_once(self) -> SpendThemes:
        each_once(each.service_code for each in self.services)
        return self


def load_spend_themes(path: Path) -> SpendThemes:
    """spend_themes.yaml, or no shares at all when there is no such file."""
    return load_yaml(path, SpendThemes) if path.exists() else SpendThemes(services=())


def known_spend_themes(
    contracts: Path, services: Services, vocabularies: pl.DataFrame
) -> SpendThemes:
    """spend_themes.yaml of the folder of contracts, checked (`check_spend_themes`)."""
    path = contracts / SPEND_THEMES_FILE
    themes = load_spend_themes(path)
    check_spend_themes(themes, services, vocabularies, path)
    return themes


def check_spend_themes(
    themes: SpendThemes, services: Services, vocabularies: pl.DataFrame, path: Path
) -> None:
    """An InsightError names unknown services and themes, and services paid for but not split.

    vocabularies: all code lists, with columns vocabulary and code. A project without the file has
    no pooled budget, and nothing is asked of it.
    """
    known = vocabularies.filter(pl.col("vocabulary") == THEMES)["code"].to_list()
    titles = {service.service_code for service in services.services}
    faults = [
        *(_unknown(path, each.service_code, titles, "a service of services.yaml")
          for each in themes.services if each.service_code not in titles),
        *(_unknown(path, code, known, f"a code of vocabularies/{THEMES}.csv")
          for each in themes.services for code in each.shares if code not in known),
        *(_left_out(themes, services, path) if themes.services else ()),
    ]  # fmt: skip
    raise_all(faults)


def _unknown(path: Path, found: str, known: Collection[str], expected: str) -> Fault:
    return Fault(
        where=str(path),
        expected=expected,
        found=f"'{found}'",
        consequence="nothing runs",
        next_step=nearest(found, known),
    )


def _left_out(themes: SpendThemes, services: Services, path: Path) -> Iterable[Fault]:
    split = {each.service_code for each in themes.services}
    for service in services.services:
        is_paid = any(contract.annual_price_gbp for contract in service.contracts)
        if is_paid and service.service_code not in split:
            yield Fault(
                where=str(path),
                expected="every service that services.yaml says is paid for",
                found=f"no shares for '{service.service_code}'",
                consequence="its spend would stand under no outcome; nothing runs",
                next_step="add the service with its shares, a note and a source",
            )


def spend_shares(themes: SpendThemes) -> pl.DataFrame:
    """reference.spend_share: one row per service and theme."""
    rows = [
        (each.service_code, code, share)
        for each in themes.services
        for code, share in sorted(each.shares.items())
    ]
    return reference_table(rows, SPEND_SHARE_COLUMNS)
