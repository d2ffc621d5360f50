"""Reads a file as an ODCS document, by the standard alone: nothing of our own is asked of it.

Belongs here: the file format and its faults. Does not belong here: what our contracts need beyond
the standard (odcs.py).
Three nets, one after the other: strict YAML, keys by name (odcs_keys.py), the official JSON schema
of the version the document names. The official Python model is none: it ignores misspelt nested
keys, and does not know every key of the schema beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema_rs

from insight_pipeline.contracts.promise.odcs_keys import unknown_keys
from insight_pipeline.kernel.errors import Fault, InsightError, nearest, raise_all
from insight_pipeline.kernel.strict import parse_yaml, read_text

# Version of the standard → package and file of its schema. 3.1.0 describes 3.0 too: its schema
# names these versions as its own.
OFFICIAL = {
    "v3.2.0": ("open_data_contract_standard", "schema.json"),
    **dict.fromkeys(
        ("v3.1.0", "v3.0.2", "v3.0.1", "v3.0.0"),
        ("insight_pipeline.contracts.promise", "odcs-json-schema-v3.1.0.json"),
    ),
}
LONGEST_MESSAGE = 300
SUFFIX = ".odcs.yaml"


def stem_of(path: Path) -> str:
    """The dataset a file is about: its name without the version an earlier one adds."""
    return path.name.removesuffix(SUFFIX).split("@")[0]


def read_document(path: Path) -> dict[str, Any]:
    """A valid ODCS document as plain values, or an InsightError with every fault of one net."""
    where = str(path)
    found = parse_yaml(read_text(path, where), where)
    if not isinstance(found, dict):
        raise InsightError([_fault(where, "a mapping of keys", f"a {type(found).__name__}")])
    raw: dict[str, Any] = found
    # A misspelt apiVersion is told as a misspelt key, by the newest version we know.
    version = str(raw.get("apiVersion"))
    raise_all(unknown_keys(raw, official_schema(version), where))
    if version not in OFFICIAL:
        hint = nearest(version, OFFICIAL)
        place = f"{where}: apiVersion"
        raise_all([_fault(place, f"one of {', '.join(OFFICIAL)}", f"'{version}'", hint)])
    raise_all(_schema_faults(raw, version, where))
    return raw


@lru_cache(maxsize=8)
def official_schema(version: str) -> dict[str, Any]:
    """The official JSON schema of a version of the standard; of the newest, if it is not known."""
    package, file = OFFICIAL.get(version, OFFICIAL["v3.2.0"])
    text = resources.files(package).joinpath(file).read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


@lru_cache(maxsize=8)
def _validator(version: str) -> Any:
    return jsonschema_rs.validator_for(official_schema(version))


def _schema_faults(raw: Any, version: str, where: str) -> Iterable[Fault]:
    for error in _validator(version).iter_errors(raw):
        pointer = ".".join(str(part) for part in error.instance_path)
        place = f"{where}: {pointer}" if pointer else where
        expected = f"what the ODCS {version.removeprefix('v')} schema allows at this place"
        yield _fault(place, expected, error.message[:LONGEST_MESSAGE])


def _fault(where: str, expected: str, found: str, next_step: str = "") -> Fault:
    return Fault(
        where=where,
        expected=expected,
        found=found,
        consequence="the contract is not used and its feed does not run",
        next_step=next_step or "correct the key or value named; see the ODCS reference",
    )
