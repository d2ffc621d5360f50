"""Releases: built beside, read back, renamed into place in one step, then pointed at by `latest`.

Belongs here: a release's identity, its folder and the pointers to it. Does not belong here: what
is public (disclosure/), how the files are filled (tables.py) or which releases there were
(history.py). A release is never changed and never deleted. No clock is read: a release's date is
the last day the data reach.

Its identity is a hash of what it says of the figures as they are now. What it says of revisions
depends on the releases before it and is no part of that: nights in another order end with a release
of the same name and the same figures.
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

from insight_pipeline.indicators.corrections import CORRECTIONS_FILE, load_corrections
from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.indicators.revision import RevisionCounts
from insight_pipeline.kernel.atomic import new_directory, replace_link, replacing_file
from insight_pipeline.kernel.fingerprint import file_sha256, fingerprint
from insight_pipeline.publication.disclosure.earlier import RULES
from insight_pipeline.publication.disclosure.policy import load_policies
from insight_pipeline.publication.disclosure.public import PUBLIC_TABLE
from insight_pipeline.publication.disclosure.step import disclose
from insight_pipeline.publication.history import DESCRIPTION, Made, free_name, newest_release
from insight_pipeline.publication.judgement import judge
from insight_pipeline.publication.revision_counts import count_revisions
from insight_pipeline.publication.revision_reasons import last_night, load_declared
from insight_pipeline.publication.revisions import Next, make_revisions
from insight_pipeline.publication.scorecard import disclose_scorecard
from insight_pipeline.publication.tables import (
    FILES,
    STORAGE_VERSION,
    build_database,
    export_history,
    export_public,
)
from insight_pipeline.publication.verify import verify_release
from insight_pipeline.settings import Settings

POLICY_FILE = "publication/disclosure.yaml"
LATEST = "latest"
CHECKSUMS = "SHA256SUMS"


@dataclass(frozen=True)
class ReleaseSummary:
    """What publishing came to; `unchanged` when the newest release said the same already.

    revisions: what this release did to the figures of the one before it.
    """

    release: str
    path: Path
    unchanged: bool
    figures: int
    suppressed: int
    revisions: RevisionCounts


def publish(
    connection: duckdb.DuckDBPyConnection,
    headers: Mapping[str, IndicatorHeader],
    settings: Settings,
    as_of: date,
) -> ReleaseSummary:
    """Publish `indicators.figure` of a warehouse connection under the policy in force.

    Read besides: reference.provider (provider_id, provider_name), reference.scorecard,
    core.dim_area and the ledger of the unsuppressed figures. The connection may be read-only but
    must have the macros and may write to `settings.temporary`, where only disclosure-controlled
    data are put. `headers` maps indicator id to header. `as_of` is the last day any delivery
    covers. Publishing the same again changes nothing.
    """
    policies = load_policies(settings.contracts / POLICY_FILE)
    declared = load_corrections(settings.contracts / CORRECTIONS_FILE, headers)
    disclosure = disclose(connection, policies, settings.published)
    judge(connection, headers)
    disclose_scorecard(connection, policies.in_force)
    load_declared(connection, declared)
    figures, suppressed = _counts(connection)
    settings.temporary.mkdir(parents=True, exist_ok=True)
    newest = newest_release(settings.published)
    with TemporaryDirectory(dir=settings.temporary, prefix="release-") as scratch:
        exported = Path(scratch)
        export_public(connection, exported)
        identity = f"{as_of.isoformat()}-{_identity(exported, headers, policies.default)[:12]}"
        unchanged = newest is not None and newest.says(identity)
        release = _next(newest, identity, as_of, settings)
        make_revisions(connection, newest, release, headers)
        if not unchanged:
            export_history(connection, exported)
            facts = {
                "release": release.name,
                "as_of_date": as_of.isoformat(),
                "disclosure_policy": policies.default,
                RULES: disclosure.rules,
                "figures": figures,
                "withheld": suppressed,
            }
            order = {
                "predecessor": newest.path.name if newest else None,
                "release_no": release.release_no,
                "night_no": last_night(connection),
            }
            _build(settings.published / release.name, exported, headers, facts, order, settings)
    _point_latest(settings.published, release.name, as_of)
    revisions = count_revisions(connection, release.release_no)
    path = settings.published / release.name
    return ReleaseSummary(release.name, path, unchanged, figures, suppressed, revisions)


def _next(newest: Made | None, identity: str, as_of: date, settings: Settings) -> Next:
    """The release to make, or the newest again where it says the same."""
    if newest and newest.says(identity):
        return Next(newest.path.name, newest.release_no, as_of)
    number = newest.release_no + 1 if newest else 1
    return Next(free_name(settings.published, identity), number, as_of)


def latest_release(published: Path) -> str | None:
    """Name of the release `latest` points at; None before the first."""
    link = published / LATEST
    return link.readlink().name if link.is_symlink() else None


def _identity(exported: Path, headers: Mapping[str, IndicatorHeader], policy_name: str) -> str:
    """Changes with anything a reader of the release can see: figures, names, definitions."""
    others = [f"{name}.parquet" for name in ("provider", "area", "corrections")]
    files = ["indicators.csv", "judgements.csv", "scorecard.csv", *others]
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
    order: Mapping[str, object],
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
            **order,
            "duckdb_storage_version": STORAGE_VERSION,
            "rows": rows,
            "sha256": {name: file_sha256(work / name) for name in files},
        }
        (work / DESCRIPTION).write_text(_json(description), encoding="utf-8")
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
