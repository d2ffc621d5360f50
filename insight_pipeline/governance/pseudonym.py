"""Pseudonyms: the same person under the same key and purpose, and nobody without the key.

Belongs here: making pseudonyms and keeping their key. Does not belong here: who is which person
(linkage). HMAC-SHA256 (RFC 2104): an unkeyed hash of identifiers can be reversed by trying all.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path

import polars as pl

from insight_pipeline.kernel.atomic import make_folder, replacing_file
from insight_pipeline.kernel.errors import Fault, InsightError

KEY_BYTES = 32
PSEUDONYM_HEX = 32


def load_key(folder: Path) -> bytes:
    """The installation's key, made at first use; readable by its owner only."""
    path = folder / "pseudonym.key"
    if not path.exists():
        make_folder(folder, mode=0o700)
        # On disk before it is used: under a lost key's successor every pseudonym changes.
        with replacing_file(path) as work:
            work.write_bytes(secrets.token_bytes(KEY_BYTES))
            work.chmod(0o400)
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise InsightError([_damaged_key(len(key))])
    return key


def _damaged_key(length: int) -> Fault:
    return Fault(
        where="secrets/pseudonym.key",
        expected=f"a key of {KEY_BYTES} bytes",
        found=f"{length} bytes",
        consequence="nobody gets a pseudonym; the warehouse stays as it is",
        next_step="restore the key from its backup: under a new one every pseudonym changes",
    )


def pseudonymise(ids: pl.Series, key: bytes, purpose: str) -> pl.Series:
    """HMAC-SHA256(key, purpose ‖ id) of distinct ids, the first 128 bits as hex."""
    base = hmac.new(key, f"{purpose}\x1f".encode(), hashlib.sha256)

    def one(value: str) -> str:
        digest = base.copy()
        digest.update(value.encode())
        return digest.hexdigest()[:PSEUDONYM_HEX]

    return pl.Series(ids.name, [one(value) for value in ids], dtype=pl.String)


def key_fingerprint(key: bytes) -> str:
    """Tells keys apart without telling the key."""
    return hashlib.sha256(b"key id\x1f" + key).hexdigest()[:16]
