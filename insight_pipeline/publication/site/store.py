"""A whole release in memory, and how pages find what they need in it.

Belongs here: finding records. Does not belong here: their shapes (records.py), reading them from
indicators.duckdb (reading.py), or any wording.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from insight_pipeline.indicators.roles import Role
from insight_pipeline.publication.site.alert_records import Alert
from insight_pipeline.publication.site.change_records import ContractChange
from insight_pipeline.publication.site.dictionary_records import Relation
from insight_pipeline.publication.site.gap_records import DuplicationCost, Vacuum
from insight_pipeline.publication.site.pathway_records import Pathway
from insight_pipeline.publication.site.provider_records import (
    Area,
    Card,
    IndicatorService,
    Provider,
    Reporting,
    Service,
)
from insight_pipeline.publication.site.records import Caveat, Figure, Indicator, Release, Series
from insight_pipeline.publication.site.revision_records import Change, Correction, Revision
from insight_pipeline.publication.site.spend_records import ThemeSpend, UnitCost


@dataclass(frozen=True)
class Store:
    """A whole release in memory; what is found in it comes in a fixed order."""

    release: Release
    releases: tuple[str, ...]  # all that were made, this one last
    indicators: tuple[Indicator, ...]
    series: tuple[Series, ...]
    services: tuple[Service, ...]
    indicator_services: tuple[IndicatorService, ...]
    providers: tuple[Provider, ...]
    areas: tuple[Area, ...]
    cards: tuple[Card, ...]
    revisions: tuple[Revision, ...]
    corrections: tuple[Correction, ...]
    changes: tuple[Change, ...]
    caveats: tuple[Caveat, ...]
    relations: tuple[Relation, ...]
    files: tuple[str, ...]  # that stand beside the site, and the query page if there is one
    reporting: tuple[Reporting, ...] = ()
    contract_changes: tuple[ContractChange, ...] = ()
    theme_spends: tuple[ThemeSpend, ...] = ()
    unit_costs: tuple[UnitCost, ...] = ()
    alerts: tuple[Alert, ...] = ()
    vacuums: tuple[Vacuum, ...] = ()
    duplication_costs: tuple[DuplicationCost, ...] = ()
    pathways: tuple[Pathway, ...] = ()

    @cached_property
    def borough(self) -> Area:
        """The area that totals are about."""
        return next(area for area in self.areas if area.area_type == "borough")

    @cached_property
    def themes(self) -> dict[str, str]:
        """Code → theme in words, by words."""
        found = {each.theme_code: each.theme for each in self.indicators}
        return dict(sorted(found.items(), key=lambda item: (item[1], item[0])))

    @property
    def has_query_page(self) -> bool:
        return any(name.endswith("explore/index.html") for name in self.files)

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(figure for series in self.series for figure in series.figures)

    @cached_property
    def _by_series(self) -> dict[str, Series]:
        return {each.series_id: each for each in self.series}

    def series_of(self, indicator_id: str, breakdown_type: str) -> tuple[Series, ...]:
        """All series of one kind of breakdown, as total or area."""
        return tuple(
            each
            for each in self.series
            if (each.indicator_id, each.breakdown_type) == (indicator_id, breakdown_type)
        )

    def latest_period(self, indicator_id: str) -> date | None:
        """First day of the latest period whose follow-up could all be seen, as latest_figures."""
        days = (
            figure.period_from
            for each in self.series
            if each.indicator_id == indicator_id
            for figure in each.complete
        )
        return max(days, default=None)

    def total(self, indicator_id: str) -> Series | None:
        return self._by_series.get(indicator_id)

    def indicator(self, indicator_id: str) -> Indicator:
        return next(each for each in self.indicators if each.indicator_id == indicator_id)

    def of_role(self, role: Role) -> Indicator | None:
        """The indicator that plays the role; None where none does."""
        return next((each for each in self.indicators if each.role == role), None)

    def provider_name(self, provider_id: str) -> str:
        names = {each.provider_id: each.provider_name for each in self.providers}
        return names.get(provider_id, provider_id)

    def services_of(self, indicator_id: str) -> tuple[IndicatorService, ...]:
        """The services an indicator is about, the one of its cohort first."""
        return tuple(each for each in self.indicator_services if each.indicator_id == indicator_id)

    def caveats_of(self, indicator_id: str) -> tuple[Caveat, ...]:
        return tuple(each for each in self.caveats if each.indicator_id == indicator_id)

    def revisions_of(self, indicator_id: str) -> tuple[Revision, ...]:
        return tuple(each for each in self.revisions if each.indicator_id == indicator_id)
