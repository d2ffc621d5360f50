"""`insight serve`: how it begins, what it serves, how it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from insight_pipeline.cli.main import main
from insight_pipeline.settings import Settings
from tests.conftest import ROOT
from tests.unit.cli.conftest import Insight, Sample

PROGRAM = (sys.executable, "-m", "insight_pipeline.cli.main", "serve", "--port", "0")


@pytest.fixture
def serving(home: Settings) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "INSIGHT_HOME": str(home.home), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        PROGRAM,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


def get(address: str, path: str) -> tuple[int, bytes]:
    connection = HTTPConnection(urlsplit(address).netloc, timeout=10)
    connection.request("GET", path)
    response = connection.getresponse()
    return response.status, response.read()


def test_it_says_its_address_first_serves_the_release_and_ends_well_with_ctrl_c(
    serving: subprocess.Popen[str], sample: Sample
) -> None:
    assert serving.stdout is not None and serving.stderr is not None
    first = serving.stdout.readline()
    address = first.split()[0]
    assert address.startswith("http://127.0.0.1:")
    assert sample.second.name in first
    path = f"/{sample.second.name}/indicators.csv"
    assert get(address, path) == (200, (sample.second / "indicators.csv").read_bytes())
    assert get(address, f"/{sample.first.name}/release.json")[0] == 200
    serving.send_signal(signal.SIGINT)
    assert serving.wait(timeout=120) == 0
    assert "Traceback" not in serving.stderr.read()


def test_a_port_that_is_taken_ends_with_one_and_names_another(insight: Insight) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = insight("serve", "--port", str(taken.getsockname()[1]))
    assert result.exit_code == 1
    assert "a port that is free" in result.stderr


def test_what_cannot_be_served_is_told_at_once(insight: Insight, tmp_path: Path) -> None:
    assert insight("serve", "--release", "1999").exit_code == 2
    assert insight("serve", "--port", "70000").exit_code == 2
    nothing = CliRunner(env={"INSIGHT_HOME": str(tmp_path)}).invoke(main, ["serve"])
    assert nothing.exit_code == 1
    assert "insight nightly" in nothing.stderr
