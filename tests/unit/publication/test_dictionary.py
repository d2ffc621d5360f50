"""The figures we publish are the figures we promised."""

from __future__ import annotations

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
