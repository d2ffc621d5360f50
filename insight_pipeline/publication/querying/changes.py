"""What one release says otherwise than another.

Belongs here: comparing two finished releases. Does not belong here: why figures were revised, which
the ledger in the later of the two says and is read from there, or how changes are shown (cli/).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.strict import parse_json
from insight_pipeline.publication.history import DESCRIPTION
from insight_pipeline.publication.querying.change_sql import FIGURES, KEYS, ROWS
from insight_pipeline.publication.querying.opening import open_several
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import identifier, literal

FIGURE, DEFINITION, SERVICE = "figure", "definition", "service contract"
DATA_CONTRACT, MADE_WITH = "data contract", "made with"
# A line a change. about: one of the five above. name: figure id, indicator, contract. field: what
# of it; of a figure its value. A number stands as it is published, in words where it is withheld.
SCHEMA = pl.Schema(
    {
        "about": pl.String(),
        "change": pl.String(),
        "name": pl.String(),
        "title": pl.String(),
        "field": pl.String(),
        "before": pl.String(),
        "after": pl.String(),
        "difference": pl.Decimal(18, 2),
        "reason_code": pl.String(),
        "explanation": pl.String(),
    }
)
# What decides a release and is no data contract: keys of release.json, nested ones with a dot.
_MEANS = ("code_version.package", "code_version.source", "code_version.sql", "model_version")
_POLICIES = ("disclosure_policy", "disclosure_rules", "frequency", "closed_to_date")
_SHORT_HASH = 12


@dataclass(frozen=True)
class _Side:
    """One of the two releases: what release.json says of it."""

    folder: Path
    said: Mapping[str, Any]

    @property
    def release_no(self) -> int:
        return int(self.said.get("release_no", 0))


def compare(settings: Settings, before: Path, after: Path) -> pl.DataFrame:
    """Every difference from release folder `before` to `after`, columns as in SCHEMA, sorted.

    The order of the two is the asker's. Reasons are those of every revision between them.
    InsightError where one of them was made before releases had what is compared.
    """
    sides = _side(before), _side(after)
    with open_several(settings, {"before": before, "after": after}) as connection:
        try:
            told = [_figures(connection, *sides)]
            told += [_rows(connection, about, table) for about, table in _TABLES.items()]
        except (duckdb.BinderException, duckdb.CatalogException):
            raise InsightError([_too_old(before, after)]) from None
    told.append(pl.DataFrame([*_made_with(*sides)], schema=SCHEMA, orient="row"))
    return pl.concat(told)


_TABLES = {DEFINITION: "indicator", SERVICE: "service"}


def _side(folder: Path) -> _Side:
    path = folder / DESCRIPTION
    return _Side(folder, parse_json(path.read_text(encoding="utf-8"), str(path)))


def _figures(connection: duckdb.DuckDBPyConnection, before: _Side, after: _Side) -> pl.DataFrame:
    """Reasons come from the ledger of the later release, whichever of the two that is."""
    numbers = sorted((before.release_no, after.release_no))
    later = "after" if after.release_no >= before.release_no else "before"
    query = FIGURES.format(later=later)
    found = connection.sql(query, params={"first": numbers[0], "last": numbers[1]})
    return _typed(found)


def _rows(connection: duckdb.DuckDBPyConnection, about: str, table: str) -> pl.DataFrame:
    """Rows of a table that only one side has, and columns of rows that both have."""
    columns = [_columns(connection, side, table) for side in ("before", "after")]
    both = [name for name in columns[1] if name in columns[0]]
    key = KEYS[table]
    cells = ", ".join(_cell(name) for name in both if name not in key.columns)
    matches = " and ".join(f"earlier.{name} = later.{name}" for name in key.columns)
    about = literal(about)
    query = ROWS.format(about=about, table=table, cells=cells, matches=matches, **key.parts)
    return _typed(connection.sql(query))


def _cell(name: str) -> str:
    column = identifier(name)
    sides = f"'before': earlier.{column}::varchar, 'after': later.{column}::varchar"
    return f"{{'field': {literal(name)}, {sides}}}"


def _columns(connection: duckdb.DuckDBPyConnection, side: str, table: str) -> list[str]:
    query = f"select column_name from (describe {side}.{table})"
    return [str(row[0]) for row in connection.execute(query).fetchall()]


def _typed(relation: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    found: pl.DataFrame = relation.pl()
    return found.cast(SCHEMA)


def _made_with(before: _Side, after: _Side) -> Iterable[tuple[object, ...]]:
    """Versions of data contracts, code, model and policies that are others."""
    contracts = [side.said.get("contract_versions") or {} for side in (before, after)]
    for name in sorted(contracts[0].keys() | contracts[1].keys()):
        yield from _line(DATA_CONTRACT, name, "version", *(each.get(name) for each in contracts))
    for name in (*_MEANS, *_POLICIES):
        yield from _line(MADE_WITH, name, None, _said(before, name), _said(after, name))


def _said(side: _Side, name: str) -> str | None:
    value: Any = side.said
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    if value is None:
        return None
    is_hash = name.endswith(("source", "sql", "rules"))
    return str(value)[:_SHORT_HASH] if is_hash else str(value)


def _line(
    about: str, name: str, field: str | None, before: object, after: object
) -> Iterable[tuple[object, ...]]:
    if before != after:
        change = "new" if before is None else "gone" if after is None else "changed"
        yield (about, change, name, None, field, before, after, None, None, None)


def _too_old(before: Path, after: Path) -> Fault:
    return Fault(
        where=f"releases {before.name} and {after.name}",
        expected="figures, indicators, services and revisions in both",
        found="at least one release without some of them",
        consequence="they are not compared",
        next_step="compare releases made since services stand in them",
    )
