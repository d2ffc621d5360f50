"""No data are used before their contract says on what ground, what for, and for how long."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight_pipeline.contracts.promise.contract import ContractProperties
from insight_pipeline.contracts.promise.governance import (
    CLASSIFICATIONS,
    Duration,
    parse_duration,
    unknown_purposes,
)
from insight_pipeline.contracts.promise.odcs import load_contracts
from insight_pipeline.contracts.promise.vocabulary import load_vocabularies
from tests.conftest import ROOT
from tests.unit.contracts.documents import document, faults, load, with_column, with_property

WORDS = load_vocabularies(ROOT / "data_contracts" / "vocabularies")
REQUIRED = (
    *("lawfulBasis", "controller", "purposes", "specialCategory"),
    *("retention", "sharingAgreement"),
)


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in document().items() if name != key}


@pytest.mark.parametrize("name", REQUIRED)
def test_every_term_is_asked_for(tmp_path: Path, name: str) -> None:
    assert f"customProperties: {name}" in faults(tmp_path, with_property(**{name: None}))


@pytest.mark.parametrize("key", ["price", "team", "support"])
def test_price_and_contacts_are_asked_for(tmp_path: Path, key: str) -> None:
    words = faults(tmp_path, without(key))
    assert f": {key}\n" in words
    assert words.count("next step") == (3 if key == "price" else 1)


def test_everything_that_is_missing_is_told_at_once(tmp_path: Path) -> None:
    made = with_property(retention="8 years", lawfulBasis="Consent", controller=" ", purposes=[])
    made.pop("support")
    made["schema"][0]["properties"][2].pop("description")
    words = faults(tmp_path, made)
    for place in ("retention", "lawfulBasis", "controller", "purposes", "support", "Name"):
        assert f": {place}\n" in words


@pytest.mark.parametrize("basis", ["Public task", "UK GDPR", "Art 6(1)(z); Art 9(2)(h)"])
def test_personal_data_need_a_basis_of_article_6(tmp_path: Path, basis: str) -> None:
    assert "Art 6(1)" in faults(tmp_path, with_property(lawfulBasis=basis))


@pytest.mark.parametrize("basis", ["Art 6(1)(e)", "Art 6(1)(e); Art 9(2)(z)", "Art 6(1)(e); Art 9"])
def test_special_category_data_need_a_condition_of_article_9(tmp_path: Path, basis: str) -> None:
    words = faults(tmp_path, with_property(lawfulBasis=basis))
    assert "a condition of UK GDPR Art 9(2)" in words


@pytest.mark.parametrize(
    "basis", ["Article 6(1)(c); Article 9(2)(g)", "UK GDPR Art 6(1)(e) and Art. 9(2)(h)"]
)
def test_articles_may_be_written_out(tmp_path: Path, basis: str) -> None:
    assert load(tmp_path, with_property(lawfulBasis=basis))


def test_one_column_makes_data_special_category(tmp_path: Path) -> None:
    plain = {"specialCategory": False, "lawfulBasis": "Art 6(1)(e)"}
    assert load(tmp_path / "a", with_property(**plain))
    made = with_property(**plain)
    made["schema"][0]["properties"][2]["classification"] = "special_category"
    words = faults(tmp_path / "b", made)
    assert "a condition of UK GDPR Art 9(2)" in words
    assert "false beside columns of special category data" in words


def test_public_data_need_no_basis_in_data_protection_law(tmp_path: Path) -> None:
    made = with_property(specialCategory=False, lawfulBasis="Not personal data")
    for column in made["schema"][0]["properties"]:
        column["classification"] = "public"
    assert load(tmp_path, made)


@pytest.mark.parametrize("kind", [None, "secret", "Personal"])
def test_a_column_is_classified_from_a_closed_list(tmp_path: Path, kind: str | None) -> None:
    made = with_column(classification=kind) if kind else document()
    if kind is None:
        made["schema"][0]["properties"][2].pop("classification")
    words = faults(tmp_path, made)
    assert all(known in words for known in CLASSIFICATIONS)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("P8Y", Duration(8, 0, 0, 0)),
        ("P1Y6M", Duration(1, 6, 0, 0)),
        ("P90D", Duration(0, 0, 0, 90)),
        ("P12W", Duration(0, 0, 12, 0)),
        *((text, None) for text in ("", "P", "8Y", "P8", "P0Y", "PT8H", "P8Y ", "P-1Y", "p8y")),
    ],
)
def test_a_retention_is_a_duration(text: str, meant: Duration | None) -> None:
    assert parse_duration(text) == meant


@given(st.tuples(*[st.integers(0, 99)] * 4))
def test_a_duration_means_the_numbers_it_is_written_with(parts: tuple[int, int, int, int]) -> None:
    text = "P" + "".join(f"{n}{letter}" for n, letter in zip(parts, "YMWD", strict=True))
    assert parse_duration(text) == (Duration(*parts) if any(parts) else None)


def test_a_purpose_that_is_not_listed_is_named_with_the_nearest(tmp_path: Path) -> None:
    made = with_property(purposes=["commissioning", "outcome_monitorng"])
    (fault,) = unknown_purposes([load(tmp_path, made)], WORDS)
    assert "did you mean 'outcome_monitoring'?" in fault.next_step


def test_every_purpose_of_this_project_is_listed() -> None:
    contracts = load_contracts(ROOT / "data_contracts" / "providers", ContractProperties)
    assert not list(unknown_purposes(contracts, WORDS))
