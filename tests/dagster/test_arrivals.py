"""The arrival sensor: asks once for the same drops, never while a run is under way."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from insight_pipeline.defs.arrivals import arrival_sensor
from insight_pipeline.landing.reception import receive
from insight_pipeline.settings import Settings
from tests.end_to_end.project import write_manifest


class Daemon:
    """What the daemon does with the sensor: cursor and run keys are kept between ticks."""

    def __init__(self, settings: Settings, instance: dg.DagsterInstance) -> None:
        self.settings, self.instance = settings, instance
        self.sensor = arrival_sensor(settings, settle_looks=2)
        self.cursor: str | None = None
        self.asked: list[str] = []

    def tick(self) -> str:
        """'run', or why not."""
        context = dg.build_sensor_context(self.instance, cursor=self.cursor)
        found = self.sensor.evaluate_tick(context)
        self.cursor = found.cursor
        if not found.run_requests:
            return str(found.skip_message)
        (request,) = found.run_requests
        assert request.run_key
        if request.run_key in self.asked:
            return "asked before"
        self.asked.append(request.run_key)
        return "run"

    def drop(self, name: str, data: bytes) -> Path:
        file = self.settings.inbox / "activelife" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        write_manifest(file, "activelife", "visits")
        return file


@pytest.fixture
def daemon(tmp_path: Path) -> Daemon:
    with dg.DagsterInstance.ephemeral() as instance:
        yield Daemon(Settings(home=tmp_path, project=tmp_path), instance)


def test_a_drop_that_settled_asks_for_one_night(daemon: Daemon) -> None:
    assert daemon.tick() == "every completed drop has been received"
    daemon.drop("a.csv", b"1")
    assert daemon.tick() == "1 drops may still be changing"
    assert [daemon.tick() for _ in range(3)] == ["run", "asked before", "asked before"]


def test_after_a_night_that_failed_only_a_new_drop_asks_again(daemon: Daemon) -> None:
    daemon.drop("a.csv", b"1")
    assert [daemon.tick() for _ in range(3)] == [
        "1 drops may still be changing", "run", "asked before",
    ]  # fmt: skip
    daemon.drop("b.csv", b"2")
    assert [daemon.tick() for _ in range(3)] == [
        "1 drops may still be changing", "run", "asked before",
    ]  # fmt: skip
    receive(daemon.settings.inbox, daemon.settings.landing)
    assert daemon.tick() == "every completed drop has been received"


def test_nothing_is_asked_while_any_run_is_under_way(daemon: Daemon) -> None:
    daemon.drop("a.csv", b"1")
    daemon.tick()
    run = daemon.instance.create_run_for_job(
        dg.job(name="replay_delivery")(lambda: None), status=dg.DagsterRunStatus.STARTED
    )
    assert daemon.tick() == "a run is under way"
    daemon.instance.delete_run(run.run_id)
    assert daemon.tick() == "run"


def test_no_name_reaches_dagster(daemon: Daemon) -> None:
    daemon.drop("hernandez.csv", b"1")
    daemon.tick()
    assert daemon.cursor
    assert "hernandez" not in daemon.cursor


def test_a_cursor_of_another_version_is_forgotten(daemon: Daemon) -> None:
    daemon.cursor = "0" * 64
    daemon.drop("a.csv", b"1")
    assert [daemon.tick() for _ in range(2)] == ["1 drops may still be changing", "run"]


def test_a_failing_look_tells_no_name(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*arguments: object) -> None:
        raise OSError("hernandez.csv")

    monkeypatch.setattr("insight_pipeline.defs.arrivals.look", failing)
    with pytest.raises(dg.Failure) as told:
        daemon.tick()
    assert "hernandez" not in str(told.value.description)
