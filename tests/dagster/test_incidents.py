"""The sensor that tells incidents, the morning digest's schedule, and the record of nights."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.utils import make_new_run_id

from insight_pipeline.defs import incidents, launch
from insight_pipeline.defs.assembly import build_definitions
from insight_pipeline.defs.incidents import DIGEST_JOB, incident_sensor
from insight_pipeline.defs.landing import INBOX_CHECK
from insight_pipeline.defs.night_record import ending_of, witness_nights
from insight_pipeline.defs.nightly import JOB
from insight_pipeline.indicators.catalogue import Catalogue, load_catalogue
from insight_pipeline.kernel.errors import Fault
from insight_pipeline.operations.incidents import check_rules
from insight_pipeline.operations.incidents.channels.log import log_path
from insight_pipeline.operations.incidents.findings import findings
from insight_pipeline.operations.nights import (
    Before,
    Ending,
    Outcome,
    begin_night,
    end_night,
    read_nights,
)
from insight_pipeline.settings import Settings
from tests.conftest import ROOT

FAULT = Fault("server drops of wellpath", "a server that answers", "none", "nothing", "look at it")
MINUTES = timedelta(minutes=1)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    home = tmp_path_factory.mktemp("empty") / "home"
    return build_definitions(Settings(home=home, project=ROOT))


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(Settings(home=ROOT / "no home", project=ROOT))


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as made:
        yield made


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home that has received something."""
    (tmp_path / "landing").mkdir()
    return Settings(home=tmp_path, project=ROOT)


def small_night(*, fails: bool = False) -> dg.Definitions:
    """A nightly job of one step: a failed ERROR check, a warning, a fault of the inbox."""
    key = dg.AssetKey(["landing", "inbox"])
    checks = {
        "wrong": dg.AssetCheckSeverity.ERROR,
        "odd": dg.AssetCheckSeverity.WARN,
        INBOX_CHECK: dg.AssetCheckSeverity.WARN,
    }
    details = dg.MetadataValue.text(f"{FAULT}\n\n{FAULT}")

    @dg.multi_asset(
        name="landing",
        specs=[dg.AssetSpec(key)],
        check_specs=[dg.AssetCheckSpec(name, asset=key) for name in checks],
    )
    def landing() -> Iterator[Any]:
        if fails:
            raise dg.Failure("in our own words")
        yield dg.MaterializeResult(asset_key=key)
        for name, severity in checks.items():
            yield dg.AssetCheckResult(
                passed=False,
                asset_key=key,
                check_name=name,
                severity=severity,
                metadata={"details": details},
            )

    job = dg.define_asset_job(JOB, selection=dg.AssetSelection.all())
    return dg.Definitions(assets=[landing], jobs=[job], executor=dg.in_process_executor)


def run_of(instance: dg.DagsterInstance, *, fails: bool = False) -> str:
    job = small_night(fails=fails).resolve_job_def(JOB)
    return job.execute_in_process(instance=instance, raise_on_error=False).run_id


def started(instance: dg.DagsterInstance, job_name: str = JOB) -> dg.DagsterRun:
    """A run that says it has started, and nothing after that."""
    run = dg.DagsterRun(job_name=job_name, run_id=make_new_run_id())
    instance.add_run(run)
    event = dg.DagsterEvent(dg.DagsterEventType.RUN_START.value, job_name=job_name, message="begun")
    instance.report_dagster_event(event, run.run_id)
    return run


def status(instance: dg.DagsterInstance, run: dg.DagsterRun) -> dg.DagsterRunStatus:
    found = instance.get_run_by_id(run.run_id)
    assert found
    return found.status


def test_the_digest_is_scheduled_and_the_sensor_is_on_by_themselves(whole: dg.Definitions) -> None:
    schedules = {each.name: each for each in whole.schedules or []}
    digest = schedules["morning_digest"]
    assert isinstance(digest, dg.ScheduleDefinition)
    assert (digest.cron_schedule, digest.execution_timezone) == ("0 7 * * *", "Europe/London")
    assert digest.default_status is dg.DefaultScheduleStatus.RUNNING
    assert digest.job_name == DIGEST_JOB
    sensors = {each.name: each for each in whole.sensors or []}
    assert sensors["incidents"].default_status is dg.DefaultSensorStatus.RUNNING


def test_the_names_that_incidents_go_by_are_names_of_the_graph(whole: dg.Definitions) -> None:
    checks = {key.name for key in whole.resolve_asset_graph().asset_check_keys}
    assert {
        check_rules.ENGINE_CHECK,
        check_rules.FEEDBACK_CHECK,
        check_rules.CHURN_CHECK,
        *check_rules.WITH_THE_ENGINE,
    } <= checks
    steps = {node.name for node in whole.resolve_job_def(JOB).nodes}
    assert check_rules.PUBLICATION_STEP in steps


def test_what_a_run_came_to_is_read_from_its_events(instance: dg.DagsterInstance) -> None:
    ending = ending_of(instance, run_of(instance), Outcome.SUCCEEDED)
    assert [(one.asset, one.check) for one in ending.failed_checks] == [("landing.inbox", "wrong")]
    assert [Fault(**one.model_dump()) for one in ending.faults] == [FAULT, FAULT]
    failed = ending_of(instance, run_of(instance, fails=True), Outcome.FAILED)
    assert (failed.outcome, failed.failed_steps) == (Outcome.FAILED, ("landing",))


def test_nights_of_the_daemon_are_recorded_once(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    run_of(instance)
    now = datetime.now(UTC)
    assert witness_nights(instance, settings, now)
    assert not witness_nights(instance, settings, now)
    (night,) = read_nights(settings)
    assert (night.by, night.is_good) == ("daemon", True)


def test_a_run_whose_process_is_gone_is_recorded_as_killed_and_gives_its_slot_back(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    run, now = started(instance), datetime.now(UTC)
    assert witness_nights(instance, settings, now), "it has started"
    assert not witness_nights(instance, settings, now + 4 * MINUTES)
    assert witness_nights(instance, settings, now + 6 * MINUTES)
    (night,) = read_nights(settings)
    assert night.ending
    assert night.ending.outcome is Outcome.KILLED
    again = instance.get_run_by_id(run.run_id)
    assert again
    assert again.status is dg.DagsterRunStatus.FAILURE


def test_a_lost_run_of_any_job_gives_its_slot_back(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    run, now = started(instance, job_name="a_replay"), datetime.now(UTC)
    witness_nights(instance, settings, now + 50 * MINUTES)
    assert status(instance, run) is dg.DagsterRunStatus.STARTED, "it may hold no home"
    witness_nights(instance, settings, now + 70 * MINUTES)
    assert status(instance, run) is dg.DagsterRunStatus.FAILURE
    assert read_nights(settings) == (), "it was no night"


def test_a_night_that_died_long_before_anybody_looked_gives_its_slot_back(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    run, now = started(instance), datetime.now(UTC)
    witness_nights(instance, settings, now + 5000 * MINUTES)
    assert status(instance, run) is dg.DagsterRunStatus.FAILURE


def test_a_run_that_dagster_itself_found_dead_was_killed(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    run = started(instance)
    instance.report_run_failed(run, "Run worker process unexpectedly exited")
    witness_nights(instance, settings, datetime.now(UTC))
    (night,) = read_nights(settings)
    assert night.ending
    assert night.ending.outcome is Outcome.KILLED


def test_the_sensor_tells_after_a_night_and_then_only_what_is_new(
    instance: dg.DagsterInstance, settings: Settings, catalogue: Catalogue
) -> None:
    run_of(instance, fails=True)
    sensor = incident_sensor(catalogue, settings)
    context = dg.build_sensor_context(instance)
    told = sensor(context)
    assert isinstance(told, dg.SkipReason)
    assert "incidents open, 1 messages sent" in str(told.skip_message)
    (line,) = (json.loads(line) for line in log_path(settings).read_text().splitlines()[:1])
    assert (line["event"], line["kind"]) == ("opened", "night_failed")
    again = sensor(dg.build_sensor_context(instance, cursor=context.cursor))
    assert isinstance(again, dg.SkipReason)
    assert "nothing new" in str(again.skip_message)


def test_a_home_that_never_received_anything_is_left_alone(
    instance: dg.DagsterInstance, tmp_path: Path, catalogue: Catalogue
) -> None:
    settings = Settings(home=tmp_path / "home", project=ROOT)
    incident_sensor(catalogue, settings)(dg.build_sensor_context(instance))
    assert not settings.home.exists()


def test_what_goes_wrong_while_telling_reaches_dagster_without_a_value(
    instance: dg.DagsterInstance,
    settings: Settings,
    catalogue: Catalogue,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*arguments: Any) -> None:
        raise ValueError("could not convert 'Canary'")

    monkeypatch.setattr(incidents, "tell_incidents", broken)
    with pytest.raises(dg.Failure) as caught:
        incident_sensor(catalogue, settings)(dg.build_sensor_context(instance))
    assert "Canary" not in str(caught.value.description)
    assert "ValueError" in str(caught.value.description)


def test_the_digest_job_sends_it_once(
    instance: dg.DagsterInstance, settings: Settings, catalogue: Catalogue
) -> None:
    schedule = incidents.digest_schedule(catalogue, settings)
    job = dg.Definitions(schedules=[schedule]).resolve_job_def(DIGEST_JOB)
    for _ in range(2):
        assert job.execute_in_process(instance=instance).success
    (line,) = log_path(settings).read_text().splitlines()
    assert json.loads(line)["event"] == "digest"


@pytest.mark.parametrize("fails", [False, True])
def test_a_night_by_hand_is_recorded_and_told_at_its_end(
    fails: bool,
    instance: dg.DagsterInstance,
    settings: Settings,
    catalogue: Catalogue,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(launch, "build_definitions", lambda *_: small_night(fails=fails))
    monkeypatch.setattr(launch, "open_instance", lambda _: instance)
    night = launch.run_nightly(settings)
    (record,) = read_nights(settings)
    assert (record.run_id, record.by) == (night.run_id, "command")
    assert record.is_good is not fails
    told = {json.loads(line)["kind"] for line in log_path(settings).read_text().splitlines()}
    assert told == ({"night_failed"} if fails else {"check_failed", "server_unreachable"})
    assert {one.kind for one in findings(settings, catalogue, datetime.now(UTC))} == told


def test_trouble_with_telling_does_not_change_how_a_night_ended(
    instance: dg.DagsterInstance,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*arguments: Any) -> None:
        raise ValueError("could not convert 'Canary'")

    monkeypatch.setattr(launch, "build_definitions", lambda *_: small_night())
    monkeypatch.setattr(launch, "open_instance", lambda _: instance)
    monkeypatch.setattr(launch, "tell_incidents", broken)
    assert launch.run_nightly(settings).succeeded
    assert "incidents were not told" in caplog.text
    assert "ValueError" in caplog.text
    assert "Canary" not in caplog.text


def test_a_night_recorded_by_hand_is_not_recorded_again_by_the_sensor(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    run_id, now = run_of(instance), datetime.now(UTC)
    begin_night(settings, run_id, "command", now, Before())
    end_night(settings, run_id, now, Ending(outcome=Outcome.SUCCEEDED))
    assert not witness_nights(instance, settings, now)
    (night,) = read_nights(settings)
    assert night.by == "command"
