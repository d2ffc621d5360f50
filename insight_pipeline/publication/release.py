"""Releases: built beside, read back, renamed into place in one step, then pointed at by `latest`.

Belongs here: a release's identity, and which folder the night's figures go into. Does not belong
here: what is public (disclosure/), when it becomes so (releasing/cadence.py), how the folder is
filled (releasing/building.py) or which releases there were (history.py). A release is never changed
and never deleted. No clock is read: a release's date is the last day the data reach.

Its identity is a hash of what it says of the figures as they are now. What it says of revisions
depends on the releases before it and is no part of that: nights in another order end with a release
of the same name and the same figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from insight_pipeline.indicators.corrections import CORRECTIONS_FILE, load_corrections
from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.indicators.revision import RevisionCounts
from insight_pipeline.kernel.atomic import remove_remains
from insight_pipeline.kernel.fingerprint import file_sha256, fingerprint
from insight_pipeline.publication.alerts import disclose_alerts
from insight_pipeline.publication.database.export import SAID, export_history, export_public
from insight_pipeline.publication.disclosure.earlier import RULES
from insight_pipeline.publication.disclosure.policy import PoliciesInForce, load_policies
from insight_pipeline.publication.disclosure.public import PUBLIC_TABLE
from insight_pipeline.publication.disclosure.step import Disclosure, disclose
from insight_pipeline.publication.gaps import make_gaps
from insight_pipeline.publication.history import made_releases
from insight_pipeline.publication.judgement import judge
from insight_pipeline.publication.newcomers import find_newcomers
from insight_pipeline.publication.releasing.building import Material, build
from insight_pipeline.publication.releasing.cadence import (
    Turn,
    keep_closed_periods,
    load_release_policy,
    turn_of,
)
from insight_pipeline.publication.releasing.placing import Night, Place, find_place, send_readers
from insight_pipeline.publication.releasing.pointer import latest_name
from insight_pipeline.publication.releasing.provenance import provenance
from insight_pipeline.publication.releasing.standing import check_standing
from insight_pipeline.publication.reporting import make_reporting
from insight_pipeline.publication.revision_counts import count_revisions
from insight_pipeline.publication.revision_reasons import last_night, load_declared
from insight_pipeline.publication.revisions import Next, make_revisions
from insight_pipeline.publication.scorecard import add_revisions, disclose_scorecard
from insight_pipeline.publication.spending.step import make_spending
from insight_pipeline.settings import Settings

POLICY_FILE = "publication/disclosure.yaml"

Headers = Mapping[str, IndicatorHeader]


@dataclass(frozen=True)
class ReleaseSummary:
    """What publishing came to; `unchanged` when the newest release or preview said it already.

    revisions: what this release does to the figures of the one before it. is_preview: no release
    was due, so that `path` is for internal eyes. closed_to: last day of the periods covered.
    next_due: the day the data must reach for the next public release; None where every night makes
    one.
    """

    release: str
    path: Path
    unchanged: bool
    figures: int
    suppressed: int
    revisions: RevisionCounts
    is_preview: bool
    closed_to: date
    next_due: date | None


def publish(
    connection: duckdb.DuckDBPyConnection,
    headers: Headers,
    settings: Settings,
    as_of: date,
    *,
    reason: str | None = None,
) -> ReleaseSummary:
    """Publish `indicators.figure` of a warehouse connection under the policies in force.

    Read besides: what reporting.py names, reference.provider (provider_id, provider_name),
    reference.service,
    reference.service_contract, internal.contract_spend, journeys.fct_theme_spend,
    reference.vocabulary, reference.scorecard, core.dim_area and the
    ledger of the unsuppressed figures. The connection may be read-only but must have the macros
    and may write to `settings.temporary`, where only disclosure-controlled data are put. `headers`
    maps indicator id to header. `as_of` is the last day any delivery covers. Where no release is
    due and no `reason` is given for one all the same, a preview is made. Publishing the same again
    changes nothing.
    """
    for folder in (settings.published, settings.preview):
        remove_remains(folder)
    releases = made_releases(settings.published)
    check_standing(settings.published, releases)
    newest = releases[-1] if releases else None
    turn = turn_of(load_release_policy(settings), releases, as_of, reason)
    policies = load_policies(settings.contracts / POLICY_FILE)
    disclosure = _make_public(connection, headers, policies, turn, settings)
    figures, withheld = _counts(connection)
    facts = {
        "as_of_date": as_of.isoformat(),
        "disclosure_policy": policies.default,
        "policy_title": policies.in_force.title,
        "policy_source": policies.in_force.source,
        RULES: disclosure.rules,
        "figures": figures,
        "withheld": withheld,
        "closed_to_date": turn.closed_to.isoformat(),
    }
    place = _release(connection, headers, facts, Night(as_of, turn, newest), settings)
    send_readers(place, newest, as_of, settings)
    revisions = count_revisions(connection, place.release_no)
    return ReleaseSummary(
        place.path.name,
        place.path,
        place.stands,
        figures,
        withheld,
        revisions,
        place.is_preview,
        turn.closed_to,
        turn.next_due,
    )


def latest_release(published: Path) -> str | None:
    """Name of the release `latest` points at; None before the first."""
    return latest_name(published)


def _make_public(
    connection: duckdb.DuckDBPyConnection,
    headers: Headers,
    policies: PoliciesInForce,
    turn: Turn,
    settings: Settings,
) -> Disclosure:
    """Make the temp tables of all that may be shown; refused beside what any release told."""
    declared = load_corrections(settings.contracts / CORRECTIONS_FILE, headers)
    disclosure = disclose(connection, policies, settings.published)
    keep_closed_periods(connection, turn.closed_to)
    find_newcomers(connection, headers)
    judge(connection, headers)
    disclose_scorecard(connection, policies.in_force)
    disclose_alerts(connection, policies.in_force, turn.closed_to)
    make_spending(connection, headers, turn.closed_to)
    make_gaps(connection, headers)
    load_declared(connection, declared)
    return disclosure


def _release(
    connection: duckdb.DuckDBPyConnection,
    headers: Headers,
    facts: Mapping[str, object],
    night: Night,
    settings: Settings,
) -> Place:
    """Build the release or preview, unless one that says the same stands."""
    settings.temporary.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=settings.temporary, prefix="release-") as scratch:
        exported = Path(scratch)
        make_reporting(connection, night.as_of)
        export_public(connection, headers, night.as_of, exported)
        said = _identity(exported, headers, str(facts["disclosure_policy"]))
        description = _description(connection, night, settings)
        place = find_place(f"{night.as_of.isoformat()}-{said[:12]}", description, night, settings)
        release = Next(place.path.name, place.release_no, night.as_of)
        make_revisions(connection, night.newest, release, headers)
        add_revisions(connection)
        if not place.stands:
            export_history(connection, exported)
            facts = {"release": release.name, "is_preview": place.is_preview, **facts}
            numbered = {"release_no": place.release_no, **description}
            build(place.path, Material(exported, headers, facts, numbered), settings)
    return place


def _identity(exported: Path, headers: Headers, policy_name: str) -> str:
    """Changes with anything a reader of the release can see: figures, names, definitions."""
    said = {name: header.model_dump(mode="json") for name, header in headers.items()}
    return fingerprint([file_sha256(exported / name) for name in SAID], said, policy_name)


def _description(
    connection: duckdb.DuckDBPyConnection, night: Night, settings: Settings
) -> dict[str, object]:
    """What release.json says of how the release came about."""
    return {
        "predecessor": night.newest.path.name if night.newest else None,
        "night_no": last_night(connection),
        "frequency": night.turn.frequency.value,
        "closed_to_date": night.turn.closed_to.isoformat(),
        "is_scheduled": night.turn.is_due,
        "reason": night.turn.reason,
        **provenance(settings),
    }


def _counts(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    query = f"select count(*), count(*) filter (where numerator is null) from {PUBLIC_TABLE}"
    figures, suppressed = connection.execute(query).fetchall()[0]
    return int(figures), int(suppressed)
