"""The server reaches this machine alone, and its log tells nothing."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.linkage.review.application import LARGEST_BODY
from insight_pipeline.linkage.review.queue import find_items
from insight_pipeline.linkage.review.server import HOST, Server, open_server
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


def sent(server: Server, raw: str) -> str:
    """The answer to a request as it is typed; empty where the server hung up."""
    with socket.create_connection((HOST, server.server_port), timeout=20) as line:
        line.sendall(raw.encode())
        return b"".join(iter(lambda: line.recv(4096), b"")).decode()


def test_a_length_of_thousands_of_digits_is_refused_without_reading_it(
    running: tuple[Server, list[str]],
) -> None:
    told = {"Content-Length": "9" * 5000}
    assert ask(running[0], "POST", running[0].application.root + "/write", **told)[0] == 413


def test_a_stranger_gets_one_answer_whatever_the_address_and_it_says_nothing(
    running: tuple[Server, list[str]],
) -> None:
    here = f"Host: {HOST}:{running[0].server_address[1]}\r\n\r\n"
    answers = [sent(running[0], f"GET {path} HTTP/1.0\r\n{here}") for path in ("*", "/", "/wrong")]
    plain = [
        [line for line in answer.splitlines() if not line.startswith("Date")] for answer in answers
    ]
    assert plain[0][0] == "HTTP/1.0 404 Not Found"
    assert plain[0] == plain[1] == plain[2]
    assert "review" not in answers[0].lower()


def test_a_browser_that_hangs_up_leaves_a_word_in_the_log_and_no_traceback(
    running: tuple[Server, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    server, log = running
    log.clear()
    try:
        raise BrokenPipeError(CANARY)
    except BrokenPipeError:
        server.handle_error(None, (HOST, 1))
    assert log == ["broken off BrokenPipeError"]
    assert capsys.readouterr().err == ""


def test_a_port_in_use_is_told_as_a_fault(running: tuple[Server, list[str]]) -> None:
    with pytest.raises(InsightError, match="in use"):
        open_server(running[0].application._desk, running[0].server_address[1], print)
