"""The review pages on this machine: a small server that only this machine can reach.

Belongs here: sockets. Does not belong here: what is answered (application). Its log tells the kind
of request and the status, never an address or what was sent.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

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

    def answer(self, request: Request) -> Response:
        with self.turn:
            return self.application.respond(request)


class _Handler(BaseHTTPRequestHandler):
    server: Server
    server_version, sys_version = "review", ""
    timeout = PATIENCE_SECONDS

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or int(length) > LARGEST_BODY:
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
