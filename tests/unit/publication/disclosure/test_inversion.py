"""Nobody can compute exact counts back from what is published of a single figure.

All truths of a kind are published; two truths that look alike cannot be told apart. The reader is
granted everything but the counts: populations of the strata, the standard, all formulas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import duckdb
import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from insight_pipeline.publication.disclosure.policy import DisclosurePolicy, only
from insight_pipeline.publication.disclosure.primary import mark_small
from insight_pipeline.publication.disclosure.public import make_public

Connection = duckdb.DuckDBPyConnection
TOLD = (
    "numerator, denominator, basis, value, lower95, upper95, lower998, upper998, ci_method, "
    "linkage_lower, linkage_upper"
)


def _told(
    connection: Connection, truths: pl.DataFrame, statistic: str, policy: DisclosurePolicy
) -> pl.DataFrame:
    """Every published row that is not blank, with how many truths and counts look like it."""
    source = truths.with_row_index("place")
    connection.register("truth", source.to_arrow())
    connection.execute(
        """
        insert into indicators.figure by name
        select
            'kept' as indicator_id, 'Kept' as title, date '2025-01-01' as period_from,
            date '2025-03-31' as period_to, 'area' as breakdown_type, place::varchar as breakdown,
            numerator, denominator, basis, spread, $statistic as statistic,
            100000 as multiplier, false as is_not_mature
        from truth
        """,
        {"statistic": statistic},
    )
    mark_small(connection, only(policy))
    make_public(connection)
    query = f"""
        select
            any_value(public_figure.numerator) = 0 as is_nothing,
            count(*) as truths,
            count(distinct truth.numerator) as numerators,
            count(distinct truth.denominator) as denominators
        from public_figure
        inner join truth on public_figure.breakdown = truth.place::varchar
        where public_figure.value is not null
        group by {", ".join(f"public_figure.{name}" for name in TOLD.split(", "))}
        """
    columns = ["is_nothing", "truths", "numerators", "denominators"]
    return pl.DataFrame(connection.execute(query).fetchall(), schema=columns, orient="row")


@pytest.mark.parametrize("statistic", ["proportion", "rate"])
def test_counts_of_a_proportion_or_rate_stay_one_of_several(
    connection: Connection, hes: DisclosurePolicy, statistic: str
) -> None:
    # Whole classes only: the last ones go on beyond the counts tried.
    pairs = [(x, n) for n in range(8, 93) for x in range(n + 1)]
    truths = pl.DataFrame(pairs, schema=["numerator", "denominator"], orient="row").with_columns(
        basis=pl.col("denominator").cast(pl.Float64), spread=pl.lit(None, pl.Float64)
    )
    told = _told(connection, truths, statistic, hes)
    assert told["denominators"].min() == 5
    assert told.filter(~pl.col("is_nothing"))["numerators"].min() == 5
    assert told.height > 100


def _compositions(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in _compositions(total - first, parts - 1):
            yield (first, *rest)


def _standardised(weights: NDArray[np.float64]) -> pl.DataFrame:
    """All ways 10 to 22 events can fall into strata of known weight per event."""
    events = np.array([c for o in range(10, 23) for c in _compositions(o, len(weights))])
    total = events.sum(axis=1)
    return pl.DataFrame(
        {
            "numerator": total,
            "denominator": np.full(len(total), 9000),
            "basis": total / (events @ weights),
            "spread": np.sqrt(events @ weights**2 / total),
        }
    )


# Weight of an event in each stratum, as a multiple of the first; how many truths in a million may
# be the only one of their number of events that looks as it does.
STRATA = [
    pytest.param([1.0, 1.3, 1.7, 2.2, 3.0], 1000, id="five age bands"),
    pytest.param([1.0, 2.0, 4.0], 3000, id="three age bands"),
    pytest.param([1.0, 2.0], 10_000, id="two age bands"),
    pytest.param([1.0], 0, id="no age bands"),
]


@pytest.mark.parametrize(("weights", "per_million"), STRATA)
def test_events_of_a_standardised_rate_stay_one_of_several(
    connection: Connection,
    hes: DisclosurePolicy,
    weights: list[float],
    per_million: int,
    record_property: Callable[[str, object], None],
) -> None:
    truths = _standardised(np.array(weights) / 3000)
    told = _told(connection, truths, "dsr", hes)
    alone = told.filter(pl.col("numerators") == 1)["truths"].sum()
    share = 1_000_000 * alone / truths.height
    record_property(
        "figure", f"events known by a standardised rate, {len(weights)} strata: {share:.0f} in 1e6"
    )
    assert told["truths"].sum() == truths.height
    assert share <= per_million


def test_the_exact_basis_would_give_events_away() -> None:
    truths = _standardised(np.array([1.0, 1.3, 1.7, 2.2, 3.0]) / 3000)
    seen = truths.with_columns(pl.col("basis").round(2), near=(pl.col("numerator") + 2) // 5)
    alone = seen.group_by("basis", "near").agg(pl.col("numerator").n_unique() == 1)
    assert alone["numerator"].mean() > 0.5


def _weighted(answers: list[list[int]], asked: list[int]) -> pl.DataFrame:
    """All ways in which those who answered in each stratum can have said yes."""
    rows = []
    for answered in product(*answers):
        shares = [people / n for people, n in zip(asked, answered, strict=True)]
        spread = (
            sum(answered)
            * sum(w * people for w, people in zip(shares, asked, strict=True))
            / sum(asked) ** 2
        )
        for yes in product(*(range(n + 1) for n in answered)):
            share = sum(w * x for w, x in zip(shares, yes, strict=True)) / sum(asked)
            basis = sum(yes) / share if share else sum(answered)
            rows.append((sum(yes), sum(answered), float(basis), spread))
    return pl.DataFrame(rows, schema=["numerator", "denominator", "basis", "spread"], orient="row")


# Who answered in each stratum, all of it known; how many were asked.
SURVEYS = [
    pytest.param([[20], [20]], [300, 100], id="two strata"),
    pytest.param([[20], [20]], [100, 100], id="equal weights"),
    pytest.param([[30], [10]], [30, 400], id="very unequal weights"),
    pytest.param([[10], [15], [20]], [300, 100, 200], id="three strata"),
    pytest.param([[6], [8], [5], [9], [7]], [60, 100, 20, 90, 77], id="five strata"),
    pytest.param([[*range(10, 20)]] * 2, [300, 100], id="answers not known"),
]


@pytest.mark.parametrize(("answers", "asked"), SURVEYS)
def test_yeses_of_a_weighted_proportion_stay_one_of_several(
    connection: Connection,
    hes: DisclosurePolicy,
    answers: list[list[int]],
    asked: list[int],
    record_property: Callable[[str, object], None],
) -> None:
    told = _told(connection, _weighted(answers, asked), "weighted_proportion", hes)
    told = told.filter(~pl.col("is_nothing"))
    truths = told["truths"].sum()
    few = told.filter(pl.col("numerators") < 4)["truths"].sum() / truths
    # Where the answers themselves are known, it is told when everybody said yes.
    alone = told.filter(pl.col("numerators") == 1)["truths"].sum() / truths
    record_property(
        "figure", f"yeses known to fewer than 4, {len(asked)} strata: {few:.1%} of {truths} truths"
    )
    assert alone < 0.012
    assert few < 0.04


def test_the_exact_share_would_give_yeses_away() -> None:
    truths = _weighted([[30], [10]], [30, 400])
    seen = truths.with_columns(pl.col("basis").round(2), near=(pl.col("numerator") + 2) // 5)
    alone = seen.group_by("basis", "near").agg(pl.col("numerator").n_unique() == 1)
    assert alone["numerator"].mean() > 0.5


def _means() -> pl.DataFrame:
    """Totals and sums of squares that whole amounts of 18 to 27 people can have."""
    rows = []
    for people, total in product(range(18, 28), range(23, 43)):
        least, over = divmod(total, people)
        even = over * (least + 1) ** 2 + (people - over) * least**2
        for squares in range(even, total**2 + 1, 2):
            spread = ((squares - total**2 / people) / (people - 1)) ** 0.5
            rows.append((total, people, float(people), spread))
    return pl.DataFrame(rows, schema=["numerator", "denominator", "basis", "spread"], orient="row")


def test_people_and_total_of_a_mean_stay_one_of_several(
    connection: Connection, hes: DisclosurePolicy
) -> None:
    told = _told(connection, _means(), "mean", hes)
    assert told.height > 50
    assert told["denominators"].min() >= 2
    assert told["numerators"].min() >= 2
    few = told.filter((pl.col("denominators") < 4) | (pl.col("numerators") < 4))
    assert few["truths"].sum() < 0.05 * told["truths"].sum()


def test_the_exact_spread_would_give_people_away() -> None:
    seen = _means().with_columns(
        pl.col("spread").round(2),
        n=(pl.col("denominator") + 2) // 5,
        x=(pl.col("numerator") + 2) // 5,
    )
    alone = seen.group_by("spread", "n", "x").agg(pl.col("denominator").n_unique() == 1)
    assert alone["denominator"].any()


def test_the_expected_number_of_a_total_does_not_tell_its_exact_count(
    connection: Connection, hes: DisclosurePolicy
) -> None:
    # Of the total, what was expected is what was observed.
    counts = np.arange(8, 103)
    truths = pl.DataFrame(
        {"numerator": counts, "denominator": np.full(len(counts), 4000), "basis": counts * 1.0}
    ).with_columns(spread=pl.lit(None, pl.Float64))
    told = _told(connection, truths, "isr", hes)
    assert told["numerators"].min() == 5
