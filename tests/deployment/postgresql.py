"""Debian's own PostgreSQL on a loopback port, with a password: started, killed, started again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

USER, DATABASE, PASSWORD = "insight", "dagster", "kept in a file of mode 600"
NOBODY = 65534


class PostgreSQL:
    """One cluster in a folder; as another user when the tests are root's, whom it refuses."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs, self.folder = programs, folder
        self.data = folder / "data"
        self.as_user: list[str] = []
        self.server: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
            self.as_user = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._create()

    @property
    def url(self) -> str:
        return f"postgresql+psycopg2://{USER}@127.0.0.1:{self.port}/{DATABASE}"

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": str(self.folder)}

    def _run(self, program: str, *options: str, **more: str) -> None:
        command = [*self.as_user, str(self.programs / program), *options]
        environment = {**self._environment(), **more}
        done = subprocess.run(command, capture_output=True, env=environment, cwd=self.folder)
        assert done.returncode == 0, done.stderr.decode()

    def _create(self) -> None:
        word = self.folder / "word"
        word.write_text(PASSWORD)
        word.chmod(0o644)  # in a folder of one user
        self._run(
            "initdb", "-D", str(self.data), "-U", USER, "-A", "scram-sha-256", "--pwfile", str(word)
        )
        self.start()
        where = ("-h", "127.0.0.1", "-p", str(self.port), "-U", USER)
        self._run("createdb", *where, DATABASE, PGPASSWORD=PASSWORD)
        wait_less = f"alter database {DATABASE} set synchronous_commit = off"  # as documented
        self._run("psql", *where, "-d", DATABASE, "-c", wait_less, PGPASSWORD=PASSWORD)

    def start(self) -> None:
        options = ["-h", "127.0.0.1", "-p", str(self.port), "-k", str(self.folder)]
        self.server = subprocess.Popen(
            [*self.as_user, str(self.programs / "postgres"), "-D", str(self.data), *options],
            env=self._environment(),
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        ready = [str(self.programs / "pg_isready"), "-h", "127.0.0.1", "-p", str(self.port)]
        for _ in range(300):
            if subprocess.run(ready, capture_output=True).returncode == 0:
                return
            time.sleep(0.2)
        raise RuntimeError("PostgreSQL did not start")

    def kill(self) -> None:
        """kill -9 for the server and every process of its own: no farewell, no checkpoint."""
        assert self.server is not None
        children = Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children").read_text()
        for pid in (self.server.pid, *map(int, children.split())):
            os.kill(pid, signal.SIGKILL)
        self.server.wait(30)

    def stop(self) -> None:
        if self.server is not None and self.server.poll() is None:
            self.server.send_signal(signal.SIGINT)
            self.server.wait(60)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    first = shutil.which("initdb")
    for path in [*reversed(found), *([Path(first).resolve()] if first else [])]:
        if (path.parent / "postgres").exists():
            return path.parent
    pytest.skip("NOT TESTED: no PostgreSQL on this machine (Debian: postgresql)")


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """A cluster of its own with an empty database; skips loudly without the programs."""
    programs = _programs()
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        pytest.skip("NOT TESTED: PostgreSQL does not run as root and there is no setpriv")
    # Not in pytest's folder, which is its user's alone: the server may be another user.
    with tempfile.TemporaryDirectory(prefix="postgresql-") as folder:
        cluster = PostgreSQL(programs, Path(folder))
        try:
            yield cluster
        finally:
            cluster.stop()
