"""Seals: the hash of a file beside it, so that a bit that turned on disk is found before it counts.

Belongs here: sealing a finished file and asking whether it is still whole. Does not belong here:
what is done about one that is not (whoever made it makes it again). Parquet has no checksum of its
own here: a damaged page may decode to another value without a word. Databases check their blocks.
"""

from __future__ import annotations

from pathlib import Path

from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.fingerprint import file_sha256

SEAL_SUFFIX = ".sha256"


def seal(path: Path) -> None:
    """Write down the hash of a finished file; a kill before this leaves it unsealed."""
    with replacing_file(_seal_of(path)) as work:
        work.write_text(file_sha256(path) + "\n", encoding="ascii")


def is_whole(path: Path) -> bool:
    """Whether the file is there with its seal, and is what was sealed."""
    try:
        return _seal_of(path).read_bytes().strip() == file_sha256(path).encode()
    except FileNotFoundError:
        return False


def _seal_of(path: Path) -> Path:
    return path.with_name(path.name + SEAL_SUFFIX)
