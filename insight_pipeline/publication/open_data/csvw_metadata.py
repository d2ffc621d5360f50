"""CSVW: what W3C's Metadata Vocabulary for Tabular Data says of the published CSV files.

Belongs here: that vocabulary (https://www.w3.org/TR/tabular-metadata/). Does not belong here: what
there is to say (promised.py, about.py), or writing files (step.py).

Each CSV file has a description of its own where programs look for it first, `<file>-metadata.json`.
A foreign key may name only a table of the same group, so those stand in `csv-metadata.json`, the
other place where they look, which describes all files together.
"""

from __future__ import annotations

from collections.abc import Iterable

from insight_pipeline.publication.open_data.about import About
from insight_pipeline.publication.open_data.promised import PromisedColumn, PromisedTable
from insight_pipeline.publication.open_data.terms import LICENCE

CONTEXT = ["http://www.w3.org/ns/csvw", {"@language": "en"}]
GROUP_FILE = "csv-metadata.json"
_BASES = {
    "VARCHAR": "string",
    "DATE": "date",
    "BIGINT": "integer",
    "INTEGER": "integer",
    "BOOLEAN": "boolean",
}


def file_metadata(table: PromisedTable, about: About) -> dict[str, object]:
    """The description of one CSV file, as JSON to be."""
    return {"@context": CONTEXT, **_described(table, about)}


def group_metadata(tables: Iterable[PromisedTable], about: About) -> dict[str, object]:
    """The description of all CSV files, with the keys that join them."""
    return {
        "@context": CONTEXT,
        "dc:title": about.title,
        **_published(about),
        "tables": [_joined(table, about) for table in tables],
    }


def _described(table: PromisedTable, about: About) -> dict[str, object]:
    return {
        "url": f"{table.file}.csv",
        "dc:title": f"{table.title}, {about.borough}",
        "dc:description": table.meaning,
        **_published(about),
        "tableSchema": {
            "columns": [_column(column) for column in table.columns],
            "primaryKey": list(table.key),
        },
    }


def _joined(table: PromisedTable, about: About) -> dict[str, object]:
    described = _described(table, about)
    if table.part_of:
        reference = {"resource": f"{table.part_of}.csv", "columnReference": list(table.key)}
        schema = described["tableSchema"]
        assert isinstance(schema, dict)  # noqa: S101 (narrows the type)
        schema["foreignKeys"] = [{"columnReference": list(table.key), "reference": reference}]
    return described


def _published(about: About) -> dict[str, object]:
    """By whom, on what terms, and as of which day: `dc:date`, as no clock tells a day of issue."""
    return {
        "dc:license": {"@id": LICENCE.url},
        "dc:publisher": {"schema:name": about.publisher, "schema:email": about.contact},
        "dc:identifier": about.release,
        "dc:date": {"@value": about.as_of.isoformat(), "@type": "xsd:date"},
    }


def _column(column: PromisedColumn) -> dict[str, object]:
    """`titles` is what stands in the file's header, which is the name."""
    said: dict[str, object] = {
        "name": column.name,
        "titles": column.name,
        "dc:description": column.meaning,
        "datatype": _datatype(column),
        "required": column.required,
    }
    return said if column.required else {**said, "null": [""]}


def _datatype(column: PromisedColumn) -> dict[str, object]:
    kind: dict[str, object] = {"base": _BASES.get(column.kind, "decimal")}
    form = {"date": "yyyy-MM-dd", "boolean": "true|false"}.get(str(kind["base"]), column.pattern)
    if column.scale is not None:
        form = f"0.{'0' * column.scale}"
    if form:
        kind["format"] = form
    for name, limit in (("minimum", column.least), ("maximum", column.most)):
        if limit is not None:
            # In the form in which it would stand in the file.
            kind[name] = f"{limit:.{column.scale or 0}f}"
    return kind
