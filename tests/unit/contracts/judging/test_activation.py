"""A contract version judges nothing before both opinions agree, and is asked about once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from insight_pipeline.contracts.judging import activation
from insight_pipeline.contracts.judging.activation import (
    Activation,
    activation_path,
    ensure_agreement,
)
from insight_pipeline.contracts.judging.law import Law
from insight_pipeline.contracts.judging.oracle.agreement import Agreement
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.kernel.strict import load_json
from tests.unit.contracts.promises import column, contract, home

LISTS = pl.DataFrame(
    schema=dict.fromkeys(
        ["vocabulary", "code", "label", "synonyms", "valid_from", "valid_to", "source"], pl.String
    )
)
LAW = Law(LISTS, ())
CASES = contract(column("Ref", required=True, key=True), column("N", "integer"))


class Opinions:
    """Stands in for both opinions, and counts how often it was asked."""

    def __init__(self, *disputed: str) -> None:
        self.disputed, self.asked = disputed, 0

    def __call__(self, *_: Any) -> Agreement:
        self.asked += 1
        ours = frozenset((2, code) for code in self.disputed)
        return Agreement(10, 5, ours, frozenset(), frozenset())


def test_both_opinions_are_asked_once_for_each_law(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opinions, settings = Opinions(), home(tmp_path)
    monkeypatch.setattr(activation, "agreement", opinions)
    for made in (CASES, CASES, contract(*CASES.columns, mark="contract 2")):
        ensure_agreement(duckdb.connect(), made, LAW, settings)
    assert opinions.asked == 2
    known = load_json(activation_path(settings, CASES), Activation)
    assert (known.edge_rows, known.agreed, known.disputed) == (10, 5, ())


def test_a_disputed_rule_closes_the_feed_and_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opinions, settings = Opinions("n.type"), home(tmp_path)
    monkeypatch.setattr(activation, "agreement", opinions)
    for _ in range(2):
        with pytest.raises(InsightError, match=r"n\.type"):
            ensure_agreement(duckdb.connect(), CASES, LAW, settings)
    assert opinions.asked == 1


def test_a_rule_that_cannot_run_on_an_edge_closes_the_feed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> Agreement:
        raise duckdb.ConversionException("a cell that nobody may see")

    monkeypatch.setattr(activation, "agreement", fail)
    with pytest.raises(InsightError) as caught:
        ensure_agreement(duckdb.connect(), CASES, LAW, home(tmp_path))
    assert "cannot run" in str(caught.value)
    assert "nobody may see" not in str(caught.value)


def test_a_plain_contract_is_agreed_upon(tmp_path: Path) -> None:
    settings = home(tmp_path)
    with duckdb.connect() as connection:
        ensure_agreement(connection, CASES, LAW, settings)
    assert load_json(activation_path(settings, CASES), Activation).agreed > 20
