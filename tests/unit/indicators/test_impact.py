from __future__ import annotations

from functools import lru_cache

import pytest

from insight_pipeline.contracts.evolution.change import Change, Level, Place, Touches
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.indicators.catalogue import Catalogue, load_catalogue
from insight_pipeline.indicators.impact import (
    Impact,
    impact,
    mapped_codes,
    radius,
)
from insight_pipeline.indicators.project_lineage import Map, project_map
from insight_pipeline.settings import Settings
from insight_pipeline.sql.lineage import ROWS, Node
from tests.conftest import ROOT

ACTIVITY = "youthworks__activity"


@lru_cache(maxsize=1)
def project() -> tuple[Catalogue, Map]:
    settings = Settings(home=ROOT / "home", project=ROOT)
    catalogue = load_catalogue(settings)
    return catalogue, project_map(catalogue, settings)


def contract(stem: str) -> Contract:
    catalogue, _ = project()
    return next(c for c in (*catalogue.contracts, *catalogue.internal) if c.stem == stem)


def touched(relation: str, column: str) -> Impact:
    return radius([Node(relation, column)], [], project()[1])


def test_a_changed_code_list_is_felt_where_its_codes_are_read_and_filtered_by() -> None:
    found = touched(f"accepted.{ACTIVITY}", "ActivityCode")
    assert found.columns[f"staging.stg_{ACTIVITY}"] == ("detail_code",)
    assert found.columns["core.fct_service_event"] == ("detail_code",)
    assert "journeys.fct_care_leaver" in found.relations
    assert "care_leaver_eet_6m" in found.indicators
    assert not found.relinks and found.figures


def test_what_a_change_cannot_reach_is_not_named() -> None:
    found = touched(f"accepted.{ACTIVITY}", "ActivityCode")
    assert "journeys.fct_provider_spend" not in found.relations
    assert "leisure_referral_kept_12w" not in found.indicators
    assert "staging.stg_activelife__members" not in found.relations


def test_evidence_of_people_moves_linkage_and_with_it_any_figure() -> None:
    found = touched("accepted.activelife__members", "Forename")
    assert found.relinks and found.figures
    assert found.indicators == ()


def test_a_fact_of_the_citizen_is_followed_through_the_single_view_to_the_figure() -> None:
    found = touched("accepted.brightcare__client_level_data", "Gender")
    assert found.columns["internal.citizen"] == ("sex_code",)
    assert "breakdown" in found.columns["indicators.figure"]


def test_rows_that_are_held_are_told_apart_from_columns_that_change() -> None:
    found = radius([], [Node(f"accepted.{ACTIVITY}", ROWS)], project()[1])
    assert found.relations == () and found.indicators == () and found.columns == {}
    assert "indicators.figure" in found.waiting and found.waiting_indicators


@pytest.mark.parametrize(
    ("verdict", "column", "named", "waiting"),
    [
        (Touches.SAFE, "ActivityCode", False, False),
        (Touches.GOVERNANCE_REVIEW, "ActivityCode", False, False),
        (Touches.BREAKS_CONSUMERS, "ActivityCode", True, False),
        (Touches.BREAKS_PROVIDERS, "ActivityCode", True, True),
        (Touches.BREAKS_PROVIDERS, None, False, True),
    ],
)
def test_a_change_reaches_as_far_as_its_verdict(
    verdict: Touches, column: str | None, named: bool, waiting: bool
) -> None:
    change = Change("x", "x", verdict, Level.MAJOR, column)
    found = impact(contract(ACTIVITY), [change], project()[1])
    assert (bool(found.relations), bool(found.waiting)) == (named, waiting)


def test_an_internal_contract_is_followed_from_its_feed() -> None:
    change = Place("outcome_code", column="outcome_code").breaks_consumers("code list")
    found = impact(contract("service_event"), [change], project()[1])
    assert found.columns["internal.service_event"] == ("outcome_code",)
    assert not any(relation.startswith("staging.") for relation in found.relations)


def test_codes_that_our_sql_names_or_our_lists_hold_are_mapped() -> None:
    known = mapped_codes(contract("homestead__homelessness_duties"), project()[0])
    assert "eet" in known and "homelessness" in known
    assert "no such code" not in known


def test_every_relation_stands_after_what_it_is_made_from() -> None:
    _, known = project()
    place = {relation: n for n, relation in enumerate(known.relations)}
    late = [
        (edge.of.relation, edge.to.relation)
        for edge in known.edges
        if edge.of.relation in place and place[edge.of.relation] > place[edge.to.relation]
    ]
    assert late == []
