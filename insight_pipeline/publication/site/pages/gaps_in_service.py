"""Needs that are seen and not met, ward by ward, and assessments that are made twice.

Belongs here: what stands on that page. Does not belong here: charts and tables (gap_exhibits.py),
or what is flagged (publication/gaps.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from insight_pipeline.indicators.roles import Role
from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.exhibits import Exhibit
from insight_pipeline.publication.site.frame import Page, page
from insight_pipeline.publication.site.gap_exhibits import (
    cost_table,
    demand_exhibit,
    flagged,
    vacuum_table,
)
from insight_pipeline.publication.site.outcomes import caveats_of, shorthands
from insight_pipeline.publication.site.over_time import course
from insight_pipeline.publication.site.records import Indicator
from insight_pipeline.publication.site.store import Store

NAVIGATION = (22, "Gaps in service", "gaps-in-service.html")


def pages(store: Store) -> Iterator[Page]:
    met, twice = store.of_role(Role.NEEDS_MET), store.of_role(Role.DUPLICATED)
    wards = store.series_of(met.indicator_id, "area") if met else ()
    vacuums, costs = store.vacuums, store.duplication_costs
    marks = [*(each.shorthand for each in vacuums), *(each.shorthand for each in costs)]
    yield page(
        "gaps-in-service.html",
        "gaps_in_service.html",
        store,
        title="Gaps in service",
        demand=demand_exhibit(met, wards) if met else None,
        flags=flagged(vacuums),
        table=vacuum_table(vacuums),
        withheld=sum(each.is_flagged is None for each in vacuums),
        judged=sum(each.is_flagged is not None for each in vacuums),
        rate=max((each.false_alarm_rate for each in vacuums), default=0),
        gap_pct=max((round(100 * each.gap_share) for each in vacuums), default=0),
        twice=_course(store, twice),
        costs=cost_table(costs),
        sources=tuple(dict.fromkeys(each.cost_source for each in costs)),
        caveats=caveats_of(store, [each for each in (met, twice) if each]),
        symbols=words.symbols([*shorthands(wards), *marks]),
    )


def _course(store: Store, indicator: Indicator | None) -> Exhibit | None:
    series = store.total(indicator.indicator_id) if indicator else None
    return course(store, indicator, series) if indicator and series else None
