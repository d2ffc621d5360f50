"""Real servers for tests: SFTP in a thread, PostgreSQL from this machine's own programs."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import paramiko
import pytest

USER, PASSWORD = "collector", "a pass phrase nobody guesses"


class _Door(paramiko.ServerInterface):
    def check_auth_password(self, username: str, password: str) -> int:
        known = (username, password) == (USER, PASSWORD)
        return paramiko.AUTH_SUCCESSFUL if known else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED

    def get_allowed_auths(self, username: str) -> str:
        return "password"


class _Files(paramiko.SFTPServerInterface):
    """A folder of this machine, read only, as an SFTP server shows it (links as links)."""

    root = Path()

    def _path(self, path: str) -> str:
        return str(self.root / self.canonicalize(path).lstrip("/"))

    def list_folder(self, path: str) -> list[paramiko.SFTPAttributes] | int:
        try:
            names = sorted(os.listdir(self._path(path)))
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 1)
        return [
            paramiko.SFTPAttributes.from_stat(os.lstat(os.path.join(self._path(path), name)), name)
            for name in names
        ]

    def stat(self, path: str) -> paramiko.SFTPAttributes | int:
        try:
            return paramiko.SFTPAttributes.from_stat(os.stat(self._path(path)))
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 1)

    lstat = stat

    def open(self, path: str, flags: int, attr: object) -> paramiko.SFTPHandle | int:
        try:
            stream = open(self._path(path), "rb")  # noqa: SIM115 (closed by the handle)
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 1)
        handle = paramiko.SFTPHandle(flags)
        handle.readfile = stream  # type: ignore[attr-defined]
        return handle


@contextmanager
def sftp_server(root: Path) -> Iterator[tuple[int, str]]:
    """Serve `root`; yields the port and the server's public key as in known_hosts."""
    key = paramiko.RSAKey.generate(2048)
    files = type("Files", (_Files,), {"root": root})
    listener = socket.create_server(("127.0.0.1", 0))
    transports: list[paramiko.Transport] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transports.append(transport)
            transport.add_server_key(key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, files)
            try:
                transport.start_server(server=_Door())
            except (paramiko.SSHException, EOFError):
                continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1], f"{key.get_name()} {key.get_base64()}"
    finally:
        # Wakes the thread out of accept(), which closing alone does not.
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for transport in transports:
            transport.close()
        thread.join(timeout=5)


def _programs() -> Path | None:
    """The folder with PostgreSQL's programs; wrappers on the path may hide the real ones."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    first = shutil.which("initdb")
    candidates = [*reversed(found), *([Path(first)] if first else [])]
    return next((path.parent for path in candidates if (path.parent / "postgres").exists()), None)


@contextmanager
def postgres() -> Iterator[int]:
    """A PostgreSQL of its own, ended with the test; skips loudly without its programs."""
    # Not in pytest's folder, which is its user's alone: the server may run as another user.
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        yield from _postgres(Path(folder))


def _postgres(folder: Path) -> Iterator[int]:
    programs = _programs()
    if programs is None:
        pytest.skip("NOT TESTED: no PostgreSQL programs on this machine")
    user: list[str] = []
    if os.geteuid() == 0:  # initdb refuses root
        if shutil.which("setpriv") is None:
            pytest.skip("NOT TESTED: PostgreSQL does not run as root and there is no setpriv")
        user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        os.chown(folder, 65534, 65534)
    data = folder / "data"
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    subprocess.run(
        [*user, str(programs / "initdb"), "-D", str(data), "-U", USER, "-A", "trust", "-N"],
        check=True,
        capture_output=True,
        env=environment,
        cwd=folder,
    )
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ["-h", "127.0.0.1", "-p", str(port), "-k", str(folder), "-F"]
    server = subprocess.Popen(
        [*user, str(programs / "postgres"), "-D", str(data), *options],
        env=environment,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(programs, port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait(programs: Path, port: int) -> None:
    for _ in range(150):
        ready = subprocess.run(
            [str(programs / "pg_isready"), "-h", "127.0.0.1", "-p", str(port), "-t", "1"],
            capture_output=True,
            check=False,
        )
        if ready.returncode == 0:
            return
        threading.Event().wait(0.2)
    raise RuntimeError("PostgreSQL did not start")
