"""Reads indicators.duckdb into the records of a store.

Belongs here: the only SQL of the site. Does not belong here: the shapes (records.py), or finding
records again (store.py). Everything is sorted, so that one database gives one site.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from itertools import groupby
from typing import Any, TypeVar

import duckdb

from insight_pipeline.publication.site.alert_records import ALERT_QUERIES
from insight_pipeline.publication.site.change_records import CHANGE_QUERIES
from insight_pipeline.publication.site.dictionary_records import Column, Relation
from insight_pipeline.publication.site.gap_records import GAP_QUERIES
from insight_pipeline.publication.site.pathway_records import PATHWAY_QUERIES
from insight_pipeline.publication.site.provider_records import (
    Area,
    Card,
    IndicatorService,
    Provider,
    Reporting,
    Service,
)
from insight_pipeline.publication.site.records import (
    Caveat,
    Figure,
    Indicator,
    Judgement,
    Release,
    Series,
)
from insight_pipeline.publication.site.revision_records import Change, Correction, Revision
from insight_pipeline.publication.site.spend_records import SPEND_QUERIES
from insight_pipeline.publication.site.store import Store

_KEY = "indicator_id, period_from, period_to, area_code, provider_id, breakdown_type, breakdown"
_FIGURES = f"""
select *, period.label as period
from marked_figures
inner join judgement using ({_KEY})
inner join period using (period_from, period_to)
order by series_id, period_from, period_to
"""
_SERIES = "from series order by indicator_id, breakdown_type, breakdown, series_id"
_REVISIONS = f"""
select revision.*, series.series_id, series.label, period.label as period
from revision
inner join (select distinct {_KEY}, series_id from figure) using ({_KEY})
inner join series using (series_id)
inner join period using (period_from, period_to)
where revision.revision_no > 1
order by revision.indicator_id, period_from, series_id, revision_no
"""
_RELEASES = "select distinct release_no, release from revision order by release_no"
_RELATIONS = """
select table_name as name, 'table' as kind, comment as description, 0 as place
from duckdb_tables() where not internal
union all
select view_name, 'view', comment, 1 from duckdb_views() where not internal
order by place, name
"""
_COLUMNS = """
select table_name, column_name as name, data_type as type, comment as meaning
from duckdb_columns() where not internal
order by table_name, column_index
"""
_MACROS = """
select function_name as name, comment as description, parameters
from duckdb_functions() where not internal and function_type = 'table_macro'
order by name
"""
# Field of a store → what its records are, and the query that gives them.
_PLAIN: Mapping[str, tuple[type[Any], str]] = {
    "indicators": (Indicator, "from indicator order by indicator_id"),
    "services": (Service, "from service order by service_code, from_date, provider_id"),
    "indicator_services": (
        IndicatorService,
        "from indicator_service order by indicator_id, role desc, service_code",
    ),
    "providers": (Provider, "from provider order by provider_name, provider_id"),
    "reporting": (Reporting, "from reporting order by provider_id, service_code"),
    "areas": (Area, "from area order by area_type, area_name, area_code"),
    "cards": (Card, "from scorecard order by provider_id, period_month, dataset <> 'all', dataset"),
    "revisions": (Revision, _REVISIONS),
    "corrections": (Correction, "from correction order by all"),
    **CHANGE_QUERIES,
    **SPEND_QUERIES,
    **GAP_QUERIES,
    **ALERT_QUERIES,
    **PATHWAY_QUERIES,
    "changes": (Change, "from what_changed() order by series_id, period_from"),
}
Record = TypeVar("Record")


def read_store(connection: duckdb.DuckDBPyConnection, files: Iterable[str] = ()) -> Store:
    """Everything of an open indicators.duckdb, and the names of the files beside it.

    duckdb.Error where a table is missing.
    """
    plain = {name: _read(connection, *how) for name, how in _PLAIN.items()}
    return Store(
        release=_read(connection, Release, "from release")[0],
        releases=tuple(row["release"] for row in _rows(connection, _RELEASES)),
        series=_series(connection),
        caveats=tuple(_caveats(connection, plain["indicators"])),
        relations=_relations(connection),
        files=tuple(sorted(files)),
        **plain,
    )


def _rows(
    connection: duckdb.DuckDBPyConnection, query: str, given: list[Any] | None = None
) -> list[dict[str, Any]]:
    found = connection.execute(query, given)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _read(
    connection: duckdb.DuckDBPyConnection, kind: type[Record], query: str
) -> tuple[Record, ...]:
    return tuple(_record(kind, row) for row in _rows(connection, query))


def _record(kind: type[Record], row: Mapping[str, Any], /, **others: Any) -> Record:
    """A record from the columns of its fields' names; a text that is NULL is empty."""
    values = {
        each.name: "" if each.type == "str" and row[each.name] is None else row[each.name]
        for each in fields(kind)  # type: ignore[arg-type]
        if each.name not in others
    }
    return kind(**values, **others)


def _series(connection: duckdb.DuckDBPyConnection) -> tuple[Series, ...]:
    figures = (
        _record(Figure, row, judgement=_record(Judgement, row))
        for row in _rows(connection, _FIGURES)
    )
    grouped = {name: tuple(each) for name, each in groupby(figures, lambda one: one.series_id)}
    return tuple(
        _record(Series, row, figures=grouped.get(row["series_id"], ()))
        for row in _rows(connection, _SERIES)
    )


def _caveats(
    connection: duckdb.DuckDBPyConnection, indicators: tuple[Indicator, ...]
) -> Iterator[Caveat]:
    for each in indicators:
        for row in _rows(connection, "from caveats($1) order by caveat_no", [each.indicator_id]):
            yield _record(Caveat, row, indicator_id=each.indicator_id)


def _relations(connection: duckdb.DuckDBPyConnection) -> tuple[Relation, ...]:
    """Tables, views and macros with their comments, which are the data dictionary."""
    columns: dict[str, list[Column]] = {}
    for row in _rows(connection, _COLUMNS):
        columns.setdefault(row["table_name"], []).append(_record(Column, row))
    relations = [
        _record(Relation, row, parameters=(), columns=tuple(columns.get(row["name"], ())))
        for row in _rows(connection, _RELATIONS)
    ]
    macros = (
        _record(Relation, row, kind="macro", parameters=tuple(row["parameters"]), columns=())
        for row in _rows(connection, _MACROS)
    )
    return (*relations, *macros)
