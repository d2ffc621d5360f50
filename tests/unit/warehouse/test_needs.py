"""needs.yaml: its shape, its codes and the tables made of it."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from insight_pipeline.contracts.promise.vocabulary import load_vocabularies
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.warehouse.need_tables import (
    NEED_ASSESSMENT_COLUMNS,
    NEED_COLUMNS,
    NEED_SERVICE_EVENT_COLUMNS,
    NEED_SIGN_COLUMNS,
    need_assessment_table,
    need_service_event_table,
    need_sign_table,
    need_table,
)
from insight_pipeline.warehouse.needs import NEEDS_FILE, Needs, check_need_codes, load_needs
from tests.conftest import ROOT

PATH = Path("needs.yaml")
FLAGS = {"gap_share": 0.5, "remnant_share": 0.3, "fewest_people": 5, "chance": 0.001, "note": "n"}
SIGN = {
    "service_code": "community_health",
    "event_code": "referral",
    "to_service_code": "leisure",
    "starts": "referred",
}
NEED: dict[str, Any] = {
    "need_code": "exercise",
    "title": "Exercise",
    "service_code": "leisure",
    "within_days": 42,
    "signs": [SIGN],
    "met_by": [{"event_code": "visit"}],
}
TWICE: dict[str, Any] = {
    "window_days": 28,
    "assessments": [
        {"service_code": "adult_social_care", "event_code": "assessment"},
        {"service_code": "community_health", "event_code": "referral", "detail_code": "podiatry"},
    ],
    "unit_cost_gbp": {"low": 1, "central": 2, "high": 3},
    "cost_source": "said so",
}

MISSPELT = {**TWICE["assessments"][0], "detail_code": "podiatri"}


def needs(*, flags: Any = FLAGS, **changes: Any) -> Needs:
    return Needs.model_validate_json(json.dumps({"flags": flags, "needs": [{**NEED, **changes}]}))


def test_the_needs_of_the_borough_use_codes_that_there_are() -> None:
    found = load_needs(ROOT / "data_contracts" / NEEDS_FILE)
    vocabularies = load_vocabularies(ROOT / "data_contracts" / "vocabularies")
    check_need_codes(found, vocabularies, PATH)
    assert len(found.needs) >= 3


def test_without_the_file_no_need_is_known(tmp_path: Path) -> None:
    found = load_needs(tmp_path / NEEDS_FILE)
    assert found.needs == () and need_table(found).is_empty()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"flags": None}, "needs are not judged without it"),
        ({"signs": [{**SIGN, "to_service_code": None}]}, "referred needs to_service_code"),
        ({"signs": []}, "at least 1"),
        ({"within_days": 0}, "greater than 0"),
        ({"duplication": {**TWICE, "unit_cost_gbp": {"low": 3, "central": 2, "high": 4}}}, "order"),
        ({"duplication": {**TWICE, "assessments": TWICE["assessments"][:1]}}, "at least 2"),
        ({"flags": {**FLAGS, "chance": 0.2}}, "less than 0.05"),
    ],
)
def test_what_cannot_be_meant_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        needs(**changes)


def test_a_need_that_stands_twice_is_refused() -> None:
    with pytest.raises(ValidationError, match="exercise stands more than once"):
        Needs(flags=needs().flags, needs=needs().needs * 2)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"service_code": "liesure"}, "service_code"),
        ({"signs": [{**SIGN, "to_service_code": "liesure"}]}, "signs.to_service_code"),
        ({"met_by": [{"event_code": "visits"}]}, "met_by.event_code"),
        ({"signs": [{**SIGN, "outcome_code": "ded"}]}, "signs.outcome_code"),
        (
            {"duplication": {**TWICE, "assessments": [MISSPELT, MISSPELT]}},
            "duplication.assessments.detail_code",
        ),
    ],
)
def test_a_misspelt_code_is_named_with_its_key(changes: dict[str, Any], key: str) -> None:
    codes = ["service", "event", "outcome", "detail"]
    names = ["leisure", "visit", "died", "podiatry"]
    more = [("service", "community_health"), ("service", "adult_social_care")]
    more += [("event", "referral"), ("event", "assessment")]
    rows = [*zip(codes, names, strict=True), *more]
    vocabularies = pl.DataFrame(rows, schema=["vocabulary", "code"], orient="row")
    check_need_codes(needs(), vocabularies, PATH)
    with pytest.raises(InsightError, match=key):
        check_need_codes(needs(**changes), vocabularies, PATH)


def test_tables_have_their_columns_and_flags_and_costs_stand_with_each_need() -> None:
    found = needs(duplication=TWICE)
    tables = (
        (need_table(found), NEED_COLUMNS),
        (need_sign_table(found), NEED_SIGN_COLUMNS),
        (need_service_event_table(found), NEED_SERVICE_EVENT_COLUMNS),
        (need_assessment_table(found), NEED_ASSESSMENT_COLUMNS),
    )
    for table, columns in tables:
        assert table.columns == list(columns)
    (row,) = need_table(found).rows(named=True)
    assert row["to_service_code"] == "leisure" and row["duplicate_days"] == 28
    assert row["cost_high_gbp"] == Decimal(3) and row["chance"] == Decimal("0.001")
    assert need_sign_table(found).row(0, named=True)["starts"] == "referred"
    assert need_assessment_table(found).height == 2
    assert need_table(needs()).row(0, named=True)["duplicate_days"] is None
