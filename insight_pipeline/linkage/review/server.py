"""The review pages on this machine: a small server that only this machine can reach.

Belongs here: sockets. Does not belong here: what is answered (application). Its log tells the kind
of request and the status, never an address or what was sent.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.linkage.review.application import (
    LARGEST_BODY,
    Application,
    Request,
    Response,
    parsed_form,
)
from insight_pipeline.linkage.review.desk import Desk

HOST = "127.0.0.1"
# A browser opens connections ahead and may never use them.
PATIENCE_SECONDS = 30
OUR_FAULT = (
    "This page could not be made. Verdicts that were kept stay kept; the log tells the kind."
)

Log = Callable[[str], None]


class Server(ThreadingHTTPServer):
    """One desk, one question at a time: its database connection is nobody else's."""

    daemon_threads = True

    def __init__(self, desk: Desk, port: int, log: Log) -> None:
        super().__init__((HOST, port), _Handler)
        self.application = Application(desk, f"{HOST}:{self.server_address[1]}")
        self.turn = threading.Lock()
        self.log = log

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that hung up, mostly: the standard answer is a traceback in the log."""
        self.log(f"broken off {type(sys.exception()).__name__}")

    def answer(self, request: Request) -> Response:
        with self.turn:
            return self.application.respond(request)


def open_server(desk: Desk, port: int, log: Log) -> Server:
    """A server that listens; an InsightError where the port cannot be had."""
    try:
        return Server(desk, port, log)
    except OSError:
        raise InsightError([_port_taken(port)]) from None


class _Handler(BaseHTTPRequestHandler):
    server: Server
    timeout = PATIENCE_SECONDS

    def version_string(self) -> str:
        """Every answer tells it, to strangers, too: nothing."""
        return ""

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not _is_small(length):
            self._send(Response(413, "too large"))
            return
        try:
            self._answer(parsed_form(self.rfile.read(int(length))))
        except ValueError:
            self._send(Response(400, "no form"))

    def _answer(self, form: dict[str, str]) -> None:
        request = Request(
            method=self.command,
            path=self.path,
            host=self.headers.get("Host", ""),
            origin=self.headers.get("Origin"),
            form=form,
        )
        try:
            answer = self.server.answer(request)
        except Exception as error:
            # An engine's message may quote a value: only its kind is told.
            answer = Response(500, type(error).__name__, OUR_FAULT)
        self._send(answer)
        if answer.is_last:
            threading.Thread(target=self.server.shutdown, daemon=True).start()

    def _send(self, answer: Response) -> None:
        body = answer.body.encode()
        self.server.log(f"{answer.route} {answer.status}")
        self.send_response(answer.status)
        for name, value in {**answer.headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silenced: the standard line holds the address, and with it the secret."""


def _is_small(length: str) -> bool:
    """Whether a length as sent is one we read; a number of thousands of digits is never parsed."""
    if not length.isascii() or not length.isdigit() or len(length) > len(str(LARGEST_BODY)):
        return False
    return int(length) <= LARGEST_BODY


def _port_taken(port: int) -> Fault:
    return Fault(
        where=f"--port {port}",
        expected="a port of this machine that is free and that you may use",
        found="one that is in use, or not for you",
        consequence="the review page is not open",
        next_step="leave --port out, and any free one is taken; or name another",
    )
