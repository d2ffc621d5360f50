"""Dagster's webserver and daemon as processes of their own, driven over GraphQL."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from insight_pipeline.defs.workspace import prepare_dagster_home
from insight_pipeline.settings import Settings

WAIT_SECONDS = 480
LAUNCH = """
mutation Launch($selector: JobOrPipelineSelector!) {
  launchRun(executionParams: {selector: $selector, mode: "default"}) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on PythonError { message }
    ... on InvalidSubsetError { message }
  }
}
"""
STATUS = "query Status($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
LOCATIONS = """
{ repositoriesOrError { ... on RepositoryConnection { nodes {
    name location { name } jobs { name }
    schedules { name scheduleState { status } } sensors { name }
} } } }
"""
DAEMONS = "{ instance { daemonHealth { allDaemonStatuses { daemonType healthy required } } } }"


@dataclass(frozen=True)
class Server:
    """A running webserver, by its GraphQL address."""

    address: str
    logs: Path
    processes: tuple[subprocess.Popen[bytes], ...]

    def ask(self, text: str, **variables: Any) -> dict[str, Any]:
        body = json.dumps({"query": text, "variables": variables}).encode()
        request = urllib.request.Request(self.address, body, {"Content-Type": "application/json"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
        assert "errors" not in found, found["errors"]
        data: dict[str, Any] = found["data"]
        return data

    def until(self, what: str, text: str, wanted: Any, **variables: Any) -> Any:
        """Ask until `wanted(data)` is true; returns it."""
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            assert not any(process.poll() for process in self.processes), self.said()
            try:
                found = wanted(self.ask(text, **variables))
            except (urllib.error.URLError, ConnectionError):
                found = None
            if found:
                return found
            time.sleep(1)
        raise AssertionError(f"waited {WAIT_SECONDS} s for {what}\n{self.said()}")

    def said(self) -> str:
        """The last lines of every process's log."""
        tails = [log.read_text().splitlines()[-40:] for log in sorted(self.logs.glob("*.log"))]
        return "\n".join(line for tail in tails for line in tail)


@contextmanager
def process(settings: Settings, log: Path, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A Dagster process of the same installation, ended with the block."""
    environment = {**settings.environment(), "DAGSTER_HOME": str(settings.dagster_home)}
    program = str(Path(sys.executable).with_name(command[0]))
    with log.open("w") as output:
        running = subprocess.Popen(
            [program, *command[1:]], env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            yield running
        finally:
            running.terminate()
            running.wait(30)


@contextmanager
def dagster(settings: Settings, logs: Path) -> Iterator[Server]:
    prepare_dagster_home(settings)
    workspace = ("-m", "insight_pipeline.definitions", "-d", str(settings.project))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    web = ("dagster-webserver", "-h", "127.0.0.1", "-p", port, *workspace)
    with (
        process(settings, logs / "webserver.log", *web) as server,
        process(settings, logs / "daemon.log", "dagster-daemon", "run", *workspace) as daemon,
    ):
        yield Server(f"http://127.0.0.1:{port}/graphql", logs, (server, daemon))


def repository(server: Server) -> dict[str, Any]:
    """The one repository, once its definitions are loaded."""
    (found,) = server.until(
        "definitions to load", LOCATIONS, lambda data: data["repositoriesOrError"].get("nodes")
    )
    known: dict[str, Any] = found
    return known


def ended(server: Server, run_id: str) -> str:
    """A run's status, once it has ended."""
    status = server.until(
        "the run to end",
        STATUS,
        lambda data: (
            data["runOrError"]["status"] in ("SUCCESS", "FAILURE", "CANCELED")
            and data["runOrError"]["status"]
        ),
        id=run_id,
    )
    return str(status)
