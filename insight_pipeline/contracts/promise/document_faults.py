"""Finds what a valid ODCS document says and our contracts have no use for.

Belongs here: faults of a document as a contract of ours, seen before it is made one. Does not
belong here: faults of the standard (odcs_document.py), of governance (governance.py), or of what
was made of it (contract_faults.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from insight_pipeline.contracts.promise.contract import ContractProperties
from insight_pipeline.contracts.promise.fault import contract_fault
from insight_pipeline.kernel.errors import Fault

VERSIONS = ("v3.2.0", "v3.1.0")
# Key of a column → what to write instead. They would be taken for promises, and none is kept.
INSTEAD = {
    "enum": "a code list as vocabularies/<name>.csv, named in customProperties: vocabulary",
    "synonyms": "customProperties: headerSynonyms, the other names a file may give the column",
    "items": "a column of its own in a file of flat rows",
    "map": "a column of its own in a file of flat rows",
    "properties": "columns of their own in a file of flat rows, such as name.first",
}


def document_faults(
    raw: Mapping[str, Any], properties: type[BaseModel], where: str
) -> Iterator[Fault]:
    """Faults of any contract of ours and, of a provider's, of promises nobody would keep."""
    if raw["apiVersion"] not in VERSIONS:
        expected = f"a contract written to ODCS {' or '.join(VERSIONS)}"
        yield contract_fault(f"{where}: apiVersion", expected, raw["apiVersion"])
    tables = raw.get("schema") or []
    if len(tables) != 1:
        yield contract_fault(f"{where}: schema", "exactly one table", f"{len(tables)} tables")
    if properties is ContractProperties:
        for table in tables:
            yield from _table_faults(table, where)


def _table_faults(table: Mapping[str, Any], where: str) -> Iterator[Fault]:
    if not table.get("properties"):
        yield contract_fault(f"{where}: schema", "columns (properties)", "none")
    if table.get("relationships"):
        found = "relationships of the table"
        yield contract_fault(f"{where}: schema", "relationships with their column", found)
    for column in table.get("properties") or []:
        place = f"{where}: {column['name']}"
        for key in sorted(set(INSTEAD) & set(column)):
            yield contract_fault(f"{place}: {key}", INSTEAD[key], f"{key}, which nobody checks")
        if column.get("physicalName", column["name"]) != column["name"]:
            expected = "the name in the file as name, and no other"
            yield contract_fault(f"{place}: physicalName", expected, f"'{column['physicalName']}'")
