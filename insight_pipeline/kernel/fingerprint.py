"""Fingerprints: equal inputs give equal hex strings, on any machine and in any process.

Belongs here: hashing of bytes and of plain values. Does not belong here: pseudonyms (governance).
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

CHUNK_BYTES = 1 << 20


def fingerprint(*parts: Any) -> str:
    """SHA-256 hex of plain values (str, int, bool, None, list, tuple, dict) in canonical JSON."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def file_sha256(path: Path) -> str:
    """SHA-256 hex of a file's bytes, read in chunks so that memory stays flat."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def tree_fingerprint(folder: Path, pattern: str) -> str:
    """Fingerprint of the names and contents of the files below `folder` that match `pattern`."""
    paths = sorted(path for path in folder.rglob(pattern) if path.is_file())
    return fingerprint([[path.relative_to(folder).as_posix(), file_sha256(path)] for path in paths])
