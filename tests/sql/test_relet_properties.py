"""Letting a service again later changes nothing of what was true before.

The project's own contracts run over a borough of random events, and again after services.yaml, in a
copy, has got a change of provider; figures whose follow-up ended before it must be the same to the
last digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insight_pipeline.warehouse.services import (
    Services,
    load_services,
    service_contracts,
    service_titles,
)
from tests.conftest import ROOT
from tests.sql.test_warehouse_properties import Figures, Warehouse, tables, warehouse
from tests.sql.tiny_borough import FIRST, LAST, Tables

__all__ = ["tables", "warehouse"]  # fixtures
OURS = ROOT / "data_contracts" / "services.yaml"
SERVICES = sorted(each.service_code for each in load_services(OURS).services)
few = settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def relet(folder: Path, service_code: str, ended: date, gap_days: int) -> Services:
    """The project's services.yaml, copied, with the service passing to somebody new."""
    every: dict[str, Any] = yaml.safe_load(OURS.read_text(encoding="utf-8"))
    (service,) = (each for each in every["services"] if each["service_code"] == service_code)
    last = service["contracts"][-1]
    began = ended + timedelta(days=1 + gap_days)
    service["contracts"].append(
        {**last, "provider_id": "newcomer", "from_date": began, "annual_price_gbp": 1}
    )
    last["to_date"] = ended
    path = folder / "services.yaml"
    path.write_text(yaml.safe_dump(every), encoding="utf-8")
    return load_services(path)


def under(contracts: Services, tables: Tables) -> Tables:
    return {
        **tables,
        "reference.service_contract": service_contracts(contracts),
        "reference.service": service_titles(contracts),
    }


@pytest.fixture(scope="module")
def before(warehouse: Warehouse, tables: Tables) -> Figures:
    return warehouse.figures(under(load_services(OURS), tables))


@pytest.mark.slow
@few
@given(
    service_code=st.sampled_from(SERVICES),
    ended=st.dates(date(2025, 10, 2), LAST),
    gap_days=st.integers(-40, 40),
)
def test_a_later_change_of_provider_leaves_all_earlier_figures_as_they_were(
    warehouse: Warehouse,
    tables: Tables,
    before: Figures,
    tmp_path: Path,
    service_code: str,
    ended: date,
    gap_days: int,
) -> None:
    after = warehouse.figures(under(relet(tmp_path, service_code, ended, gap_days), tables))
    first = min(ended + timedelta(days=1 + gap_days), ended + timedelta(days=1))
    earlier = settled(warehouse, before, first)
    assert len(earlier) > 100
    assert settled(warehouse, after, first) == earlier


def settled(warehouse: Warehouse, figures: Figures, day: date) -> Mapping[object, object]:
    """Figures whose period and follow-up were over before the day."""
    windows = {
        name: timedelta(days=header.window_days)
        for name, header in warehouse.catalogue.indicators.items()
    }
    return {
        key: row
        for key, row in figures.items()
        if row[3] + windows[str(key[0])] < day  # type: ignore[operator]
    }


@pytest.mark.slow
def test_the_change_itself_is_seen(
    warehouse: Warehouse, tables: Tables, before: Figures, tmp_path: Path
) -> None:
    after = warehouse.figures(under(relet(tmp_path, "homelessness", date(2025, 3, 31), 0), tables))
    assert after != before
    assert FIRST < date(2025, 3, 31) < LAST
