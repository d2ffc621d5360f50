"""The server reaches this machine alone, and its log tells nothing."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from insight_pipeline.linkage.review.application import LARGEST_BODY
from insight_pipeline.linkage.review.queue import find_items
from insight_pipeline.linkage.review.server import HOST, Server
from insight_pipeline.linkage.review.workspace import open_workspace
from tests.unit.linkage.review.linked import CANARY, linked_home
from tests.unit.linkage.review.test_application import desk_of


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, list[str]]]:
    folder: Path = tmp_path_factory.mktemp("town")
    log: list[str] = []
    with open_workspace(linked_home(folder)) as workspace:
        find_items(workspace.con, workspace.join, workspace.policy)
        with Server(desk_of(workspace, folder), 0, log.append) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.05,))
            thread.start()
            yield server, log
            server.shutdown()
            thread.join(10)


def ask(server: Server, method: str, path: str, **more: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection(*server.server_address[:2], timeout=20)
    connection.request(method, path, headers=more)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def test_it_listens_on_this_machine_only(running: tuple[Server, list[str]]) -> None:
    assert running[0].server_address[0] == HOST == "127.0.0.1"


def test_the_secret_opens_the_list_and_stays_out_of_the_log(
    running: tuple[Server, list[str]],
) -> None:
    server, log = running
    log.clear()
    status, body = ask(server, "GET", server.application.root + "/")
    assert status == 200 and "Are they one person?" in body
    assert ask(server, "GET", f"/{CANARY}/")[0] == 404
    assert log == ["queue 200", "unknown 404"]


def test_a_body_too_large_or_of_no_known_length_is_refused(
    running: tuple[Server, list[str]],
) -> None:
    for length in (str(LARGEST_BODY + 1), "-1", "many"):
        told = {"Content-Length": length}
        assert ask(running[0], "POST", running[0].application.root + "/write", **told)[0] == 413


def test_a_page_that_fails_tells_the_kind_of_failure_only(
    running: tuple[Server, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, log = running
    log.clear()

    def fail(request: object) -> None:
        raise ValueError(f"could not read {CANARY}")

    monkeypatch.setattr(server.application, "respond", fail)
    status, body = ask(server, "GET", server.application.root + "/")
    assert status == 500 and CANARY not in body
    assert log == ["ValueError 500"]
