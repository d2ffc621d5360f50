"""Indirectly standardised ratios and rates against published figures and cases by hand."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.indicators.statistics.indirect import isr_rate, isr_ratio
from insight_pipeline.indicators.statistics.rates import rate
from insight_pipeline.kernel.errors import InsightError
from tests.unit.indicators.statistics.conftest import Ask
from tests.unit.indicators.statistics.vectors import (
    LIMITS,
    Record,
    SharedPath,
    agreeing,
    figure,
    published,
)

LABELS = ["area", "statistic", "method"]
PARTS = {"observed": "observed", "expected": "expected"}
few = settings(max_examples=5, deadline=None, derandomize=True)


def compared(found: pl.DataFrame, expected: pl.DataFrame, parts: dict[str, str]) -> int:
    """Agreement; the file gives some rows no 99.8 % limits, which were not computed upstream."""
    assert found.select(LABELS).equals(expected.select(LABELS))
    wide = expected["lower99_8cl"].is_not_null().all()
    columns = {name: other for name, other in LIMITS.items() if wide or "998" not in name}
    return agreeing(found, expected, {**parts, **columns})


@pytest.mark.shared
def test_figures_equal_the_published_ones(shared_path: SharedPath, record_property: Record) -> None:
    counted = 0
    groups = published(shared_path, "isr_expected").group_by("dataset", "kind", "scale")
    for (dataset, kind, scale), expected in groups:
        assert isinstance(dataset, str) and isinstance(scale, int)
        rows = published(shared_path, dataset)
        if kind == "ratio":
            found = isr_ratio(rows, by=["area"], refvalue=scale)
            counted += compared(found, expected.sort("area"), PARTS)
        else:
            found = isr_rate(rows, by=["area"], multiplier=scale)
            parts = {**PARTS, "ref_rate": "ref_rate"}
            counted += compared(found, expected.sort("area"), parts)
    figure(record_property, "isr_expected.csv", counted, "in Python, of two files of inputs")


@pytest.mark.shared
@pytest.mark.parametrize("dataset", ["isr_inputs", "isr_zero_population_inputs"])
def test_figures_in_sql_equal_the_published_ones(
    shared_path: SharedPath, ask: Ask, record_property: Record, dataset: str
) -> None:
    expected = published(shared_path, "isr_expected").filter(pl.col("dataset") == dataset)
    counted = 0
    for (kind, scale), part in expected.group_by("kind", "scale"):
        arguments = f"count, pop, refcount, refpop, {scale}"
        found = ask(
            f"""
            select
                area,
                isr_observed(count) as observed,
                isr_expected(pop, refcount, refpop) as expected,
                isr_{kind}_value({arguments}) as value,
                isr_{kind}_lower({arguments}, 0.95) as lower95,
                isr_{kind}_upper({arguments}, 0.95) as upper95,
                isr_{kind}_lower({arguments}, 0.998) as lower998,
                isr_{kind}_upper({arguments}, 0.998) as upper998,
                'indirectly standardised {"ratio x" if kind == "ratio" else "rate per"} {scale}'
                    as statistic,
                rate_method(isr_observed(count)) as method
            from t group by area order by area
            """,
            t=published(shared_path, dataset),
        )
        counted += compared(found, part.sort("area"), PARTS)
    figure(record_property, "isr_expected.csv", counted, f"in SQL, inputs {dataset}.csv")


@pytest.mark.shared
def test_the_reference_may_be_joined_on(shared_path: SharedPath, record_property: Record) -> None:
    rows, reference = published(shared_path, "isr_inputs"), published(shared_path, "isr_reference")
    joined = rows.drop("refcount", "refpop").join(reference, on="ageband")
    found, expected = (isr_rate(data, by=["area"]) for data in (joined, rows))
    counted = agreeing(found, expected, {name: name for name in LIMITS})
    figure(record_property, "isr_reference.csv", counted)


def test_the_references_own_events_give_a_ratio_of_one_with_the_limits_of_a_count() -> None:
    data = pl.DataFrame({"count": [4, 5], "pop": [10, 20], "refcount": [4, 5], "refpop": [10, 20]})
    found = isr_ratio(data).row(0, named=True)
    counted = rate(pl.DataFrame({"numerator": [9], "denominator": [9]}), multiplier=1)
    assert found["method"] == "Exact"
    for name in LIMITS:
        assert found[name] == pytest.approx(counted[name].item(), rel=1e-12)


def test_the_total_may_be_given_once_when_strata_are_not_known() -> None:
    data = {"pop": [10, 20], "refcount": [4, 5], "refpop": [10, 20]}
    total = isr_ratio(pl.DataFrame({"count": [9, None], **data}))
    assert total.equals(isr_ratio(pl.DataFrame({"count": [4, 5], **data})))


def test_no_expected_events_have_no_figures_and_no_observed_ones_a_ratio_of_nought() -> None:
    data = {"pop": [10], "refpop": [10]}
    nothing = isr_ratio(pl.DataFrame({"count": [3], "refcount": [0], **data})).row(0, named=True)
    assert [nothing[name] for name in LIMITS] == [None] * 5
    none = isr_ratio(pl.DataFrame({"count": [0], "refcount": [2], **data})).row(0, named=True)
    assert (none["value"], none["lower95"]) == (0, 0)


@few
@given(
    counts=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=9)
)
def test_limits_are_ordered_widen_with_confidence_and_scale(counts: list[tuple[int, int]]) -> None:
    data = pl.DataFrame(counts, schema=["count", "pop"], orient="row").with_columns(
        refcount=pl.lit(3), refpop=pl.lit(1000)
    )
    if not data["pop"].sum():
        return
    order = ["lower998", "lower95", "value", "upper95", "upper998"]
    found = isr_ratio(data, refvalue=100).select(order).row(0)
    assert list(found) == sorted(found)
    plain = isr_ratio(data).select(order).row(0)
    assert found == pytest.approx([number * 100 for number in plain], rel=1e-12)


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("count", -1, "numerators must all be greater than or equal to zero"),
        ("pop", -1, "denominators must all be greater than or equal to zero"),
        ("refcount", -1, "reference numerators of 0 or more"),
        ("refpop", 0, "reference denominators greater than 0"),
        ("refpop", None, "reference denominators without missing values"),
    ],
)
def test_impossible_input_is_refused_and_has_no_figures_in_sql(
    ask: Ask, column: str, value: int | None, words: str
) -> None:
    data = pl.DataFrame({"count": [5, 6], "pop": [9, 9], "refcount": [2, 2], "refpop": [9, 9]})
    broken = data.with_columns(pl.Series(column, [7, value]))
    with pytest.raises(InsightError, match=words):
        isr_ratio(broken)
    query = """
        select isr_ratio_value(count, pop, refcount, refpop, 1) as v,
        isr_rate_upper(count, pop, refcount, refpop, 1, 0.95) as u from t
    """
    assert ask(query, t=broken).row(0) == (None, None)
