"""A web server for this machine alone, over finished releases.

Belongs here: the socket. Does not belong here: what is answered (handler.py). It listens on the
loopback address and has no setting for another: to show a release to others, copy its folder to a
web server of theirs.
"""

from __future__ import annotations

import errno
from http.server import ThreadingHTTPServer

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.publication.serving.addresses import Shelf
from insight_pipeline.publication.serving.handler import Handler

LOOPBACK = "127.0.0.1"


class ReleaseServer(ThreadingHTTPServer):
    """Serves a shelf of releases, a thread a connection, until it is shut down."""

    daemon_threads = True

    def __init__(self, shelf: Shelf, port: int) -> None:
        handler = type("ShelfHandler", (Handler,), {"shelf": shelf})
        super().__init__((LOOPBACK, port), handler)

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.server_port}/"

    def handle_error(self, request: object, client_address: object) -> None:
        """A reader that went away, or sent what is no HTTP, is nobody's concern here."""


def open_server(shelf: Shelf, port: int) -> ReleaseServer:
    """A server that listens already; call its serve_forever(). Port 0 takes any that is free.

    InsightError where the port cannot be had.
    """
    try:
        return ReleaseServer(shelf, port)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        raise InsightError([_taken(port)]) from None


def _taken(port: int) -> Fault:
    return Fault(
        where=f"port {port} of this machine",
        expected="a port that is free",
        found="one that is taken, or reserved for the system",
        consequence="nothing is served",
        next_step=f"name another one: insight serve --port {port + 1 if port > 1023 else 8001}",
    )
