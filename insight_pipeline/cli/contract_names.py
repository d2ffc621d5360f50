"""Finds the contract a command is given: a file, the name of a contract, or NAME@VERSION.

Belongs here: names and paths. Does not belong here: reading contracts (contracts/promise/odcs.py).
"""

from __future__ import annotations

from pathlib import Path

from insight_pipeline.contracts.promise.contract import ContractProperties, InternalProperties
from insight_pipeline.contracts.promise.odcs import load_contract
from insight_pipeline.contracts.promise.odcs_document import SUFFIX, stem_of
from insight_pipeline.kernel.errors import Fault, InsightError, nearest
from insight_pipeline.settings import Settings

FOLDERS = ("providers", "internal", "publication")


def path_of(name: str, settings: Settings) -> Path:
    """The file of a contract: a path, the name of one, or NAME@VERSION."""
    if name.endswith((".yaml", ".yml")) and Path(name).is_file():
        return Path(name)
    for folder in FOLDERS:
        path = settings.contracts / folder / f"{name}{SUFFIX}"
        newest = settings.contracts / folder / f"{name.partition('@')[0]}{SUFFIX}"
        if path.is_file():
            return path
        if (
            newest.is_file()
            and load_contract(newest, kind_of(newest)).version == name.partition("@")[2]
        ):
            return newest
    raise InsightError([_unknown(name, settings)])


def kind_of(path: Path) -> type[ContractProperties] | type[InternalProperties]:
    """A provider's contract is named `<provider>__<dataset>`."""
    return ContractProperties if "__" in stem_of(path) else InternalProperties


def lists_of(path: Path, settings: Settings) -> Path:
    """The code lists beside or above a contract, else the project's own."""
    beside = [folder / "vocabularies" for folder in path.resolve().parents[:2]]
    return next(
        (folder for folder in beside if folder.is_dir()), settings.contracts / "vocabularies"
    )


def _unknown(name: str, settings: Settings) -> Fault:
    known = [
        path.name.removesuffix(SUFFIX)
        for folder in FOLDERS
        for path in (settings.contracts / folder).glob(f"*{SUFFIX}")
    ]
    return Fault(
        where="contract",
        expected="a file, a contract's name, or NAME@VERSION",
        found=f"'{name}'",
        consequence="nothing is done",
        next_step=nearest(name, known),
    )
