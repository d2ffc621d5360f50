"""What a home holds, as hashes of content: equal stores of two homes hash equal.

Belongs here: hashing. Does not belong here: how a home came to hold it. A database file never has
the same bytes twice, so its tables are hashed row by row, in an order of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import duckdb

from insight_pipeline.kernel.fingerprint import file_sha256
from insight_pipeline.publication.releasing.checksums import CHECKSUMS

# Does not outlive a run (tmp), is no store of ours (records of Dagster, drops, the truth), or tells
# of the nights themselves, kills and all (operations).
LEFT_OUT = {"tmp", "dagster", "operations", "inbox", "truth", ".lock"}


def contents(home: Path) -> dict[str, str]:
    """Path below the home (and table) → hash of what stands there, of every store."""
    return dict(_contents(home))


def differences(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """Names that only one of two homes has, or that hold something else in the other."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def _contents(home: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(home.rglob("*")):
        place = path.relative_to(home)
        if place.parts[0] in LEFT_OUT:
            continue
        if path.is_symlink():
            yield str(place), f"link to {path.readlink()}"
        elif path.suffix == ".duckdb":
            yield from ((f"{place}: {name}", mark) for name, mark in _tables(path))
        elif path.name == CHECKSUMS:
            yield str(place), _of_files(path)
        elif path.is_file():
            yield str(place), file_sha256(path)


def _of_files(checksums: Path) -> str:
    """The lines of all files but databases, whose bytes differ while their rows do not."""
    lines = checksums.read_text().splitlines()
    return "\n".join(line for line in lines if not line.endswith(".duckdb"))


def _tables(database: Path) -> Iterator[tuple[str, str]]:
    found = "select schema_name, table_name from duckdb_tables() order by all"
    with duckdb.connect(str(database), read_only=True) as connection:
        for schema, table in connection.execute(found).fetchall():
            rows = connection.execute(f'select row::varchar from "{schema}"."{table}" as row')
            lines = sorted(str(line) for (line,) in rows.fetchall())
            yield f"{schema}.{table}", sha256("\n".join(lines).encode()).hexdigest()
