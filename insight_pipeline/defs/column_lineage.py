"""Which columns each column is made from, as the Dagster UI shows it.

Belongs here: edges as Dagster's metadata. Does not belong here: the edges themselves
(sql/lineage.py, indicators/project_lineage.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import dagster as dg
from pydantic import ValidationError

from insight_pipeline.defs.describe import key_of
from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.indicators.project_lineage import project_map
from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.kernel.fingerprint import fingerprint, tree_fingerprint
from insight_pipeline.kernel.strict import StrictModel
from insight_pipeline.publication.releasing.provenance import source_fingerprint
from insight_pipeline.settings import Settings
from insight_pipeline.sql.dry_run import check_fingerprint
from insight_pipeline.sql.lineage import ROWS, Edge, Kind

METADATA_KEY = "dagster/column_lineage"
# Beside Dagster's records: shown there alone, and made again where it is lost.
CACHE = "column_lineage.json"
Source = tuple[str, str]
"""Relation and column."""
Sources = dict[str, dict[str, list[Source]]]


class _Known(StrictModel):
    """mark: fingerprint of all that decides lineage."""

    mark: str
    sources: Sources


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
    """Worked out once for the same files: it takes more than a second, also of a quiet night."""
    settings = project.settings
    folders = (settings.contracts, settings.sql)
    mark = fingerprint(source_fingerprint(), [tree_fingerprint(each, "*.*") for each in folders])
    kept = settings.dagster_home / CACHE
    known = _known(kept)
    if known is None or known.mark != mark:
        try:
            edges = project_map(project.catalogue, settings).edges
        except InsightError:
            # A picture that cannot be drawn stops no night; `insight lineage` tells why.
            return {}
        known = _Known(mark=mark, sources=column_sources(edges))
        with replacing_file(kept) as work:
            work.write_text(known.model_dump_json(), encoding="utf-8")
    return {relation: _lineage(columns) for relation, columns in known.sources.items()}


def _known(path: Path) -> _Known | None:
    try:
        return _Known.model_validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def _lineage(columns: Mapping[str, Sequence[Source]]) -> dg.TableColumnLineage:
    return dg.TableColumnLineage(
        {
            column: [dg.TableColumnDep(asset_key=key_of(of), column_name=name) for of, name in made]
            for column, made in columns.items()
        }
    )


def column_sources(edges: Iterable[Edge]) -> Sources:
    """Relation → which columns of other relations each of its columns is made from."""
    made: Sources = {}
    for edge in edges:
        if edge.kind is Kind.VALUE and ROWS not in (edge.to.column, edge.of.column):
            columns = made.setdefault(edge.to.relation, {})
            columns.setdefault(edge.to.column, []).append((edge.of.relation, edge.of.column))
    return made
