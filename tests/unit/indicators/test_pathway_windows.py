"""An indicator of hand-offs allows for every pathway: its clock, who hands over, who receives."""

from __future__ import annotations

from dataclasses import replace

import pytest

from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.indicators.pathway_windows import HAND_OFFS, unwatched_pathways
from insight_pipeline.sql.model import load_models
from insight_pipeline.warehouse.pathways import PATHWAYS_FILE, Pathways, load_pathways
from tests.conftest import ROOT

INDICATORS = load_models(ROOT / "dbt_like_sql" / "indicators", IndicatorHeader)


@pytest.fixture
def pathways() -> Pathways:
    return load_pathways(ROOT / "data_contracts" / PATHWAYS_FILE)


def test_the_boroughs_indicators_allow_for_all_its_pathways(pathways: Pathways) -> None:
    assert sum(HAND_OFFS in model.reads for model in INDICATORS) >= 2
    assert not list(unwatched_pathways(INDICATORS, pathways))


def test_the_window_is_the_longest_clock_and_not_longer(pathways: Pathways) -> None:
    longest = max(each.clock_days for each in pathways.pathways)
    for model in INDICATORS:
        if HAND_OFFS in model.reads:
            assert isinstance(model.header, IndicatorHeader)
            assert model.header.window_days == longest, model.name


@pytest.mark.parametrize(
    ("part", "change", "key"),
    [
        ("", {"clock_days": 43}, "window_days"),
        ("handed_on", {"service_code": "acute_hospital"}, "services"),
    ],
)
def test_a_pathway_that_an_indicator_has_no_room_for_is_a_fault(
    pathways: Pathways, part: str, change: dict[str, object], key: str
) -> None:
    first = pathways.pathways[0]
    inner = {part: getattr(first, part).model_copy(update=change)} if part else change
    changed = Pathways(pathways=(first.model_copy(update=inner), *pathways.pathways[1:]))
    faults = list(unwatched_pathways(INDICATORS, changed))
    assert {fault.where.rpartition(": ")[2] for fault in faults} == {key}
    assert all(first.pathway_code in fault.expected for fault in faults)
    assert {"handoff_missed.sql", "handoff_median_days.sql"} <= {
        fault.where.split(" ")[0].rpartition("/")[2] for fault in faults
    }


def test_a_receiving_service_that_an_indicator_would_not_wait_for_is_a_fault(
    pathways: Pathways,
) -> None:
    hasty = [
        replace(model, header=model.header.model_copy(update={"followed": ("community_health",)}))
        for model in INDICATORS
        if HAND_OFFS in model.reads
    ]
    faults = list(unwatched_pathways(hasty, pathways))
    assert {fault.where.rpartition(": ")[2] for fault in faults} == {"followed"}
