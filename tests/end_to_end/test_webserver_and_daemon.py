"""The real thing: Dagster's webserver and daemon on a fresh home, driven over GraphQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from insight_pipeline.simulation.borough import simulate
from tests.end_to_end.project import query, settings_for
from tests.end_to_end.servers import DAEMONS, LAUNCH, dagster, ended
from tests.end_to_end.servers import repository as loaded


@pytest.mark.end_to_end
def test_the_nightly_launched_over_graphql_is_run_by_the_daemon_and_publishes(
    tmp_path: Path,
) -> None:
    settings = settings_for(tmp_path / "home")
    simulate(settings.inbox, tmp_path / "truth", citizens=600, months=18, seed=7)

    with dagster(settings, tmp_path) as server:
        repository = loaded(server)
        assert "nightly" in {job["name"] for job in repository["jobs"]}
        schedules = {s["name"]: s["scheduleState"]["status"] for s in repository["schedules"]}
        assert schedules["every_night"] == "RUNNING"
        assert [s["name"] for s in repository["sensors"] if s["name"] == "arrivals"]
        launched = server.ask(
            LAUNCH,
            selector={
                "repositoryLocationName": repository["location"]["name"],
                "repositoryName": repository["name"],
                "jobName": "nightly",
            },
        )["launchRun"]
        assert launched["__typename"] == "LaunchRunSuccess", launched
        status = ended(server, launched["run"]["runId"])
        daemons = server.ask(DAEMONS)["instance"]["daemonHealth"]["allDaemonStatuses"]

    assert status == "SUCCESS"
    assert all(daemon["healthy"] for daemon in daemons if daemon["required"])
    released = query(
        settings.published / "latest" / "indicators.duckdb",
        "select count(*), count(distinct indicator_id) from figure",
    )
    assert released[0][0] > 0
    assert released[0][1] >= 5
