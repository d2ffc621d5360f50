"""The blast radius of a change: which models, indicators and figures stand downstream of it.

Belongs here: lineage across rooms, from a promised column to a published figure. Does not belong
here: lineage within models (sql/lineage.py), or what changed (contracts/evolution).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl
from sqlglot import exp

from insight_pipeline.contracts.evolution.change import Change, Touches
from insight_pipeline.contracts.promise.contract import Contract, InternalProperties
from insight_pipeline.contracts.staging import accepted_relation
from insight_pipeline.contracts.standing.accounts import accepted_columns
from insight_pipeline.indicators.catalogue import INDICATORS, Catalogue, check_types
from insight_pipeline.indicators.night import FIGURE_RELATION
from insight_pipeline.settings import Settings
from insight_pipeline.sql.lineage import ROWS, Edge, Kind, Node, downstream, lineage
from insight_pipeline.warehouse.sources import (
    CITIZEN,
    CITIZEN_COLUMNS,
    RECORD,
    source_columns,
    warehouse_contracts,
)

EVIDENCE = "feeds.person_evidence"
DECISIONS = "feeds.linkage_decision"
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


@dataclass(frozen=True)
class Impact:
    """What a change touches, in build order.

    columns: relation → its columns made from a changed one. relations: those, and all whose rows a
    changed column decides. relinks: linkage sees other evidence, so that who is one person, and
    with it any figure, may move. waiting: relations that lack rows while deliveries are held.
    """

    columns: Mapping[str, tuple[str, ...]]
    relations: tuple[str, ...]
    waiting: tuple[str, ...]
    relinks: bool

    @property
    def indicators(self) -> tuple[str, ...]:
        return _indicators(self.relations)

    @property
    def waiting_indicators(self) -> tuple[str, ...]:
        return _indicators(self.waiting)

    @property
    def figures(self) -> bool:
        """Whether a published figure may move."""
        touched = FIGURE_RELATION in self.relations or FIGURE_RELATION in self.waiting
        return touched or self.relinks


def _indicators(relations: Iterable[str]) -> tuple[str, ...]:
    listed = [name for name in relations if name.startswith(f"{INDICATORS}.")]
    return tuple(n.removeprefix(f"{INDICATORS}.") for n in listed if n != FIGURE_RELATION)


@dataclass(frozen=True)
class Map:
    """The whole project's lineage, and every relation in build order."""

    edges: tuple[Edge, ...]
    relations: tuple[str, ...]


def project_map(catalogue: Catalogue, settings: Settings) -> Map:
    """Lineage from every accepted dataset to the figures; linkage is where it ends and restarts."""
    columns = {
        **{accepted_relation(c): accepted_columns(c) for c in catalogue.contracts},
        **source_columns(catalogue.internal),
        **check_types(catalogue, settings),
    }
    models = [*catalogue.staging, *catalogue.models]
    edges = [*lineage(models, columns), *_feeds(catalogue, columns), *_sources(catalogue)]
    edges += [edge for name in catalogue.indicators for edge in _figure(name, columns)]
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


def _figure(indicator: str, columns: Mapping[str, Mapping[str, str]]) -> Iterator[Edge]:
    relation = f"{INDICATORS}.{indicator}"
    yield Edge(Node(FIGURE_RELATION, ROWS), Node(relation, ROWS), Kind.ROWS)
    for name in columns[relation]:
        yield Edge(Node(FIGURE_RELATION, name), Node(relation, name), Kind.VALUE)


def impact(contract: Contract, changes: Iterable[Change], known: Map) -> Impact:
    """What the changes of one contract touch."""
    internal = isinstance(contract.properties, InternalProperties)
    root = f"feeds.{contract.stem}" if internal else accepted_relation(contract)
    felt = [c for c in changes if c.verdict in (Touches.BREAKS_CONSUMERS, Touches.BREAKS_PROVIDERS)]
    columns = {Node(root, change.column) for change in felt if change.column}
    # A stricter promise, or one about whole rows, lets other rows through.
    rows = any(c.verdict is Touches.BREAKS_PROVIDERS or c.column is None for c in felt)
    return radius(columns, [Node(root, ROWS)] if rows else [], known)


def radius(columns: Iterable[Node], rows: Iterable[Node], known: Map) -> Impact:
    """What stands downstream of changed columns, and of relations that may lack rows."""
    reached = downstream(known.edges, columns)
    named: dict[str, list[str]] = {}
    for node in sorted(reached):
        named.setdefault(node.relation, []).append(node.column)
    lacking = {node.relation for node in downstream(known.edges, rows)}
    made = {name: tuple(c for c in named.get(name, ()) if c != ROWS) for name in known.relations}
    return Impact(
        columns={relation: cells for relation, cells in made.items() if cells},
        relations=tuple(name for name in known.relations if name in named),
        waiting=tuple(name for name in known.relations if name in lacking),
        relinks=EVIDENCE in named or DECISIONS in named,
    )


def mapped_codes(contract: Contract, catalogue: Catalogue) -> frozenset[str]:
    """Codes our SQL gives a meaning to: those it names, and those of our own code lists."""
    lists = {c.properties.vocabulary for each in catalogue.internal for c in each.columns}
    own = catalogue.vocabularies.filter(pl.col("vocabulary").is_in(sorted(filter(None, lists))))
    named = {
        literal.name
        for model in catalogue.staging
        if accepted_relation(contract) in model.reads
        for literal in model.tree.find_all(exp.Literal)
        if literal.is_string
    }
    return frozenset({*own["code"].to_list(), *named})
