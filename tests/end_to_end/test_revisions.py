"""A figure's way through six nights: each reason by what really happens to a small borough.

Followed is one total: referrals of a quarter from community health to adult social care, and how
many of them were picked up. It is final from the first night on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from insight_pipeline.defs.launch import run_nightly
from insight_pipeline.kernel.fingerprint import file_sha256
from insight_pipeline.landing.manifest import MANIFEST_SUFFIX
from insight_pipeline.linkage.review.delivery import Destination, write_delivery
from insight_pipeline.linkage.review.notebook import Judgement
from insight_pipeline.publication.history import previous_releases
from insight_pipeline.settings import Settings
from insight_pipeline.simulation.borough import simulate
from tests.end_to_end.project import copy_project, query, settings_for, write_manifest
from tests.end_to_end.test_arrival import deliver

pytestmark = [pytest.mark.end_to_end, pytest.mark.slow]

INDICATOR = "health_to_care_pickup_28d"
TOTAL = f"indicator_id = '{INDICATOR}' and period_from = '2026-01-01' and breakdown_type = 'total'"
REFERRALS = "wellpath/2026-04-07/csds_referrals_20260331.ndjson"
QUARTER = {"period_from": "2026-01-01", "period_to": "2026-03-31"}


@dataclass(frozen=True)
class Borough:
    """A project of its own, its home, and some of community health's patients."""

    settings: Settings
    patients: list[dict[str, Any]]

    @property
    def inbox(self) -> Path:
        return self.settings.inbox

    def night(self) -> None:
        assert run_nightly(self.settings).succeeded

    def edit(self, file: str, was: str, becomes: str) -> None:
        path = self.settings.project / file
        text = path.read_text(encoding="utf-8")
        assert was in text
        path.write_text(text.replace(was, becomes), encoding="utf-8")

    def ledger(self, columns: str = "reason_code, status, numerator, denominator") -> list[Any]:
        rows = f"select {columns} from indicators.figure_revision where {TOTAL}"
        return query(self.settings.warehouse, f"{rows} order by revision_no")


def send(borough: Borough, name: str, lines: list[str], submitted_at: str) -> None:
    """A delivery of the quarter's referrals by community health."""
    file = borough.inbox / "wellpath" / name / f"{name}.ndjson"
    file.parent.mkdir(parents=True)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    write_manifest(file, "wellpath", "referrals", **QUARTER, submitted_at=submitted_at)


def referral(row: dict[str, Any], number: int, onward: str | None) -> str:
    """One more referral of a patient who is known, made in February."""
    day = "2026-02-10"
    made_up = {
        **row,
        "ServiceRequestId": f"SR99900{number}",
        "ReferralRequestReceivedDate": day,
        "OnwardReferralTo": onward,
        "OnwardReferralDate": day if onward else None,
        "ReferralClosureDate": None,
        "ClosureReason": None,
    }
    return json.dumps(made_up)


def late_delivery(borough: Borough) -> None:
    """Referrals to adult social care that the quarter's first delivery lacked."""
    lines = [
        referral(row, number, "ADULT SOCIAL CARE") for number, row in enumerate(borough.patients)
    ]
    send(borough, "late", lines, "2026-10-20T09:00:00Z")


def corrected_delivery(borough: Borough) -> None:
    """Two of them were never referred onward."""
    lines = [referral(row, number, None) for number, row in enumerate(borough.patients[:2])]
    send(borough, "corrected", lines, "2026-11-01T09:00:00Z")


def changed_constant(borough: Borough) -> None:
    borough.edit(
        f"dbt_like_sql/indicators/{INDICATOR}.sql", "pickup_days <= 28", "pickup_days <= 1"
    )


def new_contract_version(borough: Borough) -> None:
    """Version 1.1.0 takes no onward referral of January any more."""
    contract = "data_contracts/providers/wellpath__referrals.odcs.yaml"
    rule = "\"PersonBirthDate\" <> '1900-01-01'\n        mustBe: true\n        severity: warn"
    stricter = (
        "coalesce(\"OnwardReferralDate\", '2026-12-31') > '2026-01-31'\n"
        "        mustBe: true\n        severity: record"
    )
    borough.edit(contract, rule, stricter)
    borough.edit(contract, "version: 1.0.0", "version: 1.1.0")


def parted_people(borough: Borough) -> None:
    """A reviewer says of everybody known to both services that these are different people."""
    pairs = query(
        borough.settings.identity,
        "select l.record_id, r.record_id from person l join person r using (citizen_key) "
        "where l.record_id like 'wellpath:%' and r.record_id like 'brightcare:%' order by all",
    )
    assert pairs
    decided = datetime(2026, 11, 3, 9, tzinfo=UTC)
    judgements = [
        Judgement(
            decision_id=f"decision-{number}",
            item_id=f"item-{number}",
            record_id_l=left,
            record_id_r=right,
            verdict_code="different",
            scope_code="records",
            records_l=(left,),
            records_r=(right,),
            sampling_code="named",
            reason_code="case_file",
            reason="Case files show two people.",
            reviewer_id="reviewer",
            is_blind=False,
            decided_at=f"{decided + timedelta(minutes=number):%Y-%m-%d %H:%M:%S}",
            evidence_mark="0" * 32,
        )
        for number, (left, right) in enumerate(pairs)
    ]
    council = Destination(borough.inbox, "council", "linkage_decisions", "1.0.0")
    write_delivery(judgements, council, decided + timedelta(hours=3))


NIGHTS: dict[str, Callable[[Borough], None]] = {
    "late_data": late_delivery,
    "error": corrected_delivery,
    "method": changed_constant,
    "contract_change": new_contract_version,
    "linkage": parted_people,
}


@pytest.fixture(scope="module")
def borough(tmp_path_factory: pytest.TempPathFactory) -> Borough:
    """Before its first night, every drop in its inbox."""
    folder = tmp_path_factory.mktemp("revisions")
    project = copy_project(folder / "project")
    settings = settings_for(folder / "home", project, frequency="nightly")
    policies = settings.contracts / "publication/disclosure.yaml"
    text = policies.read_text(encoding="utf-8")
    # So small a borough has hardly a figure that could be shown under the policy in force.
    policies.write_text(text.replace("default: nhs_hes", "default: none"), encoding="utf-8")
    drops = folder / "drops"
    simulate(drops, folder / "truth", citizens=700, months=9, seed=11)
    deliver(drops, settings, sorted(drops.rglob(f"*{MANIFEST_SUFFIX}")))
    rows = map(json.loads, (drops / REFERRALS).read_text(encoding="utf-8").splitlines())
    known = {row["LocalPatientId"]: row for row in rows if row["NHSNumber"]}
    return Borough(settings, [known[name] for name in sorted(known)[:6]])


@pytest.fixture
def nights(
    borough: Borough, unrecorded: None, second_opinion_taken_as_given: None
) -> Iterator[Borough]:
    yield borough


def test_every_reason_is_told_by_what_happened_and_nothing_is_lost(nights: Borough) -> None:
    nights.night()
    rows = nights.ledger("status, reason_code")
    assert rows == [("final", "first")]
    for reason, happens in NIGHTS.items():
        before = nights.ledger("*")
        happens(nights)
        nights.night()
        after = nights.ledger("*")
        assert after[: len(before)] == before, "nothing is overwritten"
        (added,) = nights.ledger("reason_code")[len(before) :]
        assert added == (reason,)
    _rerun_adds_nothing(nights)
    _public_ledger_agrees(nights)
    _scorecard_tells_how_much_was_revised(nights)


def _rerun_adds_nothing(nights: Borough) -> None:
    ledger = "select count(*), max(night_no) from indicators.figure_revision"
    before = query(nights.settings.warehouse, ledger), _releases(nights)
    mark = file_sha256(nights.settings.warehouse)
    nights.night()
    assert (query(nights.settings.warehouse, ledger), _releases(nights)) == before
    assert file_sha256(nights.settings.warehouse) == mark


def _releases(nights: Borough) -> list[str]:
    return [path.name for path in previous_releases(nights.settings.published)]


def _public_ledger_agrees(nights: Borough) -> None:
    """What was published is in it release by release; no reason without a ground below."""
    latest = nights.settings.published / "latest" / "indicators.duckdb"
    numbers = "indicator_id, period_from, period_to, area_code, provider_id, breakdown_type, "
    numbers += "breakdown, numerator, denominator, value, "
    numbers += "case when value is null then shorthand end"
    for path in previous_releases(nights.settings.published):
        said = query(path / "indicators.duckdb", f"select {numbers} from figure order by all")
        number = json.loads((path / "release.json").read_text(encoding="utf-8"))["release_no"]
        stood = (
            f"select {numbers} from (from revision where release_no <= {number} "
            "qualify row_number() over (partition by indicator_id, period_from, period_to, "
            "area_code, provider_id, breakdown_type, breakdown order by revision_no desc) = 1) "
            "where status <> 'withdrawn' order by all"
        )
        assert query(latest, stood) == said
    reasons = {row[0] for row in query(latest, "select distinct reason_code from revision")}
    assert reasons == {"first", *NIGHTS}
    as_of = {row[0] for row in query(latest, "select distinct as_of_date from revision")}
    assert as_of == {date(2026, 9, 30)}


def _scorecard_tells_how_much_was_revised(nights: Borough) -> None:
    """Reckoned again from what each release said itself, one beside the next."""
    figure = "indicator_id, period_from, period_to, area_code, breakdown_type, breakdown"
    releases = previous_releases(nights.settings.published)
    latest = releases[-1] / "indicators.duckdb"
    changes: dict[str, list[float]] = {}
    for before, after in pairwise(releases):
        number = json.loads((after / "release.json").read_text(encoding="utf-8"))["release_no"]
        said = f"select provider_id, {figure}, value::double from figure where value is not null"
        was = {row[:-1]: row[-1] for row in query(before / "indicators.duckdb", said)}
        caused = f"select provider_id, {figure} from revision where release_no = {number} "
        caused += "and reason_code in ('late_data', 'error')"
        because = set(query(latest, caused))
        for row in query(after / "indicators.duckdb", said):
            key, now = row[:-1], row[-1]
            if key in because and key[0] != "all" and key in was and was[key] != now:
                changes.setdefault(key[0], []).append(abs(now - was[key]) / was[key] * 100)
    told = query(
        latest,
        "select provider_id, sum(figures_revised)::integer, max(revision_pct)::double "
        "from scorecard where figures_revised > 0 group by all order by all",
    )
    assert changes
    assert told == [
        (provider, len(sizes), pytest.approx(median(sizes), abs=0.051))
        for provider, sizes in sorted(changes.items())
    ]
