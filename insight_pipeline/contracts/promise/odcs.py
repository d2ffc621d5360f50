"""Reads contracts from files and folders; strict, because a misspelt promise protects nobody.

Belongs here: one file, one dataset with its versions in time, one folder. Does not belong here: the
file format (odcs_document.py), what becomes of its parts (odcs_parts.py), or the faults of each.
`<stem>.odcs.yaml` is a dataset's newest version, `<stem>@<version>.odcs.yaml` an earlier one.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from insight_pipeline.contracts.authoring.todo import todo_faults
from insight_pipeline.contracts.promise.contract import Contract, ContractProperties
from insight_pipeline.contracts.promise.contract_faults import contract_faults
from insight_pipeline.contracts.promise.document_faults import document_faults
from insight_pipeline.contracts.promise.governance import column_faults, governance_faults
from insight_pipeline.contracts.promise.odcs_document import SUFFIX, read_document, stem_of
from insight_pipeline.contracts.promise.odcs_parts import Parts, PropertiesType
from insight_pipeline.contracts.promise.odcs_versions import reference_faults, with_earlier
from insight_pipeline.contracts.promise.option_faults import option_faults
from insight_pipeline.contracts.promise.predicate import predicate_faults
from insight_pipeline.kernel.errors import Fault, InsightError, raise_all


def load_contracts(folder: Path, properties: PropertiesType) -> tuple[Contract, ...]:
    """The newest contract of every dataset of a folder, by file name, the earlier ones with it.

    All faults of all files are raised together; those between files once each file is sound.
    """
    loaded: list[Contract] = []
    faults: list[Fault] = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            loaded.append(_cached(path, path.stat().st_mtime_ns, properties))
        except InsightError as error:
            faults += error.faults
    raise_all(faults)
    contracts, between = with_earlier(loaded)
    raise_all([*between, *reference_faults(contracts)])
    return contracts


def load_versions(path: Path, properties: PropertiesType) -> Contract:
    """The contract of a dataset's newest file, with the earlier versions that stand beside it."""
    beside = sorted(path.parent.glob(f"{stem_of(path)}@*{SUFFIX}"))
    contracts, between = with_earlier([load_contract(each, properties) for each in (path, *beside)])
    raise_all(between)
    return contracts[0]


# Dagster rebuilds definitions several times a process: the parse is kept while a file stands.
@lru_cache(maxsize=512)
def _cached(path: Path, _changed: int, properties: PropertiesType) -> Contract:
    return load_contract(path, properties)


def load_contract(path: Path, properties: PropertiesType) -> Contract:
    """The contract of one file alone, or an InsightError with every fault of the file."""
    raw = read_document(path)
    # Alone: what a draft asks is not wrong, and would be told over again by every other check.
    raise_all(todo_faults(raw, str(path)))
    parts = Parts(raw, path, properties)
    faults = [*document_faults(raw, properties, str(path)), *parts.faults]
    faults += column_faults(raw, str(path))
    if properties is ContractProperties:
        faults += governance_faults(raw, str(path))
        faults += option_faults(parts.columns, parts.metrics, str(path))
    raise_all(faults)
    contract = parts.contract()
    raise_all([*contract_faults(contract), *predicate_faults(contract)])
    return contract
