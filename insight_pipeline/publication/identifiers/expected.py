"""What a release says rightly although it looks like an identifier.

Belongs here: hashes of its own files, names of releases, days that are public by their column, and
what the project's own files say. Does not belong here: looking for anything. Each is taken by
value: a hash passes only if it is the hash of a file that lies in the folder.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from insight_pipeline.kernel.fingerprint import CHUNK_BYTES
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect, identifier

_DATABASE = "indicators.duckdb"
_DESCRIPTION = "release.json"
# A release, or a linkage model: the day up to which it knows, and the start of a hash.
_VERSION = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9a-f]{12}(?:-[0-9]+)?")
_RELEASE_COLUMNS = (("release", "release"), ("revision", "release"), ("correction", "release"))
# Days that are public whatever they are: of contracts, definitions, corrections, deliveries, and
# months of alerts.
_DAY_COLUMNS = (
    ("release", "as_of_date"),
    ("release", "closed_to_date"),
    ("revision", "as_of_date"),
    ("indicator", "since_date"),
    ("correction", "declared_date"),
    ("service", "from_date"),
    ("service", "to_date"),
    ("contract_change", "ended_date"),
    ("contract_change", "began_date"),
    ("contract_change", "changed_date"),
    ("contract_change", "comparable_date"),
    ("reporting", "last_reported_date"),
    ("reporting", "missing_from_date"),
    ("reporting", "due_date"),
    ("alert", "opened_month"),
    ("alert", "closed_month"),
)
_COLUMNS = "select table_name, column_name from information_schema.columns"
# Keys of release.json that hold a fingerprint of rules or code, and nothing else may.
_VERSION_KEYS = ("release", "predecessor", "model_version")
_FINGERPRINTS = ("disclosure_rules", "code_version", "model_version")
_FINGERPRINT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_INLINE = re.compile(r"<(script|style)[^>]*>(.*?)</\1>", re.DOTALL)
# Written by this project for everybody to read.
_SAID = (("dbt_like_sql/indicators", "*.sql"), ("data_contracts/publication", "*.yaml"))
_SERVICES = "data_contracts/services.yaml"


@dataclass(frozen=True)
class Expected:
    """known: texts that are taken out before anything is looked for. days: ISO days that may stand
    anywhere. said: lines of the project's own public words."""

    known: frozenset[str]
    days: frozenset[str]
    said: pl.Series


def expect(folder: Path, settings: Settings) -> Expected:
    """What the release in `folder` may say; its own files and the project are all that is read."""
    description = _description(folder)
    digests = {form for path in _files(folder) for form in _digests(path)}
    versions = {*_column_values(folder, settings, _RELEASE_COLUMNS)}
    versions |= {str(description.get(key)) for key in _VERSION_KEYS}
    return Expected(
        known=frozenset(
            {*digests, *_fingerprints(description), *filter(_VERSION.fullmatch, versions)}
        ),
        days=frozenset(_column_values(folder, settings, _DAY_COLUMNS)),
        said=pl.Series("text", sorted(set(_said(settings))), dtype=pl.String),
    )


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _digests(path: Path) -> Iterator[str]:
    """SHA-256 and SHA-2's longer ones of a file and of its scripts and styles, hex and base64."""
    with path.open("rb") as stream:
        made = [hashlib.new(name) for name in ("sha256", "sha384", "sha512")]
        while chunk := stream.read(CHUNK_BYTES):
            for digest in made:
                digest.update(chunk)
    if path.suffix == ".html":
        text = path.read_text(encoding="utf-8", errors="replace")
        made += [hashlib.sha256(found[1].encode()) for found in _INLINE.findall(text)]
    for digest in made:
        yield digest.hexdigest()
        yield b64encode(digest.digest()).decode()


def _description(folder: Path) -> dict[str, object]:
    path = folder / _DESCRIPTION
    if not path.is_file():
        return {}
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return {}  # its reader names it as unreadable
    return values if isinstance(values, dict) else {}


def _fingerprints(description: dict[str, object]) -> Iterator[str]:
    for key in _FINGERPRINTS:
        yield from (text for text in _leaves(description.get(key)) if _FINGERPRINT.fullmatch(text))


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield str(value)


def _column_values(
    folder: Path, settings: Settings, columns: Iterable[tuple[str, str]]
) -> list[str]:
    """Distinct values, as text, of those of the columns that the database has."""
    path = folder / _DATABASE
    if not path.is_file():
        return []
    try:
        with connect(settings, path, read_only=True) as connection:
            known = set(connection.execute(_COLUMNS).fetchall())
            query = " union ".join(
                f"select {identifier(column)}::varchar from {identifier(table)}"
                for table, column in columns
                if (table, column) in known
            )
            rows = connection.execute(f"{query} order by all").fetchall() if query else []
    except duckdb.Error:
        return []  # its reader names it as unreadable
    return [str(value) for (value,) in rows if value is not None]


def _said(settings: Settings) -> Iterator[str]:
    paths = [path for place, form in _SAID for path in (settings.project / place).glob(form)]
    for path in [*paths, settings.project / _SERVICES]:
        if path.is_file():
            yield from path.read_text(encoding="utf-8").splitlines()
