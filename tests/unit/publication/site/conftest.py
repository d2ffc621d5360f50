"""A small borough whose release has something of everything, and its site, made once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from insight_pipeline.indicators.header import Period, Polarity, Statistic, Unit, Yardstick
from insight_pipeline.publication.release import publish
from insight_pipeline.publication.site.reading import read_store
from insight_pipeline.publication.site.step import write_site
from insight_pipeline.publication.site.store import Store
from insight_pipeline.settings import Settings
from tests.conftest import ROOT
from tests.unit.publication.conftest import (
    Plant,
    card_planter,
    header,
    leave_out_pages,
    open_warehouse,
    planter,
)

AS_OF = date(2026, 6, 30)
IMPROVING, WORSENING, SHORT = "swims_taught", "falls_on_ice", "letters_answered"
RATIO, MEAN, HIDDEN = "returns_expected", "days_waited", "hidden_away"
QUARTERS = tuple(date(2022 + (n + 3) // 4, (n + 3) % 4 * 3 + 1, 1) for n in range(13))
YEARS = tuple(range(2019, 2026))
HEADERS = {
    IMPROVING: header(
        title="People taught to swim who still swim a year on",
        theme="physical_activity",
        services=("leisure", "pools"),
        window_days=90,
        minimum_maturity_days=28,
        target=Yardstick(value=52.0, name="Borough plan", source="The plan"),
        benchmark=Yardstick(value=55.5, name="England 2024/25", source="A yearbook"),
    ),
    WORSENING: header(
        title="Falls on ice",
        theme="homelessness",
        services=("gritting",),
        window_days=0,
        polarity=Polarity.LOWER_IS_BETTER,
        period=Period.FINANCIAL_YEAR,
    ),
    SHORT: header(
        title="Letters answered",
        theme="homelessness",
        services=("gritting",),
        target=Yardstick(value=52.0, name="Service promise", source="The promise"),
    ),
    RATIO: header(
        title="Returns over those expected",
        theme="homelessness",
        services=("gritting",),
        statistic=Statistic.ISR,
        polarity=Polarity.LOWER_IS_BETTER,
    ),
    MEAN: header(
        title="Days people waited",
        theme="physical_activity",
        services=("leisure",),
        statistic=Statistic.MEAN,
        multiplier=1,
        polarity=Polarity.LOWER_IS_BETTER,
        unit=Unit.PEOPLE,
    ),
    HIDDEN: header(title="So few that all is hidden", theme="homelessness", services=("pools",)),
}


@dataclass(frozen=True)
class Release:
    """Folder of a release with its site, and what pages are made from."""

    folder: Path
    store: Store
    settings: Settings

    @property
    def site(self) -> Path:
        return self.folder / "site"

    def text(self, page: str) -> str:
        return (self.site / page).read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The second of two releases, which revised a figure of the first."""
    home = tmp_path_factory.mktemp("site")
    settings = Settings(home=home, project=ROOT, release_frequency="nightly")
    with open_warehouse() as connection, pytest.MonkeyPatch.context() as patch:
        leave_out_pages(patch)
        reference(connection)
        plant_figures(planter(connection))
        plant_cards(connection)
        publish(connection, HEADERS, settings, AS_OF)
        connection.execute(
            "update indicators.figure set numerator = numerator + 60 "
            f"where period_from = '2023-04-01' and indicator_id = '{SHORT}'"
        )
        folder = publish(connection, HEADERS, settings, AS_OF).path
    write_site(folder, settings)
    return Release(folder, open_store(folder), settings)


def open_store(folder: Path) -> Store:
    with duckdb.connect(str(folder / "indicators.duckdb"), read_only=True) as connection:
        return read_store(connection, (path.name for path in folder.iterdir()))


@pytest.fixture
def store(release: Release) -> Store:
    return release.store


def reference(connection: duckdb.DuckDBPyConnection) -> None:
    """Providers, contracts with one hand-over, themes and wards; all of them invented."""
    connection.execute(
        """
        insert into reference.provider values
            ('splash', 'Splash & Sons'), ('newwave', 'New Wave CIC'), ('icebreak', 'Icebreak Ltd');
        insert into reference.service (service_code, title) values
            ('leisure', 'Leisure centres'), ('pools', 'Swimming pools'), ('gritting', 'Gritting');
        insert into reference.service_contract
            (service_code, provider_id, from_date, to_date, annual_price_gbp) values
            ('leisure', 'splash', '2020-04-01', '2024-06-30', 100000),
            ('leisure', 'newwave', '2024-07-01', '2999-12-31', 120000),
            ('pools', 'splash', '2020-04-01', '2999-12-31', 50000),
            ('gritting', 'icebreak', '2018-04-01', '2999-12-31', 80000);
        insert into journeys.fct_contract_change values
            ('leisure', 'splash', 'newwave', '2024-06-30', '2024-07-01', '2024-07-01', 0, 0, null,
             100000, 120000, 28);
        update reference.service set handover_days = 28, comparable_after_days = 182;
        insert into reference.vocabulary (vocabulary, code, label) values
            ('outcome_theme', 'physical_activity', 'Physical activity'),
            ('outcome_theme', 'homelessness', 'Homelessness');
        insert into core.dim_area values
            ('E05900001', 'Abbey', 'ward'), ('E05900002', 'Bankside', 'ward'),
            ('E05900003', 'Castle "&" Mead', 'ward')
        """
    )


def plant_figures(plant: Plant) -> None:
    for number, start in enumerate(QUARTERS):
        numerator = 1000 + 10 * (number % 3) + (400 if number >= 6 else 0)
        _plant(plant, IMPROVING, start, "total", "all", numerator, 2000)
        _plant(plant, MEAN, start, "total", "all", 1000 + 20 * (number % 4), 500, **_MEAN)
    _plant(plant, IMPROVING, date(2026, 4, 1), "total", "all", 1, 20, is_not_mature=True)
    for number, start in enumerate(QUARTERS[-5:]):
        for place, (code, name) in enumerate(_WARDS):
            x = 7 if (number, place) == (2, 2) else 420 + 40 * place + 10 * number
            _plant(plant, IMPROVING, start, "area", code, x, 650, area_name=name)
        for provider, x in (("splash", 480), ("newwave", 620), ("homestead", 300)):
            _plant(plant, IMPROVING, start, "provider", provider, x, 700)
    _plant(plant, IMPROVING, QUARTERS[-1], "sex", "F", 900, 1000)
    _plant(plant, IMPROVING, QUARTERS[-1], "sex", "M", 500, 1000)
    _plant(plant, IMPROVING, QUARTERS[-1], "age_band", "18-64", 900, 1200)
    _plant(plant, IMPROVING, QUARTERS[-1], "age_band", "85+", 500, 800)
    for number, year in enumerate(YEARS):
        days = {"period_from": date(year, 4, 1), "period_to": date(year + 1, 3, 31)}
        plant("total", "all", 300 + 60 * number, 4000, **_of(WORSENING), **days)
    for start in QUARTERS[:6]:
        _plant(plant, SHORT, start, "total", "all", 300, 500, linkage_rate="0.8100")
        _plant(plant, HIDDEN, start, "total", "all", 3, 9)
        _plant(plant, RATIO, start, "total", "all", 400, 800, basis=400, **_RATIO)
        _plant(plant, RATIO, start, "provider", "splash", 250, 400, basis=200, **_RATIO)
        _plant(plant, RATIO, start, "provider", "newwave", 150, 400, basis=200, **_RATIO)


_WARDS = (("E05900001", "Abbey"), ("E05900002", "Bankside"), ("E05900003", 'Castle "&" Mead'))
_RATIO = {"statistic": "isr", "ci_method": "Byars", "polarity": "lower_is_better"}
_MEAN = {
    "statistic": "mean",
    "ci_method": "t",
    "multiplier": 1,
    "polarity": "lower_is_better",
    "spread": 1.5,
}


def _plant(
    plant: Plant,
    indicator: str,
    start: date,
    kind: str,
    breakdown: str,
    x: int,
    n: int,
    **others: Any,
) -> None:
    following = date(start.year + start.month // 10, (start.month + 2) % 12 + 1, 1)
    days = {"period_from": start, "period_to": following - timedelta(days=1)}
    plant(kind, breakdown, x, n, **{**_of(indicator), **days, **others})


def _of(indicator: str) -> dict[str, Any]:
    found = HEADERS[indicator]
    return {
        "indicator_id": indicator,
        "title": found.title,
        "polarity": found.polarity.value,
        "unit": found.unit.value,
    }


def plant_cards(connection: duckdb.DuckDBPyConnection) -> None:
    plant = card_planter(connection)
    plant(None, provider_id="splash", period_month="2026-05-01")
    plant(None, provider_id="newwave", period_month="2026-05-01", is_latency_kept=True)
