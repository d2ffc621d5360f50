"""Answers HTTP requests with files of releases, and with nothing else.

Belongs here: methods, status codes, and sending bytes. Does not belong here: which file an address
means (addresses.py), or what pages may do (headers.py). Reading is all there is: GET and HEAD.
"""

from __future__ import annotations

import os
import stat
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from insight_pipeline.publication.serving.addresses import Elsewhere, Page, Shelf, find
from insight_pipeline.publication.serving.headers import content_type, security_headers
from insight_pipeline.publication.serving.ranges import Span, UnsatisfiableError, span_of

# A page elsewhere whose name is made to lead here would send its own name: it is refused.
OUR_NAMES = ("127.0.0.1", "localhost", "::1")
_CHUNK = 1 << 16
_ALLOWED = "GET, HEAD"


class Handler(BaseHTTPRequestHandler):
    """One connection; set `shelf` in a subclass (server.py)."""

    shelf: Shelf
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        """The file, a part of it, or where it is."""
        if not self._is_for_us():
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return
        match find(self.shelf, self.path):
            case None:
                self.send_error(HTTPStatus.NOT_FOUND)
            case Elsewhere(address):
                self._start(HTTPStatus.FOUND, {"Location": address, "Content-Length": "0"})
            case Page() as page:
                self._send_page(page)

    do_HEAD = do_GET

    def _refuse(self) -> None:
        self.send_error(HTTPStatus.METHOD_NOT_ALLOWED)

    do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_TRACE = do_CONNECT = _refuse

    def _is_for_us(self) -> bool:
        names = self.headers.get_all("Host") or []
        try:
            return len(names) == 1 and urlsplit(f"//{names[0]}").hostname in OUR_NAMES
        except ValueError:
            return False

    def _send_page(self, page: Page) -> None:
        opened = _open(page.file)
        if opened is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        with opened as file:
            self._send_file(file, page.inside)

    def _send_file(self, file: BinaryIO, inside: PurePosixPath) -> None:
        found = os.fstat(file.fileno())
        # A release never changes: a file is told from another of its name by time and size.
        tag = f'"{found.st_mtime_ns:x}-{found.st_size:x}"'
        about = {"ETag": tag, "Accept-Ranges": "bytes"}
        if tag in (self.headers.get("If-None-Match") or ""):
            self._start(HTTPStatus.NOT_MODIFIED, about, inside)
            return
        is_same = self.headers.get("If-Range", tag) == tag
        try:
            span = span_of(self.headers.get("Range") if is_same else None, found.st_size)
        except UnsatisfiableError:
            nothing = {"Content-Range": f"bytes */{found.st_size}", "Content-Length": "0"}
            self._start(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, {**about, **nothing}, inside)
            return
        self._send_span(file, inside, (span, found.st_size), about)

    def _send_span(
        self,
        file: BinaryIO,
        inside: PurePosixPath,
        part: tuple[Span | None, int],
        about: dict[str, str],
    ) -> None:
        """`part`: what of the file is asked for, None for all of it, and the size of the file."""
        span, size = part
        sent = span or Span(0, size - 1)
        about = {**about, "Content-Type": content_type(inside), "Content-Length": str(sent.length)}
        if span:
            about["Content-Range"] = f"bytes {span.first}-{span.last}/{size}"
        self._start(HTTPStatus.PARTIAL_CONTENT if span else HTTPStatus.OK, about, inside)
        if self.command == "GET":
            self._copy(file, sent)

    def _copy(self, file: BinaryIO, span: Span) -> None:
        file.seek(span.first)
        left = span.length
        while left > 0:
            chunk = file.read(min(left, _CHUNK))
            if not chunk:
                # Shorter than was promised: only ending the connection tells so.
                self.close_connection = True
                return
            self.wfile.write(chunk)
            left -= len(chunk)

    def _start(
        self, status: HTTPStatus, headers: dict[str, str], inside: PurePosixPath | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {**security_headers(inside), **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Status and its name in plain text; nothing of what was asked for is repeated."""
        status = HTTPStatus(code)
        body = f"{status.value} {status.phrase}\n".encode("ascii")
        about = {"Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(body))}
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            about["Allow"] = _ALLOWED
        if status is not HTTPStatus.NOT_FOUND:
            # What else was sent, such as a form, is not read: this connection is of no more use.
            about["Connection"] = "close"
            self.close_connection = True
        self._start(status, about)
        if self.command != "HEAD":
            self.wfile.write(body)

    def version_string(self) -> str:
        """What the header Server says: no versions."""
        return "insight"

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are not recorded: they would say who looked at what."""


def _open(path: Path) -> BinaryIO | None:
    """A plain file opened for reading; a link or a pipe put there meanwhile is not opened."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return None
    return os.fdopen(descriptor, "rb")
