"""The figures we publish are the figures we promised."""

from __future__ import annotations

import re
from pathlib import Path

from insight_pipeline.contracts.contract import InternalProperties
from insight_pipeline.contracts.odcs import load_contract
from insight_pipeline.publication.dictionary import TABLES

CONTRACT = "data_contracts/publication/indicator_release.odcs.yaml"


def test_the_figure_table_is_what_the_publication_contract_promises() -> None:
    promise = load_contract(Path(__file__).parents[3] / CONTRACT, InternalProperties)
    promised = {c.name: (c.physical_type, c.description) for c in promise.columns}
    assert promised == dict(TABLES["figure"].columns)
    assert list(promised) == list(TABLES["figure"].columns)


def test_public_columns_are_named_by_the_grammar() -> None:
    endings = {"DATE": r"period_(from|to)|\w+_date", "BOOLEAN": r"(is|has)_\w+"}
    wrong = [
        f"{table}.{column}"
        for table, described in TABLES.items()
        for column, (kind, _) in described.columns.items()
        if not re.fullmatch(endings.get(kind, r"[a-z][a-z0-9_]*"), column)
    ]
    assert wrong == []
