"""Which columns each column is made from, as the Dagster UI shows it.

Belongs here: edges as Dagster's metadata. Does not belong here: the edges themselves
(sql/lineage.py, indicators/project_lineage.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import dagster as dg

from insight_pipeline.defs.describe import key_of
from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.indicators.project_lineage import project_map
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.settings import Settings
from insight_pipeline.sql.dry_run import check_fingerprint
from insight_pipeline.sql.lineage import ROWS, Edge, Kind

METADATA_KEY = "dagster/column_lineage"


@dataclass(frozen=True)
class _Project:
    """Two are equal when their files say the same."""

    mark: str
    catalogue: Catalogue = field(compare=False)
    settings: Settings = field(compare=False)


def lineage_metadata(
    catalogue: Catalogue, settings: Settings, relation: str
) -> dict[str, dg.TableColumnLineage]:
    """Metadata of a materialisation; nothing for a relation whose columns are made of no other."""
    models = (*catalogue.staging, *catalogue.models)
    mark = check_fingerprint(models, catalogue.macros, {})
    found = _lineages(_Project(mark, catalogue, settings)).get(relation)
    return {METADATA_KEY: found} if found else {}


@lru_cache(maxsize=4)
def _lineages(project: _Project) -> Mapping[str, dg.TableColumnLineage]:
    """Worked out once in a process: it takes most of a second."""
    try:
        return column_lineages(project_map(project.catalogue, project.settings).edges)
    except InsightError:
        # A picture that cannot be drawn stops no night; `insight lineage` tells why.
        return {}


def column_lineages(edges: Iterable[Edge]) -> dict[str, dg.TableColumnLineage]:
    """Relation → which columns of other relations each of its columns is made from."""
    made: dict[str, dict[str, list[dg.TableColumnDep]]] = {}
    for edge in edges:
        if edge.kind is Kind.VALUE and ROWS not in (edge.to.column, edge.of.column):
            of = dg.TableColumnDep(asset_key=key_of(edge.of.relation), column_name=edge.of.column)
            made.setdefault(edge.to.relation, {}).setdefault(edge.to.column, []).append(of)
    return {relation: dg.TableColumnLineage(columns) for relation, columns in made.items()}
