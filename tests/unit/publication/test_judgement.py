"""What public figures say beside their benchmark, their like and their past: cases by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl
import pytest

from insight_pipeline.indicators.header import IndicatorHeader, Period, Polarity, Yardstick
from insight_pipeline.indicators.statistics.spc import spc_verdict, xmr
from insight_pipeline.indicators.statistics.trend import recent_trend
from insight_pipeline.publication.judgement import judge
from insight_pipeline.sql.model import load_models
from tests.conftest import ROOT

Headers = dict[str, IndicatorHeader]
BOROUGH = "E06900001"
KEYS = "indicator_id, period_from, period_to, area_code, provider_id, breakdown_type, breakdown"
# Only what every public figure has: a judgement must need nothing else.
COLUMNS = {
    "indicator_id": "VARCHAR",
    "period_from": "DATE",
    "period_to": "DATE",
    "area_code": "VARCHAR",
    "provider_id": "VARCHAR",
    "breakdown_type": "VARCHAR",
    "breakdown": "VARCHAR",
    "numerator": "BIGINT",
    "denominator": "BIGINT",
    "basis": "DOUBLE",
    "value": "DECIMAL(18,2)",
    "lower95": "DECIMAL(18,2)",
    "upper95": "DECIMAL(18,2)",
    "lower998": "DECIMAL(18,2)",
    "upper998": "DECIMAL(18,2)",
    "polarity": "VARCHAR",
    "statistic": "VARCHAR",
    "shorthand": "VARCHAR",
    "is_not_mature": "BOOLEAN",
}
Show = Callable[..., None]
Judged = Callable[[str], list[Any]]


@pytest.fixture
def annual(headers: Headers) -> Headers:
    return {"kept": headers["kept"].model_copy(update={"period": Period.FINANCIAL_YEAR})}


@pytest.fixture
def show(connection: duckdb.DuckDBPyConnection) -> Show:
    """Adds one public proportion (Wilson limits) of a financial year; None hides its numbers."""
    typed = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    connection.execute(f"create temp table public_figure ({typed})")
    limits = ", ".join(
        f"100 * wilson_{side}(?, ?, {level})"
        for level in (0.95, 0.998)
        for side in ("lower", "upper")
    )

    def add(
        kind: str, breakdown: str, x: int | None, n: int | None, year: int = 2024, **others: Any
    ) -> None:
        found = connection.execute(f"select {limits}", [x, n] * 4).fetchall()[0]
        names = ("lower95", "upper95", "lower998", "upper998")
        row = {
            "indicator_id": "kept",
            "period_from": date(year, 4, 1),
            "period_to": date(year + 1, 3, 31),
            "area_code": breakdown if kind == "area" else BOROUGH,
            "provider_id": breakdown if kind == "provider" else "all",
            "breakdown_type": kind,
            "breakdown": breakdown,
            "numerator": x,
            "denominator": n,
            "basis": n,
            "value": None if x is None or n is None else 100 * x / n,
            **dict(zip(names, found, strict=True)),
            "polarity": "higher_is_better",
            "statistic": "proportion",
            "shorthand": "[c]" if x is None else None,
            "is_not_mature": False,
            **others,
        }
        columns, places = ", ".join(row), ", ".join("?" for _ in row)
        connection.execute(
            f"insert into public_figure ({columns}) values ({places})", list(row.values())
        )

    return add


@pytest.fixture
def judged(connection: duckdb.DuckDBPyConnection) -> Judged:
    """Breakdown and year in order, and one column of public_judgement."""

    def ask(column: str) -> list[Any]:
        query = f"select {column} from public_judgement order by period_from, {KEYS}"
        return [row[0] if len(row) == 1 else row for row in connection.execute(query).fetchall()]

    return ask


def test_parts_are_compared_with_the_total_of_their_period(
    connection: duckdb.DuckDBPyConnection, annual: Headers, show: Show, judged: Judged
) -> None:
    # the total is 50 %; 65 of 100 lies within 55.25 and 73.64, 45 of 100 within 35.57 and 54.76
    show("total", "all", 500, 1000)
    show("area", "E05900001", 65, 100)
    show("area", "E05900002", 45, 100)
    show("provider", "homestead", 35, 100)
    show("provider", "turning-tide", 50, 100)
    for sex in ("F", "M"):
        show("sex", sex, 65, 100, year=2023)  # no total is published for that year
    show("age_band", "65-74", 65, 100)
    judge(connection, annual)
    columns = "breakdown, compared_outcome, compare_method, benchmark_id, benchmark_value"
    none = ("not_compared", None, None, None)
    half = ("ci_vs_value", BOROUGH, Decimal("50.0000"))
    assert judged(columns) == [
        ("F", *none),
        ("M", *none),
        ("E05900001", "better", *half),
        ("E05900002", "similar", *half),
        ("65-74", *none),
        ("all", *none),
        ("homestead", "worse", *half),
        ("turning-tide", "similar", *half),
    ]


OUTCOMES = {"better", "similar", "worse", "not_compared"}


def _target(value: float) -> Yardstick:
    return Yardstick(value=value, name="Council plan", source="A plan")


TARGET = _target(60)


def test_the_total_is_compared_with_the_headers_benchmark_and_never_with_itself(
    connection: duckdb.DuckDBPyConnection, annual: Headers, show: Show, judged: Judged
) -> None:
    england = Yardstick(value=40, name="England 2023/24", source="A yearbook")
    show("total", "all", 500, 1000)
    show("area", "E05900001", 65, 100)
    show("area", "E05900002", 45, 100)
    both = {"benchmark": england, "target": TARGET}
    judge(connection, {"kept": annual["kept"].model_copy(update=both)})
    assert judged("compared_outcome, benchmark_id, benchmark_value") == [
        ("better", BOROUGH, Decimal("50.0000")),
        ("similar", BOROUGH, Decimal("50.0000")),
        ("better", "England 2023/24", Decimal("40.0000")),
    ]


def test_without_a_benchmark_the_total_is_compared_with_the_target(
    connection: duckdb.DuckDBPyConnection, annual: Headers, show: Show, judged: Judged
) -> None:
    # 500 of 1,000 lies within 46.9 and 53.1, 600 within 56.9 and 63.0, 700 within 67.1 and 72.8
    for year, x in ((2022, 500), (2023, 600), (2024, 700)):
        show("total", "all", x, 1000, year=year)
    judge(connection, {"kept": annual["kept"].model_copy(update={"target": TARGET})})
    plan = ("Council plan", Decimal("60.0000"))
    assert judged("compared_outcome, benchmark_id, benchmark_value") == [
        (outcome, *plan) for outcome in ("worse", "similar", "better")
    ]


def test_totals_are_judged_by_the_indicators_we_have(
    connection: duckdb.DuckDBPyConnection, show: Show, judged: Judged
) -> None:
    headers = {
        model.name: model.header
        for model in load_models(ROOT / "dbt_like_sql" / "indicators", IndicatorHeader)
        if isinstance(model.header, IndicatorHeader)
    }
    assert headers
    expected = {}
    for name, header in headers.items():
        at, high = (header.yardstick.value if header.yardstick else 100), header.polarity
        for year, value in ((2022, at / 2), (2023, at), (2024, at * 1.5)):
            limits = {"lower95": value * 0.9, "upper95": value * 1.1, "value": value}
            kind = {"indicator_id": name, "polarity": str(high), "statistic": str(header.statistic)}
            show("total", "all", 50, 100, year=year, **kind, **limits)
        words = ["worse", "similar", "better"]
        words = words if high is Polarity.HIGHER_IS_BETTER else words[::-1]
        expected[name] = words if header.yardstick else ["not_compared"] * 3
    judge(connection, headers)
    found: dict[str, list[str]] = {name: [] for name in headers}
    for name, word in judged("indicator_id, compared_outcome"):
        found[name].append(word)
    assert found == expected
    assert {word for words in expected.values() for word in words} == OUTCOMES


def test_without_limits_or_benchmark_nothing_is_called_similar(
    connection: duckdb.DuckDBPyConnection, annual: Headers, show: Show, judged: Judged
) -> None:
    show("total", "all", None, None)
    show("area", "E05900001", 65, 100)
    show("total", "all", 500, 1000, year=2025)
    show("area", "E05900001", None, None, year=2025)
    count = {"statistic": "count", "lower95": None, "upper95": None}
    show("provider", "homestead", 50, 100, year=2025, **count)
    judge(connection, annual)
    assert set(judged("compared_outcome")) == {"not_compared"}
    assert judged("funnel_flag")[:4] == [None] * 4 and judged("funnel_flag")[2] is None


SPREAD = "compared_outcome, benchmark_id, benchmark_value, funnel_flag, funnel_method"


@pytest.mark.parametrize("kind", ["area", "provider", "sex"])
@pytest.mark.parametrize("x", [500, 495])
def test_the_only_row_of_a_breakdown_is_the_total_and_not_compared_with_it(
    connection: duckdb.DuckDBPyConnection,
    annual: Headers,
    show: Show,
    judged: Judged,
    kind: str,
    x: int,
) -> None:
    show("total", "all", 500, 1000)
    show(kind, "B1", x, 1000)
    show("total", "all", 500, 1000, year=2025)
    show(kind, "B1", 700, 900, year=2025)
    show(kind, "B2", None, None, year=2025)
    judge(connection, annual)
    query = f"select {SPREAD} from public_judgement where breakdown = 'B1' order by period_from"
    alone, among = connection.execute(query).fetchall()
    assert alone == ("not_compared", None, None, None, None)
    flag = (None, None) if kind == "sex" else ("High (0.001)", "PHEindicatormethods")
    assert among == ("better", BOROUGH, Decimal("50.0000"), *flag)


def test_a_part_with_the_counts_of_the_total_is_the_total(
    connection: duckdb.DuckDBPyConnection, annual: Headers, show: Show, judged: Judged
) -> None:
    show("total", "all", 500, 1000)
    show("area", "A1", 500, 1000)
    show("area", "A2", 500, 1005)
    judge(connection, annual)
    assert judged("compared_outcome, funnel_flag") == [
        ("not_compared", None),
        ("similar", "Not significant"),
        ("not_compared", None),
    ]


def test_an_interval_of_no_width_is_not_compared(
    connection: duckdb.DuckDBPyConnection, annual: Headers, show: Show, judged: Judged
) -> None:
    mean = {"statistic": "mean"}
    show("total", "all", 500, 1000, **mean)
    show("area", "A1", 0, 100, **mean, lower95=0, upper95=0)
    show("area", "A2", 500, 900, **mean)
    judge(connection, annual)
    assert judged("compared_outcome, compare_method")[:2] == [
        ("not_compared", None),
        ("better", "ci_vs_value"),
    ]


def test_a_standardised_rate_of_few_events_has_no_flag_where_no_funnel_is(
    connection: duckdb.DuckDBPyConnection, annual: Headers, show: Show, judged: Judged
) -> None:
    show("total", "all", 8, 1000, statistic="dsr")
    for sex in ("F", "M"):
        show("sex", sex, 4, 500, statistic="dsr")
    judge(connection, annual)
    assert judged("funnel_flag, funnel_method") == [(None, None)] * 3


def test_the_funnel_of_a_standardised_rate_rests_on_the_published_basis(
    connection: duckdb.DuckDBPyConnection, annual: Headers, show: Show, judged: Judged
) -> None:
    # 1,000 events that stand for 20,000,000 are .00005 each, shown as a value of .01 per 100, which
    # is .0001; 30 of 300,000 are .0001, and Byar of 30 begins at 15.9 at 99.8 %, .000053
    dsr = {"statistic": "dsr"}
    show("total", "all", 1000, 9000, **dsr, basis=20_000_000, value=0.01)
    show("area", "A1", 30, 300, **dsr, basis=300_000, value=0.01)
    show("area", "A2", 20, 200, **dsr, basis=390_000, value=0.01)
    judge(connection, annual)
    assert judged("funnel_flag") == ["High (0.001)", "Not significant", None]


def test_polarity_turns_the_judgement_around(
    connection: duckdb.DuckDBPyConnection, annual: Headers, show: Show, judged: Judged
) -> None:
    for polarity in Polarity:
        name = {"indicator_id": f"kept_{polarity}", "polarity": str(polarity)}
        show("total", "all", 500, 1000, **name)
        show("area", "E05900001", 65, 100, **name)
        show("area", "E05900002", 45, 100, **name)
    judge(connection, {f"kept_{polarity}": annual["kept"] for polarity in Polarity})
    assert judged("compared_outcome")[::3] == ["better", "worse", "higher"]


def test_funnel_flags_hold_areas_and_providers_against_the_total(
    connection: duckdb.DuckDBPyConnection, annual: Headers, show: Show, judged: Judged
) -> None:
    # 50 % of 100: 40.2 to 59.8 at 95 %, 34.55 to 65.45 at 99.8 %
    show("total", "all", 500, 1000)
    for area, x in (("A1", 66), ("A2", 65), ("A3", 59), ("A4", 40), ("A5", 34)):
        show("area", area, x, 100)
    show("sex", "F", 66, 100)
    judge(connection, annual)
    assert judged("breakdown, funnel_flag, funnel_method") == [
        *[
            (area, flag, "PHEindicatormethods")
            for area, flag in (
                ("A1", "High (0.001)"),
                ("A2", "High (0.025)"),
                ("A3", "Not significant"),
                ("A4", "Low (0.025)"),
                ("A5", "Low (0.001)"),
            )
        ],
        ("F", None, None),
        ("all", None, None),
    ]


@pytest.mark.parametrize("statistic", ["rate", "dsr", "isr"])
def test_rates_have_a_funnel_of_their_own(
    connection: duckdb.DuckDBPyConnection,
    annual: Headers,
    show: Show,
    judged: Judged,
    statistic: str,
) -> None:
    # 10 per 100 on average; Byar of 30 events is 20.24 to 42.83, of 20 is 12.21 to 30.89
    show("total", "all", 100, 1000, statistic=statistic)
    show("area", "A1", 30, 100, statistic=statistic)
    show("area", "A2", 20, 100, statistic=statistic)
    show("area", "A3", 12, 100, statistic=statistic)
    show("area", "A4", 5, 100, statistic=statistic)
    judge(connection, annual)
    few = "Not applicable for events less than 10 for dsrs"
    assert judged("funnel_flag") == [
        "High (0.001)",
        "High (0.025)",
        "Not significant",
        few if statistic == "dsr" else "Not significant",
        None,
    ]


def test_areas_are_banded_when_there_are_five_of_them(
    connection: duckdb.DuckDBPyConnection, annual: Headers, show: Show, judged: Judged
) -> None:
    for polarity in (Polarity.HIGHER_IS_BETTER, Polarity.LOWER_IS_BETTER):
        for number in range(1, 6):
            name = {"indicator_id": f"kept_{polarity}", "polarity": str(polarity)}
            show("area", f"A{number}", 10 * number, 100, **name)
    show("area", "A6", None, None, indicator_id="kept_higher_is_better")
    judge(connection, {f"kept_{polarity}": annual["kept"] for polarity in Polarity})
    assert judged("quintile") == [1, 2, 3, 4, 5, None, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(("withheld", "bands"), [(2, [1, 1, 2, 2, 3, 4, 4, 5]), (3, None)])
def test_areas_are_banded_when_four_in_five_of_them_have_a_value(
    connection: duckdb.DuckDBPyConnection,
    annual: Headers,
    show: Show,
    judged: Judged,
    withheld: int,
    bands: list[int] | None,
) -> None:
    for number in range(10):
        hidden = number >= 10 - withheld
        show("area", f"A{number}", None if hidden else 10 * number, None if hidden else 100)
    judge(connection, annual)
    assert judged("quintile") == ([None] * 10 if bands is None else [*bands, None, None])


def test_a_ratio_on_fewer_than_20_expected_events_is_not_ranked(
    connection: duckdb.DuckDBPyConnection, annual: Headers, show: Show, judged: Judged
) -> None:
    for number in range(6):
        kind = {"statistic": "isr", "basis": 19.9 if number == 0 else 20 + number}
        show("area", f"A{number}", 10 + 10 * number, 100, **kind)
        few = {"statistic": "isr", "basis": 19.9 if number < 2 else 20 + number}
        show("area", f"A{number}", 10 + 10 * number, 100, year=2025, **few)
    judge(connection, annual)
    assert judged("quintile") == [None, 1, 2, 3, 4, 5, *[None] * 6]


def test_four_areas_with_a_value_have_no_bands(
    connection: duckdb.DuckDBPyConnection, annual: Headers, show: Show, judged: Judged
) -> None:
    for number in range(1, 6):
        show("area", f"A{number}", 10 * number if number < 5 else None, 100)
    judge(connection, annual)
    assert judged("quintile") == [None] * 5


def test_the_trend_is_told_of_the_latest_mature_year_alone(
    connection: duckdb.DuckDBPyConnection, annual: Headers, show: Show, judged: Judged
) -> None:
    for year in range(2019, 2025):
        show("total", "all", 100 + 20 * (year - 2019), 1000, year=year)
    show("total", "all", None, None, year=2025, is_not_mature=True, shorthand="[x]")
    judge(connection, annual)
    assert judged("recent_trend") == [None] * 5 + ["IncreasingAndGettingBetter", None]


@pytest.mark.parametrize("withheld", [2020, 2022, 2024])
def test_a_withheld_year_leaves_too_few_points(
    connection: duckdb.DuckDBPyConnection,
    annual: Headers,
    show: Show,
    judged: Judged,
    withheld: int,
) -> None:
    for year in range(2020, 2025):
        x = None if year == withheld else 100 + 20 * (year - 2019)
        show("total", "all", x, x and 1000, year=year)
    judge(connection, annual)
    assert judged("recent_trend") == [None] * 4 + ["CannotBeCalculated"]


def test_quarters_and_indirectly_standardised_ratios_have_no_trend(
    connection: duckdb.DuckDBPyConnection,
    headers: Headers,
    annual: Headers,
    show: Show,
    judged: Judged,
) -> None:
    for year in range(2020, 2025):
        show("total", "all", 100 + 20 * (year - 2019), 1000, year=year)
        show(
            "total",
            "all",
            100 + 20 * (year - 2019),
            1000,
            year=year,
            indicator_id="ratio",
            statistic="isr",
        )
    judge(connection, {**headers, "ratio": annual["kept"]})
    assert judged("recent_trend")[-2:] == ["CannotBeCalculated"] * 2


def test_twelve_points_have_limits_variation_and_assurance(
    connection: duckdb.DuckDBPyConnection, annual: Headers, show: Show, judged: Judged
) -> None:
    # 40 and 50 in turn, then 90: ten moving ranges of 10 and one of 50,
    # which 3.267 averages (3.267 * 150 / 11 = 44.55) screen out: reach 2.66 * 10
    for year in range(2000, 2011):
        show("total", "all", 400 + 100 * (year % 2), 1000, year=year)
    show("total", "all", 900, 1000, year=2011)
    judge(connection, {"kept": annual["kept"].model_copy(update={"target": _target(90)})})
    mean, reach = (6 * 40 + 5 * 50 + 90) / 12, 2.66 * 10
    last = judged("spc_variation, spc_assurance, spc_mean, spc_lpl, spc_upl")[-1]
    assert last[:2] == ("special_cause_improvement", "consistent_fail")
    limits = (mean, mean - reach, mean + reach)
    assert last[2:] == tuple(Decimal(f"{limit:.2f}") for limit in limits)
    assert set(judged("spc_variation")[:-1]) == {"common_cause"}


def test_eleven_points_are_not_judged_and_neither_are_limits_on_the_mean(
    connection: duckdb.DuckDBPyConnection, annual: Headers, show: Show, judged: Judged
) -> None:
    for year in range(2000, 2012):
        show("total", "all", 400 + 100 * (year % 2) if year != 2004 else None, 1000, year=year)
        show("area", "A1", 400, 1000, year=year)
    judge(connection, annual)
    empty = (None,) * 5
    columns = "spc_variation, spc_assurance, spc_mean, spc_lpl, spc_upl"
    assert judged(columns) == [empty] * 24


def test_a_withheld_point_enters_no_limits_and_breaks_runs(
    connection: duckdb.DuckDBPyConnection, annual: Headers, show: Show, judged: Judged
) -> None:
    values = [40, 60, 40, 60, 40, 60, 45, 46, 47, None, 48, 49, 50, 51]
    for place, value in enumerate(values):
        show("total", "all", value and 10 * value, value and 1000, year=2000 + place)
    judge(connection, annual)
    variation = judged("spc_variation")
    assert variation[9] is None and set(variation) == {None, "common_cause"}
    assert judged("spc_mean")[0] == Decimal(f"{sum(v for v in values if v) / 13:.2f}")


def test_judgements_have_the_keys_of_the_figures_and_agree_with_the_python_functions(
    connection: duckdb.DuckDBPyConnection, annual: Headers, show: Show, judged: Judged
) -> None:
    for year in range(2010, 2025):
        for number, kind in enumerate(("total", "area", "sex")):
            x = 300 + 7 * number * (year - 2010) + 90 * (year * (number + 3) % 5)
            show(kind, "all" if kind == "total" else f"B{number}", x, 1000, year=year)
    judge(connection, {"kept": annual["kept"].model_copy(update={"target": _target(50)})})
    figures = connection.sql(f"select {KEYS} from public_figure")
    assert figures.except_(connection.sql(f"select {KEYS} from public_judgement")).fetchall() == []
    points = connection.sql(
        "select breakdown, year(period_from)::bigint as period, value, numerator as count,"
        " denominator, lower95, upper95, statistic, polarity, 50 as target from public_figure"
    ).pl()
    trends = dict(recent_trend(points, by=["breakdown"]).select("breakdown", "recent_trend").rows())
    verdicts = spc_verdict(xmr(points, by=["breakdown"]), by=["breakdown"])
    expected = verdicts.select("breakdown", "spc_variation", "spc_assurance").rows()
    query = (
        "select breakdown, spc_variation, spc_assurance, recent_trend from public_judgement"
        " where period_from = '2024-04-01' order by breakdown"
    )
    ours = connection.execute(query).fetchall()
    assert [row[:3] for row in ours] == expected
    assert {row[0]: row[3] for row in ours} == trends


def test_the_order_of_figures_changes_nothing(
    connection: duckdb.DuckDBPyConnection, annual: Headers, show: Show
) -> None:
    for year in range(2008, 2025):
        for number in range(6):
            show("area", f"A{number}", 100 + 13 * number + 31 * (year % 7), 1000, year=year)
        show("total", "all", 700 + year - 2008, 6000, year=year)
    judge(connection, annual)
    first: pl.DataFrame = connection.sql("from public_judgement").pl()
    connection.execute(
        "create or replace temp table public_figure as "
        "select * from public_figure order by hash(period_from, breakdown)"
    )
    connection.execute("set threads = 1")
    judge(connection, annual)
    assert connection.sql("from public_judgement").pl().equals(first)
