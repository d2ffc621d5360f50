"""A contract's key and columns."""

from __future__ import annotations

import pytest

from tests.unit.contracts.promises import column, contract, internal


def test_the_primary_key_identifies_a_row() -> None:
    found = contract(column("A", key=True), column("B", key=True), column("C"), key=("C",))
    assert found.key == ("A", "B")


def test_without_a_primary_key_the_resubmission_key_does() -> None:
    assert contract(column("A"), column("B"), key=("B",)).key == ("B",)


def test_a_dataset_may_have_no_key() -> None:
    assert contract(column("A"), mode="append").key == ()


def test_a_column_without_a_type_is_text() -> None:
    assert internal("x", {"a": "DATE"}).physical_columns == {"a": "DATE"}
    assert contract(column("a")).physical_columns == {"a": "VARCHAR"}


def test_a_contract_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        contract(column("A")).version = "2.0.0"  # type: ignore[misc]
