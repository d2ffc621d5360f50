"""Debian's own SSH server on a loopback port, which hands out one folder by SFTP to one key."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

CONFIG = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
PidFile none
AuthorizedKeysFile {folder}/client.pub
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
AllowTcpForwarding no
Subsystem sftp internal-sftp
ForceCommand internal-sftp
"""


@dataclass(frozen=True)
class Server:
    """Where it listens, the key it proves itself with, and a key it lets in."""

    port: int
    host_key: str
    user: str
    private_key: Path


def _program() -> str:
    found = shutil.which("sshd") or shutil.which("/usr/sbin/sshd")
    if found is None:
        pytest.skip("NOT TESTED: no sshd on this machine (Debian: openssh-server)")
    return found


@contextmanager
def sftp(folder: Path) -> Iterator[Server]:
    """A server of its own, ended with the block; skips loudly without sshd."""
    program = _program()
    for name in ("host", "client"):
        key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(key, check=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = folder / "sshd_config"
    config.write_text(CONFIG.format(port=port, folder=folder))
    if os.geteuid() == 0:  # as root it separates privileges, and wants a folder for that
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    with (folder / "sshd.log").open("wb") as log:
        running = subprocess.Popen([program, "-D", "-e", "-f", str(config)], stderr=log)
    try:
        _wait(port, running, folder / "sshd.log")
        host_key = " ".join((folder / "host.pub").read_text().split()[:2])
        yield Server(port, host_key, getpass.getuser(), folder / "client")
    finally:
        running.terminate()
        running.wait(30)


def _wait(port: int, running: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(100):
        assert running.poll() is None, log.read_text()
        with socket.socket() as asking:
            if asking.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("sshd did not start")
