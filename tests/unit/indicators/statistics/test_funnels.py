"""Funnels of proportions, ratios and rates against published limits, points and labels."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from scipy.stats import chi2, norm

from insight_pipeline.indicators.statistics.funnels import (
    funnel_limits,
    funnel_points,
    funnel_significance,
)
from insight_pipeline.kernel.errors import InsightError
from tests.unit.indicators.statistics.conftest import Ask
from tests.unit.indicators.statistics.vectors import (
    Record,
    SharedPath,
    agreeing,
    figure,
    published,
)

PROPORTION = {
    "population": "denominator",
    "lower95": "lower_2s",
    "upper95": "upper_2s",
    "lower998": "lower_3s",
    "upper998": "upper_3s",
    "baseline": "baseline",
}
RATE = {
    "events": "Events",
    "baseline": "baseline",
    **{
        f"{side}{level}{ours}": f"{side}_{sigmas}_{theirs}"
        for side in ("lower", "upper")
        for level, sigmas in (("95", "2s"), ("998", "3s"))
        for ours, theirs in (("", "limit"), ("_population", "population_1_year"))
    },
}
AREAS = pl.DataFrame({"numerator": [5, 20, 40], "denominator": [50, 100, 80]})


def with_largest(rows: pl.DataFrame, events: int) -> pl.DataFrame:
    """The published inputs with the largest number of events changed, as upstream does."""
    largest = pl.col("ev") == pl.col("ev").max()
    return rows.with_columns(ev=pl.when(largest).then(events).otherwise("ev"))


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "below", "absolute"),
    [("funnel_prop_limits", 10**9, 1e-6), ("funnel_prop_limits_axis", 31_000, 1e-8)],
)
def test_limits_of_proportions_equal_the_published_ones(
    shared_path: SharedPath, record_property: Record, file: str, below: int, absolute: float
) -> None:
    rows = published(shared_path, "funnel_prop_inputs").filter(pl.col("denominator") < below)
    found, expected = funnel_limits(rows, "proportion"), published(shared_path, file)
    counted = agreeing(found, expected, PROPORTION, absolute=absolute, relative=0)
    figure(record_property, f"{file}.csv", counted, "in Python")


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "below", "absolute"),
    [("funnel_prop_limits", 10**9, 1e-6), ("funnel_prop_limits_axis", 31_000, 1e-8)],
)
def test_limits_of_proportions_in_sql_equal_the_published_ones(
    shared_path: SharedPath,
    ask: Ask,
    record_property: Record,
    file: str,
    below: int,
    absolute: float,
) -> None:
    rows = published(shared_path, "funnel_prop_inputs").filter(pl.col("denominator") < below)
    expected = published(shared_path, file).with_row_index()
    query = """
        with of_all as (select sum(numerator) / sum(denominator) as average from areas)

        select
            axis.denominator as population,
            average * 100 as baseline,
            funnel_proportion_lower(average, axis.denominator, 100, 0.95) as lower95,
            funnel_proportion_upper(average, axis.denominator, 100, 0.95) as upper95,
            funnel_proportion_lower(average, axis.denominator, 100, 0.998) as lower998,
            funnel_proportion_upper(average, axis.denominator, 100, 0.998) as upper998
        from axis cross join of_all order by axis.index
    """
    found = ask(query, areas=rows, axis=expected)
    counted = agreeing(found, expected, PROPORTION, absolute=absolute, relative=0)
    figure(record_property, f"{file}.csv", counted, "in SQL")


@pytest.mark.shared
def test_labels_of_proportions_equal_the_published_ones(
    shared_path: SharedPath, ask: Ask, record_property: Record
) -> None:
    rows = published(shared_path, "funnel_prop_inputs").with_row_index()
    found = funnel_significance(rows.drop("significance"), "proportion")
    assert found["significance"].equals(rows["significance"])
    query = """
        select funnel_proportion_flag(
            numerator, denominator, (select sum(numerator) / sum(denominator) from t)
        ) as significance from t order by index
    """
    assert ask(query, t=rows)["significance"].equals(rows["significance"])
    figure(
        record_property, "funnel_prop_inputs.csv", 2 * rows.height, "half of them in SQL", "labels"
    )


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "rate_type", "largest"),
    [("funnel_rate_limits_1", "dsr", None), ("funnel_rate_limits_2", "crude", 5)],
)
def test_limits_of_rates_equal_the_published_ones(
    shared_path: SharedPath,
    ask: Ask,
    record_property: Record,
    file: str,
    rate_type: str,
    largest: int | None,
) -> None:
    rows = published(shared_path, "funnel_rate_funnel_inputs")
    rows = rows if largest is None else with_largest(rows, largest)
    expected = published(shared_path, file)
    found = funnel_limits(
        rows, "rate", numerator="ev", rate_type=rate_type, multiplier=1e5, years_of_data=3
    )
    labels = ["statistic", "method"]
    assert found.select(labels).equals(expected.select(labels))
    counted = agreeing(found, expected, RATE, relative=1e-4)
    query = """
        select
            funnel_rate_lower("Events", baseline / 1e5, 1e5, 0.95) as lower95,
            funnel_rate_upper("Events", baseline / 1e5, 1e5, 0.95) as upper95,
            funnel_rate_lower("Events", baseline / 1e5, 1e5, 0.998) as lower998,
            funnel_rate_upper("Events", baseline / 1e5, 1e5, 0.998) as upper998
        from t order by "Events"
    """
    in_sql = {name: other for name, other in RATE.items() if other.endswith("limit")}
    counted += agreeing(ask(query, t=expected), expected, in_sql, relative=1e-4)
    figure(record_property, f"{file}.csv", counted, "400 of them in SQL")


@pytest.mark.shared
def test_labels_of_rates_equal_the_published_ones(
    shared_path: SharedPath, record_property: Record
) -> None:
    rows = published(shared_path, "funnel_rate_inputs")
    labels = 0
    for column in rows.columns[5:]:
        kind, _, per, noughts, _ = column.split("_")
        part = rows if noughts == "with" else rows.filter(pl.col("count") > 0)
        found = funnel_significance(
            part,
            "rate",
            numerator="count",
            denominator="pop",
            rate="rate_dsr" if kind == "dsr" else f"rate_crude_per_{per}",
            rate_type=kind,
            multiplier=float(per),
        )
        assert found["significance"].to_list() == part[column].to_list(), column
        labels += part.height
    figure(record_property, "funnel_rate_inputs.csv", labels, of="labels")


@pytest.mark.shared
def test_points_of_rates_equal_the_published_ones(
    shared_path: SharedPath, record_property: Record
) -> None:
    rows = published(shared_path, "funnel_rate_funnel_inputs")
    inputs = rows.select("ev", "rate", "pop")
    cases: list[tuple[str, int | None, dict[str, Any]]] = [
        ("", 5, {"rate_type": "dsr", "years_of_data": 3}),
        ("_crude", None, {"years_of_data": 3}),
        ("_crude_with_denom", 0, {"denominator": "pop", "years_of_data": 5}),
    ]
    counted = 0
    for suffix, largest, options in cases:
        part = inputs if largest is None else with_largest(inputs, largest)
        found = funnel_points(part, numerator="ev", **options)
        columns = {
            "rate_chart": f"rate_chart{suffix}",
            "denominator_derived": f"denominator_derived{suffix}",
        }
        counted += agreeing(found, rows, columns, absolute=1e-4, relative=0)
    figure(record_property, "funnel_rate_funnel_inputs.csv", counted, of="numbers of points")


def test_limits_of_ratios_are_the_closed_form() -> None:
    found = funnel_limits(AREAS, "ratio", ratio_type="isr")
    x = found["observed_events"].to_numpy()
    for level in (0.95, 0.998):
        name, tail = f"{level * 100:g}".replace(".", ""), (1 - level) / 2
        low, high = chi2.ppf(tail, 2 * x) / 2, chi2.isf(tail, 2 * x + 2) / 2
        assert found[f"lower{name}_expected"].to_numpy() == pytest.approx(high, rel=1e-9)
        assert found[f"upper{name}_expected"].to_numpy() == pytest.approx(low, rel=1e-9)
        assert found[f"lower{name}"].to_numpy() == pytest.approx(100 * x / high, rel=1e-9)
        assert found[f"upper{name}"].to_numpy() == pytest.approx(100 * x / low, rel=1e-9)
    assert set(found["baseline"]) == {100.0}
    counts = funnel_limits(AREAS, "ratio", ratio_type="count")
    assert counts["lower95"].to_numpy() == pytest.approx(found["lower95"].to_numpy() / 100 - 1)
    assert set(counts["statistic"]) == {"ratio (count)"}


def test_the_two_definitions_differ_where_n_is_small_and_are_named() -> None:
    phe = funnel_limits(AREAS, "proportion")
    fingertips = funnel_limits(AREAS, "proportion", definition="Fingertips")
    average, n = 65 / 230, phe["population"][40]
    z = float(norm.ppf(0.975))
    margin = z * (average * (1 - average) / n) ** 0.5
    assert phe["upper95"][40] == pytest.approx(100 * (average + margin))
    wilson = (2 * n * average + z * z + z * (z * z + 4 * n * average * (1 - average)) ** 0.5) / (
        2 * (n + z * z)
    )
    assert fingertips["upper95"][40] == pytest.approx(100 * wilson)
    assert "PHEindicatormethods" in phe["method"][0]
    assert "Fingertips" in fingertips["method"][0]


def test_limits_of_a_proportion_stay_between_nought_and_the_multiplier() -> None:
    rare = pl.DataFrame({"numerator": [1, 2], "denominator": [100, 100]})
    for multiplier in (1, 100):
        found = funnel_limits(rare, "proportion", multiplier=multiplier)
        assert found["lower998"].min() == 0
        assert 0 < found["upper998"].max() <= multiplier  # type: ignore[operator]


def test_an_area_is_outside_by_one_definition_and_inside_by_the_other() -> None:
    rows = pl.DataFrame({"numerator": [2, 48], "denominator": [10, 990]})
    phe = funnel_significance(rows, "proportion")["significance"][0]
    fingertips = funnel_significance(rows, "proportion", definition="Fingertips")["significance"][0]
    assert (phe, fingertips) == ("High (0.025)", "Not significant")


def test_a_value_on_a_limit_is_within_it(ask: Ask) -> None:
    flags = "funnel_flag(1, 1, 2, 3, 4), funnel_flag(2, 1, 2, 3, 4), funnel_flag(4, 1, 2, 3, 4)"
    assert ask(f"select {flags}").row(0) == ("Low (0.025)", "Not significant", "High (0.025)")


def test_an_average_on_the_limit_of_a_count_is_within_it(ask: Ask) -> None:
    # Without events the upper limit is that of a count of 0: as many expected events lie on it.
    for level, beyond in (("0.95", "Low (0.025)"), ("0.998", "Low (0.001)")):
        on, over = ask(
            "select funnel_rate_flag(0, limit_of_0, 1) as on_it,"
            " funnel_rate_flag(0, limit_of_0 * 1.000001, 1) as over_it"
            f" from (select poisson_exact_upper(0, {level}) as limit_of_0)"
        ).row(0)
        assert (on == beyond, over == beyond) == (False, True)


def test_a_ratio_without_a_number_has_no_label() -> None:
    rows = pl.DataFrame({"numerator": [20, None, 3], "denominator": [10.0, 5.0, None]})
    assert funnel_significance(rows, "ratio")["significance"].to_list() == [
        "High (0.025)",
        None,
        None,
    ]


def test_a_standardised_rate_of_few_events_has_no_label_and_no_point() -> None:
    rows = pl.DataFrame({"numerator": [9, 10], "rate": [90.0, 100.0]})
    labels = funnel_significance(rows, "rate", rate_type="dsr", multiplier=1000)["significance"]
    assert labels.to_list() == [
        "Not applicable for events less than 10 for dsrs",
        "Not significant",
    ]
    points = funnel_points(rows, rate_type="dsr", multiplier=1000)
    assert points["rate_chart"].to_list() == [None, 100.0]


@pytest.mark.parametrize(
    ("rows", "options", "words"),
    [
        ({"numerator": [1, None], "denominator": [2, 3]}, {}, "for proportions, numerators and"),
        ({"numerator": [1, 2], "denominator": [2, None]}, {}, "for proportions, numerators and"),
        ({"numerator": [3], "denominator": [2]}, {}, "less than or equal to denominator"),
        ({"numerator": [-1], "denominator": [2]}, {}, "greater than or equal to zero"),
        ({"numerator": [1], "denominator": [0]}, {}, "denominators must be greater than zero"),
        ({"numerator": [1], "denominator": [2]}, {"statistic": "pop"}, "one of proportion, ratio"),
        ({"numerator": [1], "denominator": [2]}, {"definition": "both"}, "one of PHEindicator"),
        ({"numerator": [], "denominator": []}, {}, "one row or more"),
        ({"numerator": [0], "rate": [0]}, {"statistic": "rate"}, "denominator field needs to be"),
        ({"numerator": [None], "rate": [1]}, {"statistic": "rate"}, "for rates, numerators must"),
        ({"numerator": [1], "rate": [None]}, {"statistic": "rate"}, "for rates, rates must be"),
        ({"numerator": [1], "rate": [0]}, {"statistic": "rate"}, "for rates, rates must be"),
        (
            {"numerator": [0], "rate": [0], "denominator": [None]},
            {"statistic": "rate", "denominator": "denominator"},
            "denominator field needs to be",
        ),
    ],
)
def test_what_makes_no_funnel_is_refused(
    rows: dict[str, list[float | None]], options: dict[str, Any], words: str
) -> None:
    data = pl.DataFrame(rows, schema=dict.fromkeys(rows, pl.Float64))
    arguments = {"statistic": "proportion", **options}
    for function in (funnel_limits, funnel_significance):
        with pytest.raises(InsightError, match=words):
            function(data, **arguments)


def test_without_any_event_a_funnel_of_rates_has_no_limits() -> None:
    none = pl.DataFrame({"numerator": [0, 0], "rate": [0.0, 0.0], "denominator": [100, 200]})
    found = funnel_limits(none, "rate", denominator="denominator")
    assert found["baseline"].to_list() == [0.0] * 100
    limits = [name for name in found.columns if name.startswith(("lower", "upper"))]
    assert len(limits) == 8
    assert all(found[name].null_count() == 100 for name in limits)


def test_an_average_that_is_no_number_flags_nothing(ask: Ask) -> None:
    for macro in ("funnel_rate_flag", "funnel_dsr_flag", "funnel_proportion_flag"):
        for average in ("null", "'nan'::double", "'inf'::double", "-1"):
            assert ask(f"select {macro}(30, 100, {average}) as flag")["flag"].to_list() == [None]


def test_standardised_rates_are_judged_by_the_population_they_stand_for() -> None:
    # 9, 10, 50 and 200 events stand for 100, 100, 495.05 and 800 people: average 269 / 1495.05 =
    # .17993. Byar at 99.8 %: 10 is 2.92 to 24.19, 50 ends at 75.97 (.1535 of its people), 200
    # begins at 159.1 (.1989). Nobody knows the people that no event stands for.
    rates = pl.DataFrame(
        {
            "numerator": [200, 0, 10, 9, 50],
            "rate": [250.0, None, 100.0, 90.0, 101.0],
            "denominator": [900] * 5,
        }
    )
    options: dict[str, Any] = {"denominator": "denominator", "multiplier": 1000}
    found = funnel_significance(rates, "rate", rate_type="dsr", **options)
    few = "Not applicable for events less than 10 for dsrs"
    labels = ["High (0.001)", few, "Not significant", few, "Low (0.001)"]
    assert found["significance"].to_list() == labels
    backwards = funnel_significance(rates.reverse(), "rate", rate_type="dsr", **options)
    assert backwards["significance"].to_list() == labels[::-1]
