"""The course of indicators: every total of the warehouse, with limits where there are points."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.operations.charts.series import FEWEST_POINTS, indicator_pictures
from insight_pipeline.settings import Settings
from insight_pipeline.sql.model import load_macros
from insight_pipeline.sql.runner import install_macros
from tests.conftest import ROOT

COLUMNS = """indicator_id varchar, title varchar, period_from date, period_to date,
breakdown_type varchar, value decimal(18, 4), lower95 decimal(18, 4), upper95 decimal(18, 4),
polarity varchar, statistic varchar, multiplier integer, unit varchar, is_not_mature boolean"""
LONG, SHORT = "kept_12w", "young_one"


def rows(
    name: str, values: Sequence[float], is_not_mature: bool = False
) -> list[tuple[object, ...]]:
    """One total a month, the last of them still growing if wanted, and a part of it as well."""
    return [
        (
            name,
            f"Title of {name}",
            date(2025, month, 1),
            date(2025, month, 28),
            kind,
            value,
            value - 1,
            value + 1,
            "higher_is_better",
            "proportion",
            100,
            "people",
            is_not_mature and month == len(values),
        )
        for month, value in enumerate(values, start=1)
        for kind in ("total", "area")
    ]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    found = Settings(home=tmp_path_factory.mktemp("home"), project=ROOT, threads=1)
    steady = [50.0, 51.0, 49.0, 50.5, 49.5, 50.0, 50.2, 49.9, 90.0]
    with duckdb.connect(str(found.warehouse)) as con:
        install_macros(con, load_macros(ROOT / "dbt_like_sql" / "functions"))
        con.execute(f"create schema indicators; create table indicators.figure ({COLUMNS})")
        marks = ", ".join("?" * 13)
        for each in [*rows(LONG, steady), *rows(SHORT, steady[: FEWEST_POINTS - 1], True)]:
            con.execute(f"insert into indicators.figure values ({marks})", each)
    return found


def test_a_point_beyond_the_limits_is_told_and_few_points_are_called_trial_limits(
    settings: Settings,
) -> None:
    long = indicator_pictures(settings)[LONG]
    assert "trial limits of 9 points" in long.title
    assert "special-cause improvement" in long.finding
    assert "90.0" in long.svg and "Process limits" in long.svg


def test_too_few_points_have_no_limits_and_one_that_is_not_mature_is_hollow(
    settings: Settings,
) -> None:
    short = indicator_pictures(settings)[SHORT]
    assert "Process limits" not in short.svg and "trial" not in short.title
    assert "mark plain few" in short.svg


def test_parts_of_a_total_are_not_drawn(settings: Settings) -> None:
    assert indicator_pictures(settings).keys() == {LONG, SHORT}
    assert indicator_pictures(settings)[SHORT].svg.count('class="mark') == FEWEST_POINTS - 1


def test_before_a_warehouse_or_its_figures_are_there_nothing_is_drawn(tmp_path: Path) -> None:
    nowhere = Settings(home=tmp_path, project=ROOT, threads=1)
    assert indicator_pictures(nowhere) == {}
    duckdb.connect(str(nowhere.warehouse)).close()
    assert indicator_pictures(nowhere) == {}
