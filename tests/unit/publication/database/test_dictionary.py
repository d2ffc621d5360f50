"""The figures we publish are the figures we promised."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from insight_pipeline.contracts.promise.contract import InternalProperties
from insight_pipeline.contracts.promise.odcs import load_contract
from insight_pipeline.publication.database.dictionary import TABLES
from insight_pipeline.publication.database.export import FILES

FOLDER = Path(__file__).parents[4] / "data_contracts/publication"
CONTRACTS = {
    "figure": "indicator_release",
    "judgement": "judgement_release",
    "scorecard": "scorecard_release",
    "revision": "revision_release",
}


@pytest.mark.parametrize("table", CONTRACTS)
def test_a_published_table_is_what_its_contract_promises(table: str) -> None:
    promise = load_contract(FOLDER / f"{CONTRACTS[table]}.odcs.yaml", InternalProperties)
    promised = {c.name: (c.physical_type, c.description) for c in promise.columns}
    assert promised == dict(TABLES[table].columns)
    assert list(promised) == list(TABLES[table].columns)


def test_every_table_published_as_a_file_has_a_contract_and_no_contract_is_about_nothing() -> None:
    assert set(CONTRACTS) == set(FILES.values())
    found = {path.name for path in FOLDER.glob("*.odcs.yaml")}
    assert found == {f"{name}.odcs.yaml" for name in CONTRACTS.values()}


def test_public_columns_are_named_by_the_grammar() -> None:
    endings = {"DATE": r"(\w+_)?period_(from|to)|\w+_(date|month)", "BOOLEAN": r"(is|has)_\w+"}
    wrong = [
        f"{table}.{column}"
        for table, described in TABLES.items()
        for column, (kind, _) in described.columns.items()
        if not re.fullmatch(endings.get(kind, r"[a-z][a-z0-9_]*"), column)
    ]
    assert wrong == []
