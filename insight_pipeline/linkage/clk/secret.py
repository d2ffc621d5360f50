"""The secret both partners share, and the keys made from it.

Belongs here: reading it from its file and deriving a key for each use (HMAC, RFC 2104, with
SHA-512). Does not belong here: showing it: no message, log or file ever holds the secret or a key.
"""

from __future__ import annotations

import hashlib
import hmac
import stat
from pathlib import Path

from insight_pipeline.kernel.errors import Fault, raise_all

FEWEST_BYTES = 32
CHECK_BYTES = 8


class Secret:
    """A shared secret that does not show itself."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def __repr__(self) -> str:
        return "Secret(…)"

    def derived(self, use: str) -> bytes:
        """A key for one use, from which neither the secret nor any other key can be told."""
        return hmac.digest(self._key, use.encode(), hashlib.sha512)

    @property
    def check(self) -> str:
        """Tells whether two files were encoded with one secret, and nothing else about it."""
        return self.derived("check")[:CHECK_BYTES].hex()


def read_secret(path: Path) -> Secret:
    """The bytes of a file that only its owner may read, without the line end."""
    mode = path.stat().st_mode
    key = path.read_bytes().rstrip(b"\r\n")
    readable = bool(mode & (stat.S_IRGRP | stat.S_IROTH))
    raise_all(
        [
            *([_readable_by_others()] if readable else []),
            *([_too_short(len(key))] if len(key) < FEWEST_BYTES else []),
        ]
    )
    return Secret(key)


def _readable_by_others() -> Fault:
    return Fault(
        where="--secret-file",
        expected="a file that only its owner may read",
        found="one that others may read, too",
        consequence="nothing is encoded",
        next_step="chmod 600 the file; agree on a new secret if others may have read it",
    )


def _too_short(size: int) -> Fault:
    return Fault(
        where="--secret-file",
        expected=f"at least {FEWEST_BYTES} bytes that nobody could guess",
        found=f"{size} bytes",
        consequence="nothing is encoded: who guesses the secret can test names against rows",
        next_step="make one with `openssl rand -hex 32`; hand it over apart from the files",
    )
