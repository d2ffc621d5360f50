"""services.yaml: who delivers which service, when and for how much."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.warehouse.services import (
    Services,
    last_days,
    load_services,
    service_contracts,
    service_titles,
)
from insight_pipeline.warehouse.sources import REFERENCE_COLUMNS
from tests.conftest import ROOT

GOOD = """
services:
  - service_code: substance_misuse
    title: Treatment
    contracts:
      - {provider_id: newleaf, from_date: 2024-04-01, to_date: 2025-09-30, annual_price_gbp: 410000}
      - {provider_id: recoverwell, from_date: 2025-10-01, to_date: null, annual_price_gbp: 435000}
  - {service_code: leisure, title: Leisure, contracts: []}
"""


def load(folder: Path, text: str) -> Services:
    path = folder / "services.yaml"
    path.write_text(text)
    return load_services(path)


def test_one_row_for_each_contract_open_ones_without_an_end_in_sight(tmp_path: Path) -> None:
    frame = service_contracts(load(tmp_path, GOOD))
    known = frame.select("service_code", "provider_id", "from_date", "to_date", "annual_price_gbp")
    assert known.rows() == [
        ("substance_misuse", "newleaf", date(2024, 4, 1), date(2025, 9, 30), Decimal("410000.00")),
        ("substance_misuse", "recoverwell", date(2025, 10, 1), date(9999, 12, 31), 435000),
    ]
    assert frame.schema["annual_price_gbp"] == pl.Decimal(18, 2)


def test_the_columns_are_those_that_models_may_rely_on(tmp_path: Path) -> None:
    services = load(tmp_path, GOOD)
    contracts, titles = service_contracts(services), service_titles(services)
    assert contracts.columns == list(REFERENCE_COLUMNS["reference.service_contract"])
    assert titles.columns == list(REFERENCE_COLUMNS["reference.service"])


def test_what_a_contract_does_not_say_is_unknown_and_its_area_is_the_whole_borough(
    tmp_path: Path,
) -> None:
    frame = service_contracts(load(tmp_path, GOOD))
    rows = frame.select("owner", "tolerance", "handover_clause", "area_codes").rows()
    assert rows == [(None, "ordinary", None, None)] * 2


def test_a_contract_says_who_owns_it_what_it_tolerates_and_which_wards_it_covers(
    tmp_path: Path,
) -> None:
    said = (
        "annual_price_gbp: 410000, owner: a@ashmere.example, tolerance: low, "
        "performance_clause: one, data_clause: two, handover_clause: three, areas: [E2, E1]"
    )
    frame = service_contracts(load(tmp_path, GOOD.replace("annual_price_gbp: 410000", said)))
    assert frame.row(0)[5:] == ("a@ashmere.example", "low", "one", "two", "three", "E1,E2")


def test_one_row_for_each_service_with_its_days_at_a_hand_over(tmp_path: Path) -> None:
    other = GOOD.replace("title: Leisure,", "title: Leisure, handover_days: 14,")
    other = other.replace("title: Leisure,", "title: Leisure, comparable_after_days: 365,")
    events = "title: Leisure, in_service_events: [visit, membership],"
    other = other.replace("title: Leisure,", events)
    frame = service_titles(load(tmp_path, other))
    assert frame.rows() == [
        ("substance_misuse", "Treatment", 28, 182, None),
        ("leisure", "Leisure", 14, 365, "membership,visit"),
    ]


def test_without_the_file_nothing_is_commissioned(tmp_path: Path) -> None:
    services = load_services(tmp_path / "services.yaml")
    assert service_contracts(services).rows() == []
    assert service_titles(services).columns == list(REFERENCE_COLUMNS["reference.service"])


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("annual_price_gbp: 410000", "annual_price_gpb: 410000", "annual_price_gpb"),
        ("annual_price_gbp: 410000", "annual_price_gbp: cheap", "annual_price_gbp"),
        ("to_date: null, ", "", "to_date"),
        ("from_date: 2024-04-01", "from_date: April", "from_date"),
        ("title: Treatment", "titel: Treatment", "titel"),
        ("provider_id: newleaf", "provider_id: no", "provider_id"),
        ("annual_price_gbp: 410000", "annual_price_gbp: 1, tolerance: none", "tolerance"),
        ("annual_price_gbp: 410000", "annual_price_gbp: 1, areas: []", "areas"),
        ("annual_price_gbp: 410000", "annual_price_gbp: 1, areas: ['E1,E2']", "areas"),
        ("annual_price_gbp: 410000", "annual_price_gbp: 1, areas: [E1, E1]", "more than once"),
        ("title: Treatment", "title: Treatment\n    handover_days: -1", "handover_days"),
    ],
)
def test_a_mistake_is_named_with_its_place(
    tmp_path: Path, before: str, after: str, words: str
) -> None:
    assert before in GOOD
    with pytest.raises(InsightError) as caught:
        load(tmp_path, GOOD.replace(before, after))
    assert "services.yaml" in str(caught.value)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("recoverwell, from_date: 2025-10-01", "newleaf, from_date: 2025-09-30"),
        ("to_date: 2025-09-30", "to_date: 2024-03-31"),
        ("service_code: leisure", "service_code: substance_misuse"),
    ],
    ids=["overlap with itself", "ends before it starts", "same service twice"],
)
def test_contracts_that_cannot_be_are_refused(tmp_path: Path, before: str, after: str) -> None:
    assert before in GOOD
    with pytest.raises(InsightError):
        load(tmp_path, GOOD.replace(before, after))


def test_a_provider_may_have_contracts_at_once_for_wards_that_differ(tmp_path: Path) -> None:
    both = GOOD.replace("recoverwell, from_date: 2025-10-01", "newleaf, from_date: 2025-01-01")
    there = both.replace("annual_price_gbp: 410000", "annual_price_gbp: 1, areas: [E1]")
    with pytest.raises(InsightError):
        load(tmp_path, there)
    with pytest.raises(InsightError):
        load(
            tmp_path, there.replace("annual_price_gbp: 435000", "annual_price_gbp: 1, areas: [E1]")
        )
    apart = there.replace("annual_price_gbp: 435000", "annual_price_gbp: 1, areas: [E2]")
    assert service_contracts(load(tmp_path, apart)).height == 2


def test_in_this_project_contracts_of_a_service_follow_one_another() -> None:
    frame = service_contracts(load_services(ROOT / "data_contracts" / "services.yaml"))
    assert frame.height
    for _, of_service in frame.sort("from_date").group_by("service_code"):
        ends, starts = of_service["to_date"].to_list(), of_service["from_date"].to_list()
        assert all(start <= end for start, end in zip(starts, ends, strict=True))
        assert all(end < start for end, start in zip(ends[:-1], starts[1:], strict=True))


def test_the_last_day_of_a_provider_is_that_of_its_last_contract(tmp_path: Path) -> None:
    assert last_days(load(tmp_path, GOOD)) == {"newleaf": date(2025, 9, 30)}
    longer = GOOD.replace("recoverwell, from_date: 2025-10-01", "newleaf, from_date: 2025-10-01")
    assert last_days(load(tmp_path, longer)) == {}
