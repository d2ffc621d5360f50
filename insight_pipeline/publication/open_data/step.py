"""Open data beside the figures: what programs read about them, and the workbook people open.

Belongs here: which files are written. Does not belong here: what stands in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from insight_pipeline.publication.open_data.about import About, about_release
from insight_pipeline.publication.open_data.csvw_metadata import (
    GROUP_FILE,
    file_metadata,
    group_metadata,
)
from insight_pipeline.publication.open_data.data_package import PACKAGE_FILE, descriptor
from insight_pipeline.publication.open_data.promised import PromisedTable, promised_tables
from insight_pipeline.publication.open_data.workbook.book import WORKBOOK, sheets
from insight_pipeline.publication.open_data.workbook.writing import write_workbook
from insight_pipeline.publication.releasing.pointer import as_json
from insight_pipeline.publication.site.reading import read_store
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect


def write_open_data(folder: Path, settings: Settings) -> None:
    """Write CSVW metadata, datapackage.json and indicators.xlsx into the folder of a release.

    Read are folder/indicators.duckdb and the CSV and Parquet files beside it; the same ones give
    the same bytes. InsightError where our contracts cannot be read.
    """
    with connect(settings, folder / "indicators.duckdb", read_only=True) as connection:
        store = read_store(connection)
    about, tables = about_release(store), promised_tables(settings)
    for name, values in _documents(tables, about, folder):
        (folder / name).write_text(as_json(values), encoding="utf-8", newline="\n")
    write_workbook(folder / WORKBOOK, sheets(store, about), about)


def _documents(
    tables: tuple[PromisedTable, ...], about: About, folder: Path
) -> Iterator[tuple[str, Mapping[str, object]]]:
    for table in tables:
        yield f"{table.file}.csv-metadata.json", file_metadata(table, about)
    yield GROUP_FILE, group_metadata(tables, about)
    yield PACKAGE_FILE, descriptor(tables, about, folder)
