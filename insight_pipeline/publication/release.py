"""Releases: built beside, read back, renamed into place in one step, then pointed at by `latest`.

Belongs here: a release's identity, its folder and the pointers to it. Does not belong here: what
is public (disclosure.py) or how the files are filled (tables.py). A release is never changed and
never deleted. No clock is read: a release's date is the last day the data reach.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.kernel.atomic import new_directory, replace_link, replacing_file
from insight_pipeline.kernel.fingerprint import file_sha256, fingerprint
from insight_pipeline.publication.disclosure import PUBLIC_TABLE, disclose
from insight_pipeline.publication.policy import load_policy
from insight_pipeline.publication.scorecard import disclose_scorecard
from insight_pipeline.publication.tables import (
    FILES,
    STORAGE_VERSION,
    build_database,
    export_public,
)
from insight_pipeline.publication.verify import verify_release
from insight_pipeline.settings import Settings

POLICY_FILE = "publication/disclosure.yaml"
LATEST = "latest"
CHECKSUMS = "SHA256SUMS"


@dataclass(frozen=True)
class ReleaseSummary:
    """What publishing came to; `unchanged` when this very release was there already."""

    release: str
    path: Path
    unchanged: bool
    figures: int
    suppressed: int


def publish(
    connection: duckdb.DuckDBPyConnection,
    headers: Mapping[str, IndicatorHeader],
    settings: Settings,
    as_of: date,
) -> ReleaseSummary:
    """Publish `indicators.figure` of a warehouse connection under the policy in force.

    Read besides: reference.provider (provider_id, provider_name), reference.scorecard and
    core.dim_area. The connection may be read-only but must have the macros and may write to
    `settings.temporary`, where only disclosure-controlled data are put. `headers` maps indicator id
    to header. `as_of` is the last day any delivery covers. Publishing the same again changes
    nothing.
    """
    policy_name, policy = load_policy(settings.contracts / POLICY_FILE)
    disclose(connection, policy)
    disclose_scorecard(connection, policy)
    figures, suppressed = _counts(connection)
    settings.temporary.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=settings.temporary, prefix="release-") as scratch:
        exported = Path(scratch)
        export_public(connection, exported)
        release = f"{as_of.isoformat()}-{_identity(exported, headers, policy_name)[:12]}"
        facts = {
            "release": release,
            "as_of_date": as_of.isoformat(),
            "disclosure_policy": policy_name,
            "figures": figures,
            "withheld": suppressed,
        }
        path = settings.published / release
        unchanged = path.is_dir()
        if not unchanged:
            _build(path, exported, headers, facts, settings)
    _point_latest(settings.published, release, as_of)
    return ReleaseSummary(release, path, unchanged, figures, suppressed)


def latest_release(published: Path) -> str | None:
    """Name of the release `latest` points at; None before the first."""
    link = published / LATEST
    return link.readlink().name if link.is_symlink() else None


def _identity(exported: Path, headers: Mapping[str, IndicatorHeader], policy_name: str) -> str:
    """Changes with anything a reader of the release can see: figures, names, definitions."""
    files = ("indicators.csv", "scorecard.csv", "provider.parquet", "area.parquet")
    said = {name: header.model_dump(mode="json") for name, header in headers.items()}
    return fingerprint([file_sha256(exported / name) for name in files], said, policy_name)


def _counts(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    query = f"select count(*), count(*) filter (where numerator is null) from {PUBLIC_TABLE}"
    figures, suppressed = connection.execute(query).fetchall()[0]
    return int(figures), int(suppressed)


def _build(
    path: Path,
    exported: Path,
    headers: Mapping[str, IndicatorHeader],
    facts: Mapping[str, object],
    settings: Settings,
) -> None:
    with new_directory(path) as work:
        files = [f"{name}.{form}" for name in FILES for form in ("csv", "parquet")]
        for name in files:
            shutil.copyfile(exported / name, work / name)
        build_database(work / "indicators.duckdb", exported, headers, facts, settings)
        rows = verify_release(work, settings)
        description = {
            **facts,
            "predecessor": latest_release(path.parent),
            "duckdb_storage_version": STORAGE_VERSION,
            "rows": rows,
            "sha256": {name: file_sha256(work / name) for name in files},
        }
        (work / "release.json").write_text(_json(description), encoding="utf-8")
        (work / CHECKSUMS).write_text(_checksums(work), encoding="utf-8")


def _checksums(folder: Path) -> str:
    """One line a file, as `sha256sum --check` reads it."""
    names = sorted(entry.name for entry in folder.iterdir() if entry.name != CHECKSUMS)
    return "".join(f"{file_sha256(folder / name)}  {name}\n" for name in names)


def _point_latest(published: Path, release: str, as_of: date) -> None:
    pointer = published / f"{LATEST}.json"
    content = _json({"release": release, "as_of_date": as_of.isoformat(), "path": release})
    if latest_release(published) != release:
        replace_link(published / LATEST, release)
    if not pointer.is_file() or pointer.read_text(encoding="utf-8") != content:
        with replacing_file(pointer) as work:
            work.write_text(content, encoding="utf-8")


def _json(values: Mapping[str, object]) -> str:
    return json.dumps(values, indent=2, sort_keys=True) + "\n"
