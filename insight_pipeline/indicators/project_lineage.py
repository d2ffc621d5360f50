"""Lineage across the rooms: from what providers promised to the figures, one graph of columns.

Belongs here: the joints between rooms that no model's SQL says. Does not belong here: lineage
within models (sql/lineage.py), or what a change of a column means (impact.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from insight_pipeline.contracts.staging import accepted_relation
from insight_pipeline.contracts.standing.accounts import accepted_columns
from insight_pipeline.indicators.catalogue import (
    FIGURE_RELATION,
    INDICATORS,
    Catalogue,
    check_types,
)
from insight_pipeline.settings import Settings
from insight_pipeline.sql.dry_run import Columns
from insight_pipeline.sql.header import Materialised
from insight_pipeline.sql.lineage import ROWS, Edge, Kind, Node, lineage
from insight_pipeline.sql.model import Model
from insight_pipeline.warehouse.sources import (
    CITIZEN,
    CITIZEN_COLUMNS,
    EVENTS,
    RECORD,
    source_columns,
    warehouse_contracts,
)

EVIDENCE = "feeds.person_evidence"
# What the single view knows of a citizen, and the column of each feed it comes from.
CITIZEN_FACTS = {
    "birth_month": (Node(EVIDENCE, "birth_date"),),
    "sex_code": (Node(EVIDENCE, "sex_code"),),
    "death_date": (Node(EVIDENCE, "death_date"),),
    "area_code": (
        Node(EVIDENCE, "postcode"),
        Node("feeds.area_lookup", "postcode"),
        Node("feeds.area_lookup", "area_code"),
    ),
}
# What dates the versions of a history, and the columns that hold such dates.
DAY = Node("reference.feed_period", "period_to")
DATED = ("valid_from", "valid_to")
# What rows are counted by before and after linkage, and the column of the events it comes from.
LINKAGE_RATE_KEYS = {
    "service_code": "service_code",
    "provider_id": "provider_id",
    "month": "event_from_date",
}
# What the figure step works out, from columns of the measures and from the tables beside them.
COUNTED = ("numerator", "denominator", "stratum", "stratum_population", "sum_of_squares")
WORKED_OUT = ("basis", "spread", "value", "lower95", "upper95", "lower998", "upper998")
FIGURE_FACTS = {
    "area_name": (Node("core.dim_area", "area_code"), Node("core.dim_area", "area_name")),
    "linkage_rate": (
        Node("internal.linkage_rate", "month"),
        Node("internal.linkage_rate", "rows_linked"),
        Node("internal.linkage_rate", "rows_received"),
    ),
    "coverage": (
        Node("core.dim_provider_reporting", "reported_from"),
        Node("core.dim_provider_reporting", "reported_to"),
        Node("reference.service_contract", "from_date"),
        Node("reference.service_contract", "to_date"),
    ),
    "is_not_mature": (
        Node("core.dim_service_reporting", "reported_from"),
        Node("core.dim_service_reporting", "reported_to"),
    ),
}


@dataclass(frozen=True)
class Map:
    """The whole project's lineage, and every relation in build order."""

    edges: tuple[Edge, ...]
    relations: tuple[str, ...]


def project_columns(catalogue: Catalogue, settings: Settings) -> dict[str, Columns]:
    """Relation → its columns and their types, from accepted datasets to indicators."""
    return {
        **{accepted_relation(c): accepted_columns(c) for c in catalogue.contracts},
        **{f"feeds.{c.stem}": c.physical_columns for c in catalogue.internal},
        **source_columns(catalogue.internal),
        **check_types(catalogue, settings),
    }


def figure_columns(catalogue: Catalogue, columns: Mapping[str, Columns]) -> tuple[str, ...]:
    """Columns of the figures whose lineage is known, in the order they are found."""
    counted = [name for each in catalogue.indicators for name in columns[f"{INDICATORS}.{each}"]]
    return tuple(dict.fromkeys([*counted, *WORKED_OUT, *FIGURE_FACTS]))


def project_map(
    catalogue: Catalogue, settings: Settings, about: Collection[str] | None = None
) -> Map:
    """Lineage from every accepted dataset to the figures; linkage is where it ends and restarts.

    `about`: the relations whose models are read, where the others are not asked for.
    """
    columns = project_columns(catalogue, settings)
    models = [
        model
        for model in (*catalogue.staging, *catalogue.models)
        if about is None or model.relation in about
    ]
    edges = [*lineage(models, columns), *_feeds(catalogue, columns), *_sources(catalogue)]
    edges += [edge for name in catalogue.indicators for edge in _figure(name, columns)]
    edges += [*_beside(columns), *_days(models)]
    staged = [model.relation for model in catalogue.staging]
    feeds = [f"feeds.{contract.stem}" for contract in catalogue.internal]
    made = [model.relation for model in catalogue.models]
    return Map(
        tuple(edges), (*staged, *feeds, *source_columns(catalogue.internal), *made, FIGURE_RELATION)
    )


def _feeds(catalogue: Catalogue, columns: Mapping[str, Mapping[str, str]]) -> Iterator[Edge]:
    """A feed is the union by name of the staging models that say they feed it."""
    for contract in catalogue.internal:
        feed = f"feeds.{contract.stem}"
        for model in catalogue.feeders(contract):
            yield Edge(Node(feed, ROWS), Node(model.relation, ROWS), Kind.ROWS)
            for name in contract.physical_columns:
                if name in columns[model.relation]:
                    yield Edge(Node(feed, name), Node(model.relation, name), Kind.VALUE)


def _sources(catalogue: Catalogue) -> Iterator[Edge]:
    """Feeds as the warehouse sees them; the record there is a citizen, whom linkage found."""
    for contract in warehouse_contracts(catalogue.internal):
        feed, source = f"feeds.{contract.stem}", f"internal.{contract.stem}"
        yield Edge(Node(source, ROWS), Node(feed, ROWS), Kind.ROWS)
        for name in contract.physical_columns:
            inside = CITIZEN if name == RECORD else name
            yield Edge(Node(source, inside), Node(feed, name), Kind.VALUE)
    for name in CITIZEN_COLUMNS:
        for fact in CITIZEN_FACTS.get(name, ()):
            yield Edge(Node("internal.citizen", name), fact, Kind.VALUE)
    # Rows are counted by service, provider and month, before and after linkage.
    events, rate = f"feeds.{EVENTS}", "internal.linkage_rate"
    for key, of in LINKAGE_RATE_KEYS.items():
        yield Edge(Node(rate, key), Node(events, of), Kind.VALUE)
    for name in ("rows_received", "rows_linked"):
        yield Edge(Node(rate, name), Node(events, ROWS), Kind.VALUE)


def _figure(indicator: str, columns: Mapping[str, Mapping[str, str]]) -> Iterator[Edge]:
    relation = f"{INDICATORS}.{indicator}"
    yield Edge(Node(FIGURE_RELATION, ROWS), Node(relation, ROWS), Kind.ROWS)
    for name in columns[relation]:
        yield Edge(Node(FIGURE_RELATION, name), Node(relation, name), Kind.VALUE)
    for name in WORKED_OUT:
        for counted in COUNTED:
            if counted in columns[relation]:
                yield Edge(Node(FIGURE_RELATION, name), Node(relation, counted), Kind.VALUE)


def _days(models: Iterable[Model]) -> Iterator[Edge]:
    """Versions of a history are dated by the last day that deliveries cover."""
    for model in models:
        if model.header.materialised is Materialised.SNAPSHOT:
            for name in DATED:
                yield Edge(Node(model.relation, name), DAY, Kind.VALUE)


def _beside(columns: Mapping[str, Mapping[str, str]]) -> Iterator[Edge]:
    """What stands beside the counts of every indicator, as far as this project has it."""
    for name, facts in FIGURE_FACTS.items():
        for fact in facts:
            if fact.column in columns.get(fact.relation, ()):
                yield Edge(Node(FIGURE_RELATION, name), fact, Kind.VALUE)
