"""The verdict on a file before it is sent: the same rules and the same engine, no store touched.

Belongs here: checking one file by itself. Does not belong here: what a delivery does to a dataset
(reckoning.py), or how the answer is printed (cli/check.py). What only the set of deliveries or
another dataset can tell is not judged here: repeats, shrinkage, references.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from insight_pipeline.contracts.feedback.listing import in_order, list_issues, write_csv
from insight_pipeline.contracts.feedback.note_words import remarks_of
from insight_pipeline.contracts.feedback.statement import Remark
from insight_pipeline.contracts.feedback.wrong import rule_words
from insight_pipeline.contracts.judging.examination import Bench, Examination
from insight_pipeline.contracts.judging.judge import bench, examine, write_issues
from insight_pipeline.contracts.judging.law import Law
from insight_pipeline.contracts.promise.contract import Contract, ContractProperties
from insight_pipeline.contracts.promise.contract_faults import unknown_formats, unknown_vocabularies
from insight_pipeline.contracts.promise.odcs import load_versions
from insight_pipeline.contracts.promise.odcs_document import SUFFIX
from insight_pipeline.contracts.promise.vocabulary import load_vocabularies
from insight_pipeline.kernel.errors import Fault, InsightError, nearest, raise_all
from insight_pipeline.kernel.fingerprint import file_sha256
from insight_pipeline.landing.manifest import MANIFEST_SUFFIX, Manifest, read_manifest
from insight_pipeline.settings import Settings
from insight_pipeline.sql.model import load_macros

VOCABULARIES = "vocabularies"


class UnknownContractError(InsightError):
    """No contract of that name, and no file at that path."""


@dataclass(frozen=True)
class Checked:
    """What came of one file. issues: line, column, code, severity, sentence, hint; no values."""

    sha256: str
    contract: Contract
    with_manifest: bool
    examination: Examination
    issues: pl.DataFrame

    @property
    def notes(self) -> tuple[Remark, ...]:
        """What was noted of the file while reading it, in words."""
        content = self.examination.content
        return remarks_of(content.notes if content else (), self.contract.promise.reader)

    @property
    def sound(self) -> bool:
        """Whether nothing was held, refused or rejected; warnings do not count."""
        found = self.examination
        return found.outcome == "accepted" and not (found.quarantined or found.rejected)


def find_contract(name: str, settings: Settings) -> Path:
    """The file of a contract: a path as it is, or the name of one of the project's contracts."""
    folder = settings.contracts / "providers"
    path = Path(name) if name.endswith((".yaml", ".yml")) else folder / f"{name}{SUFFIX}"
    if path.is_file():
        return path
    known = [file.name.removesuffix(SUFFIX) for file in folder.glob(f"*{SUFFIX}")]
    raise UnknownContractError(
        [
            Fault(
                where="--contract",
                expected=f"a file, or a contract in {folder}",
                found=f"'{name}'",
                consequence="nothing is checked",
                next_step=nearest(name, known),
            )
        ]
    )


def load_law(path: Path, settings: Settings) -> tuple[Contract, Law]:
    """A contract and what it is judged by; code lists beside or above it come before our own."""
    contract = load_versions(path, ContractProperties)
    beside = [folder / VOCABULARIES for folder in path.resolve().parents[:2]]
    folders = [folder for folder in beside if folder.is_dir()]
    law = Law(
        load_vocabularies((folders or [settings.contracts / VOCABULARIES])[0]),
        load_macros(settings.sql / "functions"),
    )
    raise_all(
        [
            *unknown_formats([contract], law.macros),
            *unknown_vocabularies([contract], law.vocabularies),
        ]
    )
    return contract, law


def find_manifest(file: Path, given: Path | None) -> Manifest | None:
    """The manifest given, else the one beside the file, else none."""
    beside = file.with_name(f"{file.name}{MANIFEST_SUFFIX}")
    path = given or (beside if beside.is_file() else None)
    return read_manifest(path, "manifest") if path else None


def same_dataset(contract: Contract, manifest: Manifest | None) -> None:
    """Raise where the manifest declares another dataset than the contract promises."""
    if manifest is not None and manifest.stem != contract.stem:
        fault = Fault(
            where="manifest",
            expected=f"provider and dataset of {contract.stem}",
            found=manifest.stem,
            consequence="nothing is checked",
            next_step="name the contract of that dataset, or correct the manifest",
        )
        raise InsightError([fault])


def check_file(
    file: Path,
    contract: Contract,
    law: Law,
    manifest: Manifest | None,
    settings: Settings,
    list_path: Path | None = None,
) -> Checked:
    """Examine a file as the night would; `list_path` gets the list with values, if asked for."""
    with tempfile.TemporaryDirectory(prefix="insight-check-") as folder:
        work = Path(folder)
        with bench(law, replace(settings, home=work / "home")) as desk:
            found = examine(desk, file, contract, law, manifest, work)
            issues = _issues(desk, found, work / "issues.parquet", list_path)
    return Checked(file_sha256(file), found.contract, manifest is not None, found, issues)


def _issues(desk: Bench, found: Examination, listed: Path, list_path: Path | None) -> pl.DataFrame:
    """Everything wrong, in words; nothing where our engine failed."""
    path = listed if found.outcome != "error" else None
    notes = found.content.notes if found.content else ()
    if path:
        write_issues(desk, found, found.contract, path)
    words = rule_words(found.contract, found.rules, found.unreadable, notes)
    list_issues(desk.connection, path, words)
    if list_path:
        write_csv(desk.connection, list_path)
    query = f'select line, "column", code, severity, sentence, hint from issue {in_order()}'
    issues: pl.DataFrame = desk.connection.sql(query).pl()
    return issues


def as_json(checked: Checked, limit: int | None = None) -> str:
    """The answer for programs, without values; docs/check.schema.json describes it."""
    found = checked.examination
    shown = checked.issues if limit is None else checked.issues.head(limit)
    head: dict[str, Any] = {
        "file_sha256": checked.sha256,
        "contract": checked.contract.stem,
        "contract_version": checked.contract.version,
        "manifest": checked.with_manifest,
        "outcome": found.outcome,
        "unreadable": found.unreadable,
        "received": found.received,
        "accepted": found.accepted,
        "quarantined": found.quarantined,
        "superseded": found.superseded,
        "rejected": found.rejected,
        "normalised": [
            {"column": n.column, "name": n.name, "cells": n.cells} for n in found.normalised
        ],
        "rules": [
            {
                "code": rule.code,
                "severity": rule.severity.value,
                "outcome": rule.outcome.value,
                "broken": rule.broken,
            }
            for rule in found.results
        ],
        "notes": [note.model_dump() for note in checked.notes],
        "issues_found": checked.issues.height,
        "issues_listed": shown.height,
    }
    # A million issues as Python objects would take gigabytes: polars writes the list itself.
    return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "issues": {shown.write_json()}}}'
