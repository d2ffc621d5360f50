"""datapackage.json: what Data Package version 2 says of the published CSV and Parquet files.

Belongs here: that standard (https://datapackage.org/standard/data-package/). Does not belong here:
what there is to say (promised.py, about.py), or writing files (step.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from insight_pipeline.kernel.fingerprint import file_sha256
from insight_pipeline.publication.open_data.about import About
from insight_pipeline.publication.open_data.promised import PromisedColumn, PromisedTable
from insight_pipeline.publication.open_data.terms import LICENCE

PACKAGE_FILE = "datapackage.json"
_PROFILES = "https://datapackage.org/profiles/2.0"
_MEDIA = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
_TYPES = {
    "VARCHAR": "string",
    "DATE": "date",
    "BIGINT": "integer",
    "INTEGER": "integer",
    "BOOLEAN": "boolean",
}


def descriptor(tables: Iterable[PromisedTable], about: About, folder: Path) -> dict[str, object]:
    """The package of the files in `folder`, which must be there, as JSON to be."""
    return {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": re.sub(r"[^a-z0-9]+", "-", about.title.lower()).strip("-"),
        "id": about.release,
        "title": about.title,
        "description": (
            f"What happened to people who used services in {about.borough}, as of "
            f"{about.as_of.isoformat()}. Small counts are withheld; the others are rounded to the "
            "number in column rounded_to."
        ),
        "version": about.release,
        "licenses": [{"name": LICENCE.name, "title": LICENCE.title, "path": LICENCE.url}],
        "sources": [{"title": f"Deliveries of {name}"} for name in about.sources],
        "contributors": [
            {"title": about.publisher, "email": about.contact, "roles": ["publisher"]}
        ],
        "resources": [
            _resource(table, form, folder) for table in tables for form in sorted(_MEDIA)
        ],
    }


def resource_name(file: str, form: str) -> str:
    """The CSV file has the table's name, the same table in another form its form behind it."""
    return file if form == "csv" else f"{file}-{form}"


def _resource(table: PromisedTable, form: str, folder: Path) -> dict[str, object]:
    path = folder / f"{table.file}.{form}"
    said: dict[str, object] = {
        "name": resource_name(table.file, form),
        "type": "table",
        "title": table.title,
        "description": table.meaning,
        "path": path.name,
        "format": form,
        "mediatype": _MEDIA[form],
        "bytes": path.stat().st_size,
        "hash": f"sha256:{file_sha256(path)}",
        "schema": _schema(table, form),
    }
    return {**said, "encoding": "utf-8"} if form == "csv" else said


def _schema(table: PromisedTable, form: str) -> dict[str, object]:
    schema: dict[str, object] = {
        "$schema": f"{_PROFILES}/tableschema.json",
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
        "primaryKey": list(table.key),
    }
    if table.part_of:
        reference = {"resource": resource_name(table.part_of, form), "fields": list(table.key)}
        schema["foreignKeys"] = [{"fields": list(table.key), "reference": reference}]
    return schema


def _field(column: PromisedColumn) -> dict[str, object]:
    constraints: dict[str, object] = {"required": column.required}
    if column.least is not None:
        constraints["minimum"] = column.least
    if column.most is not None:
        constraints["maximum"] = column.most
    if column.pattern:
        constraints["pattern"] = column.pattern
    return {
        "name": column.name,
        "type": _TYPES.get(column.kind, "number"),
        "description": column.meaning,
        "constraints": constraints,
    }
