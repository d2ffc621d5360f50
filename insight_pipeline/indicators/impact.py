"""The blast radius of a change: which models, indicators and figures stand downstream of it.

Belongs here: what a change touches. Does not belong here: lineage across rooms
(project_lineage.py) or within models (sql/lineage.py), or what changed (contracts/evolution).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl
from sqlglot import exp

from insight_pipeline.contracts.evolution.change import Change, Touches
from insight_pipeline.contracts.promise.contract import Contract, InternalProperties
from insight_pipeline.contracts.staging import accepted_relation
from insight_pipeline.indicators.catalogue import FIGURE_RELATION, INDICATORS, Catalogue
from insight_pipeline.indicators.project_lineage import EVIDENCE, Map
from insight_pipeline.sql.lineage import ROWS, Node, downstream

DECISIONS = "feeds.linkage_decision"


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
