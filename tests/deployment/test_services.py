"""The three services, started by the very command lines of their units; the code by gRPC."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from insight_pipeline.settings import Settings
from tests.deployment.units import DEPLOY, INSTALLED, commands, services

pytestmark = [pytest.mark.slow, pytest.mark.end_to_end]
REPOSITORY = Path(__file__).parents[2]
WAIT_SECONDS = 240
LOCATIONS = """
{ repositoriesOrError { ... on RepositoryConnection { nodes {
    name location { name } jobs { name } schedules { name scheduleState { status } }
} } } }
"""
HEALTH = "{ instance { daemonHealth { allDaemonStatuses { daemonType healthy required } } } }"


@contextmanager
def running(words: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("wb") as stream:
        process = subprocess.Popen(
            words, env=environment, stdout=stream, stderr=stream, umask=0o077
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(60)


def asked(port: int, text: str) -> dict[str, Any]:
    body = json.dumps({"query": text}).encode()
    address = f"http://127.0.0.1:{port}/graphql"
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        found: dict[str, Any] = json.load(answer)["data"]
    return found


def until(port: int, text: str, wanted: Any, logs: Path) -> Any:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        try:
            found = wanted(asked(port, text))
        except (urllib.error.URLError, ConnectionError):
            found = None
        if found:
            return found
        time.sleep(1)
    said = "\n".join(log.read_text()[-3000:] for log in sorted(logs.glob("*.log")))
    raise AssertionError(f"waited {WAIT_SECONDS} s\n{said}")


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """What the paths of an installation are here, and its environment."""
    workspace = tmp_path / "workspace.yaml"
    text = (DEPLOY / "workspace.yaml").read_text()
    workspace.write_text(text.replace("/run/insight", str(tmp_path)))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    paths = {
        f"{INSTALLED}deploy/workspace.yaml": str(workspace),
        f"{INSTALLED}.venv/bin": str(Path(sys.executable).parent),
        "/run/insight": str(tmp_path),
        "3000": port,
    }
    settings = Settings(home=tmp_path / "home", project=REPOSITORY)
    environment = {**settings.environment(), "DAGSTER_HOME": str(settings.dagster_home)}
    yield paths, {**os.environ, **environment, "PYTHONPATH": str(REPOSITORY)}


def here(words: list[str], paths: dict[str, str]) -> list[str]:
    for installed_at, path in paths.items():
        words = [word.replace(installed_at, path) for word in words]
    return words


def test_the_units_commands_make_a_working_installation(
    installed: tuple[dict[str, str], dict[str, str]], tmp_path: Path
) -> None:
    paths, environment = installed
    port = int(paths["3000"])
    units = services()
    ready, code, up = (here(words, paths) for words in commands(units["insight-code.service"]))
    subprocess.run(ready, check=True, env=environment)
    with ExitStack() as stack:
        stack.enter_context(running(code, environment, tmp_path / "code.log"))
        subprocess.run(up, check=True, env=environment, timeout=WAIT_SECONDS)
        socket_mode = (tmp_path / "code.sock").stat().st_mode
        for name in ("webserver", "daemon"):
            (words,) = commands(units[f"insight-{name}.service"])
            log = tmp_path / f"{name}.log"
            stack.enter_context(running(here(words, paths), environment, log))
        node = until(port, LOCATIONS, _one_location, tmp_path)
        states = {each["name"]: each["scheduleState"]["status"] for each in node["schedules"]}
        assert "nightly" in {job["name"] for job in node["jobs"]}
        assert states["every_night"] == "RUNNING"
        until(port, HEALTH, _healthy, tmp_path)
    assert socket_mode & 0o077 == 0, "nobody else may speak to the code location"
    assert not (tmp_path / "home" / "warehouse.duckdb").exists(), "no night was asked for"


def _one_location(data: dict[str, Any]) -> dict[str, Any] | None:
    nodes = data["repositoriesOrError"].get("nodes") or []
    found = [node for node in nodes if node["location"]["name"] == "insight_pipeline"]
    return found[0] if found else None


def _healthy(data: dict[str, Any]) -> bool:
    daemons = data["instance"]["daemonHealth"]["allDaemonStatuses"]
    needed = [daemon for daemon in daemons if daemon["required"]]
    return bool(needed) and all(daemon["healthy"] for daemon in needed)
