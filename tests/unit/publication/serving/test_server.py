"""Real requests over a real socket."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from threading import Thread

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.publication.releasing.pointer import point_latest
from insight_pipeline.publication.serving.addresses import Shelf
from insight_pipeline.publication.serving.server import ReleaseServer, open_server
from tests.unit.publication.serving.conftest import HIDDEN, NEW, OLD

DATABASE = f"/{NEW}/indicators.duckdb"
BYTES = bytes(range(256)) * 1000


@pytest.fixture
def server(shelf: Shelf) -> Iterator[ReleaseServer]:
    opened = open_server(shelf, 0)
    thread = Thread(target=opened.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield opened
    opened.shutdown()
    opened.server_close()
    thread.join()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: HTTPMessage
    body: bytes


def ask(server: ReleaseServer, target: str, method: str = "GET", **headers: str) -> Answer:
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.putrequest(method, target, skip_host="Host" in named, skip_accept_encoding=True)
    for name, value in named.items():
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    answer = Answer(response.status, response.headers, response.read())
    connection.close()
    return answer


def test_a_visit_begins_at_the_latest_release_and_stays_with_it(
    server: ReleaseServer, shelf: Shelf
) -> None:
    first = ask(server, "/")
    assert (first.status, first.headers["Location"]) == (302, f"/{NEW}/site/")
    page = ask(server, first.headers["Location"])
    assert page.status == 200 and page.body == f"<title>{NEW}</title>".encode()
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    point_latest(shelf.folder, OLD, date(2025, 6, 30))
    assert ask(server, f"/{NEW}/site/style.css").status == 200
    assert ask(server, "/").headers["Location"] == f"/{OLD}/site/"


def test_it_can_be_reached_from_this_machine_alone(server: ReleaseServer) -> None:
    assert server.server_address[0] == "127.0.0.1"
    assert server.address == f"http://127.0.0.1:{server.server_port}/"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "["])
def test_a_name_that_is_made_to_lead_here_gets_nothing(server: ReleaseServer, host: str) -> None:
    answer = ask(server, DATABASE, Host=host)
    assert answer.status == 421
    assert BYTES[:16] not in answer.body


@pytest.mark.parametrize("host", ["localhost:9000", "127.0.0.1", "[::1]:8000", "LOCALHOST"])
def test_this_machine_goes_by_its_own_names_on_any_port(server: ReleaseServer, host: str) -> None:
    assert ask(server, DATABASE, Host=host).status == 200


@pytest.mark.parametrize(
    "target",
    [
        f"/{NEW}/../../identity.duckdb",
        f"/{NEW}/%2e%2e/%2e%2e/identity.duckdb",
        f"/{NEW}/out.txt",
        f"/{NEW}/outside/identity.duckdb",
        f"/{NEW}/site/.hidden",
        f"/{NEW}/pipe",
        f"/{NEW}/site/empty/",
        "/loose.txt",
        "//evil.example/",
    ],
)
def test_what_is_not_of_a_release_is_not_there(server: ReleaseServer, target: str) -> None:
    answer = ask(server, target)
    assert (answer.status, answer.body) == (404, b"404 Not Found\n")
    assert HIDDEN.encode() not in answer.body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_nothing_can_be_done_but_read(server: ReleaseServer, method: str) -> None:
    answer = ask(server, DATABASE, method)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert answer.headers["Connection"] == "close"


@pytest.mark.parametrize("target", [DATABASE, "/", "/nowhere", f"/{NEW}/site/explore/"])
def test_every_answer_has_the_strict_headers_and_no_version(
    server: ReleaseServer, target: str
) -> None:
    headers = ask(server, target).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers
    assert headers["Server"] == "insight"


def test_scripts_are_allowed_below_explore_alone(server: ReleaseServer) -> None:
    explore = ask(server, f"/{NEW}/site/explore/engine.wasm").headers
    assert "'wasm-unsafe-eval'" in explore["Content-Security-Policy"]
    assert explore["Content-Type"] == "application/wasm"
    page = ask(server, f"/{NEW}/site/").headers
    assert "script-src" not in page["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("asked", "body", "told"),
    [
        ("bytes=0-15", BYTES[:16], "bytes 0-15/256000"),
        ("bytes=255990-", BYTES[-10:], "bytes 255990-255999/256000"),
        ("bytes=-7", BYTES[-7:], "bytes 255993-255999/256000"),
    ],
)
def test_a_part_of_a_file_is_sent_as_such(
    server: ReleaseServer, asked: str, body: bytes, told: str
) -> None:
    answer = ask(server, DATABASE, Range=asked)
    assert (answer.status, answer.body, answer.headers["Content-Range"]) == (206, body, told)
    assert answer.headers["Content-Length"] == str(len(body))


def test_the_whole_file_is_sent_and_says_that_parts_can_be_had(server: ReleaseServer) -> None:
    answer = ask(server, DATABASE)
    assert (answer.status, answer.body) == (200, BYTES)
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert ask(server, DATABASE, Range="bytes=0-1,4-5").body == BYTES


def test_a_part_beyond_the_end_is_told_with_the_size(server: ReleaseServer) -> None:
    answer = ask(server, DATABASE, Range="bytes=256000-")
    assert (answer.status, answer.headers["Content-Range"]) == (416, "bytes */256000")
    assert answer.body == b""


def test_head_says_what_get_would_and_sends_nothing(server: ReleaseServer) -> None:
    whole, part = ask(server, DATABASE, "HEAD"), ask(server, DATABASE, "HEAD", Range="bytes=0-")
    assert (whole.status, whole.headers["Content-Length"], whole.body) == (200, "256000", b"")
    assert (part.status, part.headers["Content-Length"], part.body) == (206, "256000", b"")
    assert ask(server, "/nowhere", "HEAD").body == b""


def test_a_file_is_not_sent_again_to_whom_has_it(server: ReleaseServer) -> None:
    tag = ask(server, DATABASE).headers["ETag"]
    again = ask(server, DATABASE, If_None_Match=tag)
    assert (again.status, again.body) == (304, b"")
    assert ask(server, DATABASE, If_None_Match='"other"').status == 200
    assert ask(server, DATABASE, Range="bytes=0-1", If_Range=tag).status == 206
    assert ask(server, DATABASE, Range="bytes=0-1", If_Range='"other"').status == 200


def test_one_connection_serves_several_requests(server: ReleaseServer) -> None:
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    for target, status in (("/", 302), ("/nowhere", 404), (DATABASE, 200), (DATABASE, 200)):
        connection.request("GET", target)
        response = connection.getresponse()
        assert (response.status, bool(response.read())) == (status, target != "/")
    connection.close()


@pytest.mark.parametrize(
    "sent", [b"\x16\x03\x01\x02\x00\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\r\n"]
)
def test_what_is_no_http_ends_its_own_connection_and_nothing_else(
    server: ReleaseServer, sent: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=10) as raw:
        raw.sendall(sent)
        raw.shutdown(socket.SHUT_WR)
        while raw.recv(4096):
            pass
    assert ask(server, DATABASE).status == 200
    assert capfd.readouterr() == ("", "")


def test_a_port_that_is_taken_is_told_with_another(server: ReleaseServer, tmp_path: Path) -> None:
    with pytest.raises(InsightError, match="a port that is free") as refused:
        open_server(Shelf(tmp_path), server.server_port)
    assert "--port" in str(refused.value)
