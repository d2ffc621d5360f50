"""Fills the folder of a release, step by step, beside where it will stand.

Belongs here: the order of the steps, and release.json. Does not belong here: what any of them
writes, or which folder it is and what points at it (release.py). Everything after the database is
made from the database alone, which holds nothing that is withheld. A step that fails throws the
folder away: nobody ever sees a release that is not whole.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.kernel.atomic import new_directory
from insight_pipeline.kernel.fingerprint import file_sha256
from insight_pipeline.publication.database.build import STORAGE_VERSION, build_database
from insight_pipeline.publication.database.dictionary import TABLES
from insight_pipeline.publication.database.export import FILES
from insight_pipeline.publication.explore.step import write_explore
from insight_pipeline.publication.history import DESCRIPTION
from insight_pipeline.publication.identifiers.step import scan_release
from insight_pipeline.publication.open_data.step import write_open_data
from insight_pipeline.publication.releasing.checksums import write_checksums
from insight_pipeline.publication.releasing.pointer import as_json
from insight_pipeline.publication.releasing.second_reading import read_again
from insight_pipeline.publication.site.step import write_site
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect, identifier

DATABASE = "indicators.duckdb"


@dataclass(frozen=True)
class Material:
    """What a release is made of.

    exported: folder with the public tables (database/export.py). headers: indicator id to header.
    facts: what table `release` and release.json say of it. description: what release.json says
    besides.
    """

    exported: Path
    headers: Mapping[str, IndicatorHeader]
    facts: Mapping[str, object]
    description: Mapping[str, object]


def build(path: Path, material: Material, settings: Settings) -> None:
    """Make the folder `path`, which must not exist, in one step; an InsightError makes none."""
    with new_directory(path) as work:
        _copy_files(material.exported, work)
        build_database(
            work / DATABASE, material.exported, material.headers, material.facts, settings
        )
        write_open_data(work, settings)
        write_site(work, settings)
        has_explore = write_explore(work, settings)
        _describe(work, material, settings, has_explore=has_explore)
        write_checksums(work)
        read_again(work, settings)
        scan_release(work, settings)


def _copy_files(exported: Path, work: Path) -> None:
    for name in _file_names():
        shutil.copyfile(exported / name, work / name)


def _describe(work: Path, material: Material, settings: Settings, *, has_explore: bool) -> None:
    description = {
        **material.facts,
        **material.description,
        "has_explore": has_explore,
        "duckdb_storage_version": STORAGE_VERSION,
        "rows": _rows(work, settings),
        "sha256": {name: file_sha256(work / name) for name in _file_names()},
    }
    (work / DESCRIPTION).write_text(as_json(description), encoding="utf-8")


def _rows(work: Path, settings: Settings) -> dict[str, int]:
    with connect(settings, work / DATABASE, read_only=True) as connection:
        return {
            name: int(
                connection.execute(f"select count(*) from {identifier(name)}").fetchall()[0][0]
            )
            for name in TABLES
        }


def _file_names() -> list[str]:
    return [f"{name}.{form}" for name in FILES for form in ("csv", "parquet")]
