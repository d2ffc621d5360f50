"""pathways.yaml: from which event to which next service, and by when."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from insight_pipeline.contracts.promise.vocabulary import load_vocabularies
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.warehouse.pathways import (
    PATHWAY_COLUMNS,
    PATHWAYS_FILE,
    Pathways,
    check_codes,
    load_pathways,
    pathway_table,
    pickup_table,
)
from tests.conftest import ROOT

GOOD = """
pathways:
  - pathway_code: health_to_leisure
    title: Community health to leisure
    from: {service_code: community_health, event_code: referral, starts: referred}
    to: {service_code: leisure, event_codes: [visit]}
    clock_days: 42
    standard: Local.
  - pathway_code: leaving_care
    title: Leaving care to youth support
    from: {service_code: children_looked_after, event_code: placement, outcome_code: left_care_adulthood, starts: event_end}
    to: {service_code: youth_eet, event_codes: [activity], detail_codes: [eet, neet], counts: in_force, another_provider: true}
    clock_days: 28
    standard: Local.
"""  # noqa: E501


def load(folder: Path, text: str) -> Pathways:
    path = folder / PATHWAYS_FILE
    path.write_text(text)
    return load_pathways(path)


def test_one_row_for_each_pathway_and_any_code_where_none_is_named(tmp_path: Path) -> None:
    rows = pathway_table(load(tmp_path, GOOD)).to_dicts()
    assert list(rows[0]) == list(PATHWAY_COLUMNS)
    assert rows[0] == {
        "pathway_code": "health_to_leisure",
        "title": "Community health to leisure",
        "from_service_code": "community_health",
        "from_event_code": "referral",
        "from_outcome_code": None,
        "from_detail_code": None,
        "starts": "referred",
        "to_service_code": "leisure",
        "counts": "start",
        "is_another_provider": False,
        "clock_days": 42,
        "standard": "Local.",
    }
    assert rows[1]["from_outcome_code"] == "left_care_adulthood"
    assert (rows[1]["counts"], rows[1]["is_another_provider"]) == ("in_force", True)


def test_one_row_for_each_event_and_detail_that_picks_up(tmp_path: Path) -> None:
    assert pickup_table(load(tmp_path, GOOD)).rows() == [
        ("health_to_leisure", "visit", None),
        ("leaving_care", "activity", "eet"),
        ("leaving_care", "activity", "neet"),
    ]


def test_without_the_file_there_is_no_pathway(tmp_path: Path) -> None:
    pathways = load_pathways(tmp_path / PATHWAYS_FILE)
    assert pathway_table(pathways).rows() == pickup_table(pathways).rows() == []
    assert pathway_table(pathways).schema["clock_days"] == pl.Int32


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("clock_days: 42", "clock_day: 42", "did you mean 'clock_days'?"),
        ("clock_days: 42", "clock_days: 0", "clock_days"),
        ("starts: referred", "starts: someday", "starts"),
        ("event_codes: [visit]", "event_codes: []", "event_codes"),
        ("counts: in_force", "counts: forever", "counts"),
        ("pathway_code: leaving_care", "pathway_code: health_to_leisure", "more than once"),
        ("pathway_code: leaving_care", "pathway_code: Leaving Care", "pathway_code"),
    ],
)
def test_a_mistake_is_refused_with_file_and_key(
    tmp_path: Path, before: str, after: str, words: str
) -> None:
    assert before in GOOD
    with pytest.raises(InsightError) as caught:
        load(tmp_path, GOOD.replace(before, after))
    assert PATHWAYS_FILE in str(caught.value) and words in str(caught.value)


@pytest.mark.parametrize(
    ("before", "after", "key", "words"),
    [
        ("service_code: leisure", "service_code: leisur", "to.service_code", "'leisure'"),
        ("community_health, event", "community_helth, event", "from.service_code", "'community"),
        ("event_code: referral", "event_code: referal", "from.event_code", "'referral'"),
        ("[visit]", "[visits]", "to.event_codes", "'visit'"),
        ("left_care_adulthood", "left_care", "from.outcome_code", "'left_care_adulthood'"),
        ("[eet, neet]", "[eet, neets]", "to.detail_codes", "'neet'"),
    ],
)
def test_an_unknown_code_is_a_fault_that_names_file_key_and_the_nearest(
    tmp_path: Path, before: str, after: str, key: str, words: str
) -> None:
    vocabularies = load_vocabularies(ROOT / "data_contracts" / "vocabularies")
    path = tmp_path / PATHWAYS_FILE
    check_codes(load(tmp_path, GOOD), vocabularies, path)
    assert before in GOOD
    with pytest.raises(InsightError) as caught:
        check_codes(load(tmp_path, GOOD.replace(before, after)), vocabularies, path)
    (fault,) = caught.value.faults
    assert PATHWAYS_FILE in fault.where and key in fault.where
    assert f"did you mean {words}" in fault.next_step


def test_the_boroughs_pathways_use_known_codes_and_say_who_sets_their_clocks() -> None:
    folder = ROOT / "data_contracts"
    pathways = load_pathways(folder / PATHWAYS_FILE)
    check_codes(pathways, load_vocabularies(folder / "vocabularies"), folder / PATHWAYS_FILE)
    codes = [pathway.pathway_code for pathway in pathways.pathways]
    assert codes == sorted(codes) and len(codes) >= 5
    assert all(
        pathway.standard.startswith(("Local.", "National.")) for pathway in pathways.pathways
    )
