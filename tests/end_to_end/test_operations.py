"""A night by its own: what is dropped is seen, what is due starts, what fails stops nobody else.

All over the real webserver, daemon and GraphQL, on copies of one home after its first night.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, expect

from insight_pipeline.contracts.judging.verdict import verdict_path
from insight_pipeline.contracts.standing.accounts import Account, read_accounts
from insight_pipeline.defs.launch import run_nightly
from insight_pipeline.indicators.catalogue import load_catalogue
from insight_pipeline.landing.manifest import MANIFEST_SUFFIX
from insight_pipeline.landing.receipt import read_receipts
from insight_pipeline.landing.reception import blob_path
from insight_pipeline.operations.trail import Trail, partition_of, trail
from insight_pipeline.settings import Settings
from insight_pipeline.simulation.borough import simulate
from tests.end_to_end.project import copy_project, query, settings_for
from tests.end_to_end.servers import Server, dagster, ended, repository

pytestmark = [pytest.mark.end_to_end, pytest.mark.slow]

FEED, OTHER = "activelife__members", "merebank__spells"
START_SENSOR = """
mutation Start($selector: SensorSelector!) {
  startSensor(sensorSelector: $selector) { __typename ... on Sensor { sensorState { status } } }
}
"""
RUNS = """
query Runs($tags: [ExecutionTag!]) { runsOrError(filter: {tags: $tags}) {
  ... on Runs { results { runId status jobName tags { key value } } } } }
"""
BACKFILL = """
mutation Replay($assets: [AssetKeyInput!]!, $partitions: [String!]!) {
  launchPartitionBackfill(backfillParams: {assetSelection: $assets, partitionNames: $partitions}) {
    __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message }
  }
}
"""
EVENTS = """
query Events($key: AssetKeyInput!, $partitions: [String!]) {
  assetOrError(assetKey: $key) { ... on Asset {
    assetMaterializations(partitions: $partitions) {
      partition runId metadataEntries { label ... on IntMetadataEntry { intValue }
                                        ... on TextMetadataEntry { text }
                                        ... on PipelineRunMetadataEntry { runId } }
} } } }
"""
CHECKS = """
query Checks($key: AssetKeyInput!, $name: String!) {
  assetCheckExecutions(assetKey: $key, checkName: $name, limit: 5) { runId status }
}
"""


CHECK_NAMES = """
query Names($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) { ... on AssetNode {
  assetChecksOrError { ... on AssetChecks { checks { name } } } } } }
"""


@dataclass(frozen=True)
class Prepared:
    """A home after a night, and the drop that had not come yet."""

    home: Path
    held_back: Path

    def copied(self, target: Path, project: Path | None = None) -> Settings:
        """A home of its own, whose DAGSTER_HOME is its own."""
        shutil.copytree(self.home, target, symlinks=True)
        settings = settings_for(target, frequency="monthly")
        return replace(settings, project=project) if project else settings


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    root = tmp_path_factory.mktemp("prepared")
    settings = settings_for(root / "home", frequency="monthly")
    simulate(settings.inbox, root / "truth", citizens=600, months=18, seed=7)
    # Other feeds decide how far the data reach; rows of an earlier one would be superseded.
    manifest = max(settings.inbox.glob(f"activelife/**/*members*{MANIFEST_SUFFIX}"))
    held_back = root / "held back"
    held_back.mkdir()
    for path in (manifest, manifest.with_name(manifest.name.removesuffix(MANIFEST_SUFFIX))):
        place = held_back / path.relative_to(settings.inbox)
        place.parent.mkdir(parents=True, exist_ok=True)
        path.rename(place)
    assert run_nightly(settings).succeeded
    return Prepared(settings.home, held_back)


def runs(server: Server, key: str, value: str) -> list[dict[str, Any]]:
    found = server.ask(RUNS, tags=[{"key": key, "value": value}])["runsOrError"]["results"]
    assert isinstance(found, list)
    return found


def run_tagged(server: Server, key: str, value: str) -> str:
    """The id of the first run with this tag, once there is one."""
    found = server.until(
        f"a run tagged {key}={value}",
        RUNS,
        lambda data: data["runsOrError"]["results"],
        tags=[{"key": key, "value": value}],
    )
    return str(found[-1]["runId"])


def account(settings: Settings, stem: str, delivery_id: str) -> Account:
    known = read_accounts(settings, stem)
    assert known
    return next(each for each in known.deliveries if each.delivery_id == delivery_id)


def followed(settings: Settings, delivery_id: str) -> Trail:
    return trail(settings, load_catalogue(settings), FEED, delivery_id)


def events(server: Server, stem: str, *partitions: str) -> list[dict[str, Any]]:
    key = {"path": ["deliveries", stem]}
    asset = server.ask(EVENTS, key=key, partitions=list(partitions) or None)["assetOrError"]
    found = asset["assetMaterializations"]
    assert isinstance(found, list)
    return found


def is_told_by(event: dict[str, Any], run: str) -> bool:
    return any(entry.get("runId") == run for entry in event["metadataEntries"])


def test_a_file_dropped_in_the_inbox_is_seen_judged_linked_and_shown_in_a_preview(
    prepared: Prepared, tmp_path: Path
) -> None:
    settings = prepared.copied(tmp_path / "home")
    known = {receipt.delivery_id for receipt in read_receipts(settings.landing, FEED)}
    with dagster(settings, tmp_path) as server:
        loaded = repository(server)
        started = server.ask(
            START_SENSOR,
            selector={
                "repositoryLocationName": loaded["location"]["name"],
                "repositoryName": loaded["name"],
                "sensorName": "arrivals",
            },
        )["startSensor"]
        assert started["sensorState"]["status"] == "RUNNING"
        shutil.copytree(prepared.held_back, settings.inbox, dirs_exist_ok=True)
        run = run_tagged(server, "dagster/sensor_name", "arrivals")
        assert ended(server, run) == "SUCCESS"
        (new,) = {r.delivery_id for r in read_receipts(settings.landing, FEED)} - known
        found = followed(settings, new)
        (told,) = events(server, FEED, found.partition)
    assert (found.outcome, found.counts["accepted"] > 0) == ("accepted", True)
    assert found.staging
    assert found.evidence.linked > 0, "its rows are linked to people"
    assert found.visible is not None
    assert found.visible.is_preview
    assert found.visible.path.parent == settings.preview
    figures = query(found.visible.path / "indicators.duckdb", "select indicator_id from figure")
    assert {row[0] for row in figures} & set(found.indicators)
    entries = {entry["label"]: entry for entry in told["metadataEntries"]}
    assert entries["told_by"]["runId"] == run
    assert entries["rows_accepted"]["intValue"] == found.counts["accepted"]
    assert entries["visible_in"]["text"] == f"preview {found.visible.name}"


def test_a_scheduled_night_in_which_one_feeds_engine_fails_publishes_the_others(
    prepared: Prepared, tmp_path: Path, browser: Browser
) -> None:
    project = copy_project(tmp_path / "project")
    policy = project / "data_contracts" / "operations.yaml"
    said = yaml.safe_load(policy.read_text()) or {}
    said["night"] = {"cron": "* * * * *", "timezone": "Europe/London"}
    policy.write_text(yaml.safe_dump(said))
    settings = prepared.copied(tmp_path / "home", project)
    stood = read_accounts(settings, OTHER)
    damage(settings, OTHER)
    shutil.copytree(prepared.held_back, settings.inbox, dirs_exist_ok=True)
    with dagster(settings, tmp_path) as server:
        run = run_tagged(server, "dagster/schedule_name", "every_night")
        assert ended(server, run) == "SUCCESS"
        see_timeline(browser, server)
        key = {"path": ["accepted", OTHER]}
        checks = server.ask(CHECK_NAMES, key=key)["assetNodeOrError"]["assetChecksOrError"]
        states = [
            execution["status"]
            for check in checks["checks"]
            for execution in server.ask(CHECKS, key=key, name=check["name"])["assetCheckExecutions"]
            if execution["runId"] == run
        ]
        assert states
        assert set(states) == {"FAILED"}, "what could not be judged has passed nothing"
        changed = [event for event in events(server, FEED) if is_told_by(event, run)]
        untold = [event for event in events(server, OTHER) if is_told_by(event, run)]
    assert read_accounts(settings, OTHER) == stood, "the feed stays as it stood"
    assert changed, "the others were judged, and told of"
    assert untold == []
    newest = settings.preview / "latest"
    providers = query(newest / "indicators.duckdb", "select distinct provider_id from figure")
    assert {"activelife", "merebank"} <= {row[0] for row in providers}


def see_timeline(browser: Browser, server: Server) -> None:
    page = browser.new_page()
    page.goto(f"{server.address.removesuffix('/graphql')}/overview/activity/timeline")
    page.get_by_text("1hr").click()
    expect(page.get_by_text("nightly", exact=True).first).to_be_visible(timeout=60_000)
    page.close()


def damage(settings: Settings, stem: str) -> None:
    """A delivery whose kept rows and landed bytes are both lost: nobody can judge it."""
    receipt = read_receipts(settings.landing, stem)[0]
    (settings.accepted / stem / f"{receipt.delivery_id}.parquet").write_bytes(b"lost")
    blob = blob_path(settings.landing, receipt.sha256)
    blob.chmod(0o600)
    blob.write_bytes(b"lost")
    for path in settings.inbox.glob(f"{receipt.manifest.provider}/**/{receipt.manifest.file}"):
        # The same file in the inbox would heal it.
        path.with_name(f"{path.name}{MANIFEST_SUFFIX}").unlink(missing_ok=True)


def test_one_delivery_is_replayed_alone(prepared: Prepared, tmp_path: Path) -> None:
    settings = prepared.copied(tmp_path / "home")
    before = {path: path.stat().st_mtime_ns for path in settings.accepted.rglob("*.verdict.json")}
    known = read_accounts(settings, FEED)
    assert known
    one = next(each for each in known.deliveries if each.outcome == "accepted")
    partition = partition_of(one.period_to, one.delivery_id)
    key = {"path": ["deliveries", FEED]}
    with dagster(settings, tmp_path) as server:
        repository(server)
        launched = server.ask(BACKFILL, assets=[key], partitions=[partition])
        assert launched["launchPartitionBackfill"]["__typename"] == "LaunchBackfillSuccess", (
            launched
        )
        backfill = launched["launchPartitionBackfill"]["backfillId"]
        run = run_tagged(server, "dagster/backfill", backfill)
        assert ended(server, run) == "SUCCESS"
        assert len(runs(server, "dagster/backfill", backfill)) == 1
        checked = server.ask(CHECKS, key=key, name="replay_gives_the_same_verdict")
        told = next(e for e in events(server, FEED, partition) if e["runId"] == run)
    entries = {entry["label"]: entry for entry in told["metadataEntries"]}
    assert entries["verdict_of_the_replay"]["text"] == "the same"
    assert checked["assetCheckExecutions"] == [{"runId": run, "status": "SUCCEEDED"}]
    after = {path: path.stat().st_mtime_ns for path in settings.accepted.rglob("*.verdict.json")}
    judged = {path for path, when in after.items() if before[path] != when}
    assert judged == {verdict_path(settings.accepted, FEED, one.delivery_id)}
    assert read_accounts(settings, FEED) == known
    assert account(settings, FEED, one.delivery_id) == one
