"""What relations that no model makes are made of: the joints between the rooms.

Belongs here: one step from relation to relation, as the picture, selection and lineage follow it.
Does not belong here: columns (project_lineage.py) or the models' own reads (sql/model.py).
"""

from __future__ import annotations

from collections.abc import Collection

from insight_pipeline.indicators.catalogue import FIGURE_RELATION, INDICATORS, Catalogue
from insight_pipeline.indicators.project_lineage import CITIZEN_FACTS, DAY, FIGURE_FACTS
from insight_pipeline.sql.header import Materialised
from insight_pipeline.sql.model import Model
from insight_pipeline.warehouse.sources import EVENTS, REFERENCE_COLUMNS, warehouse_contracts

CITIZENS = "internal.citizen"
COUNTED_BY_LINKAGE = ("internal.linkage_rate", "internal.linkage_draw")


def made_of(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Relation → relations it is made of, for feeds, sources and figures.

    A feed is made of the staging models that say they feed it; a source of the warehouse of its
    feed; citizens of what linkage sees and what is known of them; figures of all
    indicators and what stands beside them.
    """
    feeds = {
        f"feeds.{contract.stem}": tuple(model.relation for model in catalogue.feeders(contract))
        for contract in catalogue.internal
    }
    inside = warehouse_contracts(catalogue.internal)
    sources = {f"internal.{contract.stem}": (f"feeds.{contract.stem}",) for contract in inside}
    known_of_citizens = {node.relation for facts in CITIZEN_FACTS.values() for node in facts}
    hidden = feeds.keys() - {feed for (feed,) in sources.values()}
    linked = tuple(sorted(hidden | known_of_citizens & feeds.keys()))
    counted = dict.fromkeys(COUNTED_BY_LINKAGE, (f"feeds.{EVENTS}", *sorted(hidden)))
    made = {**feeds, **sources, CITIZENS: linked, **counted}
    return {**made, FIGURE_RELATION: _figures(catalogue, made)}


def _figures(catalogue: Catalogue, made: Collection[str]) -> tuple[str, ...]:
    """Every indicator, then what stands beside the counts, as far as this project has it."""
    models = [model.relation for model in catalogue.models]
    beside = {node.relation for facts in FIGURE_FACTS.values() for node in facts}
    known = beside & {*models, *made, *REFERENCE_COLUMNS}
    measures = (m.relation for m in catalogue.models if m.schema == INDICATORS)
    return (*measures, *sorted(known))


def reads(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Every relation → the relations it is made from, models' reads and the joints together."""
    models = (*catalogue.staging, *catalogue.models)
    return {**made_of(catalogue), **{model.relation: _reads(model) for model in models}}


def _reads(model: Model) -> tuple[str, ...]:
    """A snapshot's versions are dated by the last day the data reach."""
    dated = model.header.materialised is Materialised.SNAPSHOT
    return tuple(sorted({*model.reads, DAY.relation})) if dated else model.reads
