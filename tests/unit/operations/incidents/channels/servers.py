"""Real servers on this machine for the tests of channels: SMTP (with STARTTLS or TLS), and HTTP."""

from __future__ import annotations

import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass
class Mailbox:
    """What an SMTP server was told. answer: to the end of DATA."""

    mails: list[bytes] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    envelopes: list[str] = field(default_factory=list)
    answer: bytes = b"250 taken"
    context: ssl.SSLContext | None = None
    is_tls: bool = False


class _Smtp(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client that behaves asks for."""

    timeout = 10

    def handle(self) -> None:
        box: Mailbox = self.server.box  # type: ignore[attr-defined]
        if box.is_tls and box.context and not self._secured(box.context):
            return
        self._say(b"220 test")
        while line := self.rfile.readline():
            words = line.decode().strip()
            command = words.partition(" ")[0].upper()
            box.commands.append(command)
            if command == "EHLO":
                offers = [b"250-test", b"250-AUTH PLAIN", b"250 8BITMIME"]
                if box.context and not box.is_tls:
                    offers.insert(1, b"250-STARTTLS")
                self._say(*offers)
            elif command == "STARTTLS" and box.context:
                self._say(b"220 go on")
                if not self._secured(box.context):
                    return
            elif command == "AUTH":
                self._say(b"235 in")
            elif command in ("MAIL", "RCPT"):
                box.envelopes.append(words)
                self._say(b"250 ok")
            elif command == "DATA":
                self._say(b"354 go on")
                box.mails.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                self._say(box.answer)
            elif command == "QUIT":
                self._say(b"221 bye")
                return
            else:
                self._say(b"250 ok")

    def _secured(self, context: ssl.SSLContext) -> bool:
        try:
            self.request = context.wrap_socket(self.request, server_side=True)
        except (ssl.SSLError, OSError):
            return False
        self.rfile = self.request.makefile("rb")
        self.wfile = self.request.makefile("wb", buffering=0)
        return True

    def _say(self, *lines: bytes) -> None:
        self.wfile.write(b"".join(line + b"\r\n" for line in lines))


class _Threads(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def mail_server(box: Mailbox) -> Iterator[int]:
    """A server that fills `box`; yields its port."""
    with _Threads(("127.0.0.1", 0), _Smtp) as server:
        server.box = box  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@dataclass
class Hook:
    """What an HTTP server was sent. status and location: its answer."""

    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    status: int = 204
    location: str | None = None


@contextmanager
def web_server(hook: Hook, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server that fills `hook`; yields its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.requests.append((self.path, dict(self.headers), body))
            self.send_response(hook.status)
            if hook.location:
                self.send_header("Location", hook.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST

        def log_message(self, *words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate of our own for 127.0.0.1: its file to trust, and a server's context."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", str(key), "-out", str(cert)]
    subprocess.run(
        ["openssl", "req", "-x509", *made, *names],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return cert, context
