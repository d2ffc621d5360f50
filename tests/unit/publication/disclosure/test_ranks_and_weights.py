"""Medians and weighted proportions, from measures by way of figures to what is published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insight_pipeline.indicators.figure import build_figures
from insight_pipeline.indicators.header import Statistic
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.publication.disclosure import primary
from insight_pipeline.publication.disclosure.policy import (
    DisclosurePolicy,
    PoliciesInForce,
    only,
)
from insight_pipeline.publication.disclosure.step import disclose
from insight_pipeline.sql.dry_run import create_empty
from insight_pipeline.sql.model import load_macros
from insight_pipeline.sql.runner import install_macros
from tests.conftest import ROOT
from tests.unit.indicators.conftest import TABLES
from tests.unit.indicators.measures import HEADERS, create_measures, insert, insert_ward

Connection = duckdb.DuckDBPyConnection
Plant = Callable[..., None]
Policies = dict[str, DisclosurePolicy]
LIMITS = ("lower95", "upper95", "lower998", "upper998")
DESCRIBED = {
    name: header
    for name, header in HEADERS.items()
    if header.statistic in (Statistic.MEDIAN, Statistic.WEIGHTED_PROPORTION)
}
some = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def opened() -> Iterator[Connection]:
    with duckdb.connect() as connection:
        install_macros(connection, load_macros(ROOT / "dbt_like_sql" / "functions"))
        for relation, columns in TABLES.items():
            create_empty(connection, relation, columns)
        for name, header in DESCRIBED.items():
            create_measures(connection, name, header)
        yield connection


@pytest.fixture
def measures(opened: Connection) -> Connection:
    """Empty measures of a median and of a weighted proportion."""
    for name in DESCRIBED:
        opened.execute(f"delete from indicators.{name}")
    return opened


def _wait(connection: Connection, values: list[int], ward: str = "") -> None:
    for value, members in Counter(values).items():
        if ward:
            insert_ward(connection, "waited", ward, members, members, stratum=str(value))
        else:
            insert(connection, "waited", members, members, stratum=str(value))


def _publish(
    connection: Connection, policy: DisclosurePolicy, folder: Path, columns: str
) -> dict[str, tuple[Any, ...]]:
    """What is published of the measures, by breakdown."""
    build_figures(connection, DESCRIBED)
    connection.execute("update indicators.figure set is_not_mature = false")
    disclose(connection, only(policy), folder / "published")
    query = f"select breakdown, {columns} from public_figure"
    return {row[0]: row[1:] for row in connection.execute(query).fetchall()}


def _median(members: int, **others: Any) -> dict[str, Any]:
    return {
        **{"statistic": "median", "multiplier": 1, "basis": float(members), "ci_method": "Order"},
        **{"value": "10.5", "lower95": 3, "upper95": 20, "lower998": 1, "upper998": 40},
        **others,
    }


def _weighted(denominator: int, effect: float = 1.0, **others: Any) -> dict[str, Any]:
    return {
        "statistic": "weighted_proportion",
        **{"basis": float(denominator), "spread": effect},
        **others,
    }


def test_a_median_goes_from_counts_by_value_to_the_public(
    measures: Connection, hes: DisclosurePolicy, tmp_path: Path
) -> None:
    waits = [*range(38), 13, 13, 13, 90]  # 42 people
    _wait(measures, waits)
    _wait(measures, [*range(13), 13, 13, 13], "E2")  # 16
    _wait(measures, [*range(13, 38), 90], "E3")  # 26
    columns = f"numerator, denominator, basis, value, {', '.join(LIMITS)}, shorthand, ci_method"
    found = _publish(measures, hes, tmp_path, columns)
    # The middle two of 42 are 17 and 18, the limits at 95 % the 15th and the 28th from below. Those
    # at 99.8 % would be four people further out.
    assert found["all"] == (40, 40, 40, 18, 13, 24, None, None, None, "Order")
    # 16 are shown as 15, which may be 13: fewer than 8 on one side.
    assert found["E2"] == (*(None,) * 8, "[c]", None)
    # 26 are shown as 25, which may be 23, of whom 7 are at or beyond a limit.
    assert found["E3"] == (25, 25, 25, 26, *(None,) * 4, "[u]", None)


def test_a_weighted_proportion_goes_from_answers_to_the_public(
    measures: Connection, hes: DisclosurePolicy, tmp_path: Path
) -> None:
    for stratum, yes, answered, asked in (("E2 F", 12, 31, 310), ("E2 M", 10, 11, 330)):
        insert(measures, "content", yes, answered, stratum=stratum, stratum_population=asked)
    columns = f"numerator, denominator, value, {', '.join(LIMITS)}, shorthand, ci_method"
    (found,) = _publish(measures, hes, tmp_path, columns).values()
    # 22 of 42, shown as 20 of 40. Weights of 10 and 30 make 0.656 of 0.524, and the answers worth
    # 42 / 1.334: a factor of 1.253 for the yeses, to steps of 0.2 (two answers of 20 / 1.5) 1.2.
    assert found[:3] == (20, 40, 60)
    assert found[-2:] == (None, "Wilson")
    # Wilson's limits of 16 in 26.67.
    assert [*map(float, found[3:5])] == pytest.approx([41.31, 76.17], abs=0.01)


@pytest.mark.parametrize(
    ("policy", "members", "given"),
    [
        ("nhs_hes", 8, "nothing"),
        ("nhs_hes", 17, "nothing"),
        ("nhs_hes", 18, "value"),
        ("nhs_hes", 27, "value"),
        ("nhs_hes", 28, "95"),
        ("nhs_hes", 57, "95"),
        ("nhs_hes", 58, "998"),
        ("under_5", 8, "nothing"),
        ("under_5", 9, "value"),
        ("under_5", 16, "value"),
        ("under_5", 17, "95"),
        ("under_5", 25, "998"),
        ("round_to_10", 24, "nothing"),
        ("round_to_10", 25, "value"),
        ("opensafely_midpoint_6", 12, "nothing"),
        ("opensafely_midpoint_6", 13, "value"),
        ("none", 1, "95"),
    ],
)
def test_a_median_and_its_limits_need_people_on_either_side(
    connection: Connection,
    plant: Plant,
    policies: Policies,
    first_release: Callable[..., Any],
    policy: str,
    members: int,
    given: str,
) -> None:
    limits = {} if policy != "none" else {"lower998": None, "upper998": None}
    if members < 6:
        limits |= {"lower95": None, "upper95": None}
    plant("total", "all", members, members, **_median(members, **limits))
    first_release(policies[policy])
    query = f"select value, {', '.join(LIMITS)}, shorthand, ci_method from public_figure"
    ((value, low, high, lowest, highest, shorthand, method),) = connection.execute(query).fetchall()
    is_limited = given in ("95", "998") and members >= 6
    assert (value is not None) == (given != "nothing")
    assert (low is not None) == (high is not None) == is_limited
    assert (lowest is not None) == (highest is not None) == (given == "998")
    assert shorthand == ("[c]" if given == "nothing" else None if is_limited else "[u]")
    assert method == ("Order" if is_limited else None)


@pytest.mark.parametrize("policy", ["nhs_hes", "opensafely_midpoint_6", "round_to_10"])
def test_what_is_blank_of_a_median_tells_nothing_of_the_count_inside_its_step(
    connection: Connection,
    plant: Plant,
    policies: Policies,
    first_release: Callable[..., Any],
    policy: str,
) -> None:
    for members in range(1, 100):
        plant("area", f"{members:02}", members, members, **_median(members))
    first_release(policies[policy])
    rows = connection.execute(
        "select numerator, count(*), count(value), count(lower95), count(lower998), "
        "count(distinct value) from public_figure where numerator > 0 group by numerator"
    ).fetchall()
    assert len(rows) >= 5
    for _, shown, *told, values in rows:
        assert all(count in (0, shown) for count in told)
        assert values == 1


def test_a_middle_between_two_whole_numbers_does_not_tell_that_the_count_is_even(
    connection: Connection, plant: Plant, policies: Policies, first_release: Callable[..., Any]
) -> None:
    plant("area", "even", 40, 40, **_median(40))
    plant("area", "odd", 41, 41, **_median(41, value=11))
    first_release(policies["under_5"])
    found = connection.execute("select value from public_figure").fetchall()
    assert found == [(11,), (11,)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("when has_limits95 then low95", "when true then low95"),
        ("when has_limits998 then high998", "when true then high998"),
        ("when has_limits998 then low998", "when true then low998"),
        ("fewest_members < 2 * fewest_told - 1", "false"),
        ("else round(round(middle, 1)) end", "else middle end"),
        ("then low95 end as shown_low95", "then high95 end as shown_low95"),
    ],
)
def test_the_gate_stops_a_median_or_limit_with_too_few_people_beside_it(
    connection: Connection,
    plant: Plant,
    hes: DisclosurePolicy,
    first_release: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    old: str,
    new: str,
) -> None:
    assert primary._CELLS.count(old) == 1
    monkeypatch.setattr(primary, "_CELLS", primary._CELLS.replace(old, new))
    for members in (15, 20, 30, 40, 70):
        plant("area", f"{members}", members, members, **_median(members))
    with pytest.raises(InsightError, match="more members on either side"):
        first_release(hes)


def test_the_parts_of_a_median_are_attacked_as_counts(
    connection: Connection, plant: Plant, policies: Policies, first_release: Callable[..., Any]
) -> None:
    # 44 less 40 is 4: without a second blank the policy would tell it.
    for kind, name, members in (("total", "all", 44), ("area", "A", 40), ("area", "B", 4)):
        plant(kind, name, members, members, **_median(members))
    first_release(policies["under_5"])
    shown = connection.execute("select breakdown from public_figure where value is not null")
    assert len(shown.fetchall()) == 1


def test_members_of_a_median_are_the_denominator_of_its_cohort(
    connection: Connection, plant: Plant, hes: DisclosurePolicy, tmp_path: Path
) -> None:
    plant("total", "all", 40, 40, **_median(40, indicator_id="waited"))
    plant("total", "all", 20, 41, indicator_id="kept")
    cohort = PoliciesInForce("only", {"only": hes}, {}, (("kept", "waited"),))
    with pytest.raises(InsightError, match="same denominator"):
        disclose(connection, cohort, tmp_path / "published")


@some
@given(members=st.integers(8, 120), policy=st.sampled_from(["nhs_hes", "under_5", "none"]))
def test_a_public_median_lies_within_its_limits(
    measures: Connection, policies: Policies, tmp_path: Path, members: int, policy: str
) -> None:
    measures.execute("delete from indicators.waited")
    _wait(measures, [place * place // 7 for place in range(members)])
    columns = f"value, {', '.join(LIMITS)}"
    ((value, low, high, lowest, highest),) = _publish(
        measures, policies[policy], tmp_path, columns
    ).values()
    if low is not None:
        assert low <= value <= high
    if lowest is not None:
        assert lowest <= low <= high <= highest


@pytest.mark.parametrize(
    ("numerator", "denominator", "effect", "is_withheld"),
    [
        (20, 40, 1.0, False),
        (7, 40, 1.0, True),
        (33, 40, 1.0, True),
        (18, 26, 1.0, True),
        (0, 40, 1.0, False),
        (40, 40, 1.0, False),
        (20, 40, 5.0, False),
        (20, 40, 5.1, True),
        (0, 0, None, False),
    ],
)
def test_small_counts_rests_and_few_answers_worth_of_weights_are_withheld(
    connection: Connection,
    plant: Plant,
    hes: DisclosurePolicy,
    first_release: Callable[..., Any],
    numerator: int,
    denominator: int,
    effect: float,
    is_withheld: bool,
) -> None:
    plant("total", "all", numerator, denominator, **_weighted(denominator, effect))
    first_release(hes)
    ((shorthand,),) = connection.execute("select shorthand from public_figure").fetchall()
    assert (shorthand == "[c]") is is_withheld


def test_equal_weights_tell_no_more_than_the_counts_do(
    connection: Connection, plant: Plant, hes: DisclosurePolicy, first_release: Callable[..., Any]
) -> None:
    for x in range(8, 41):
        plant("area", f"{x:02}", x, 48, **_weighted(48))
        plant("provider", f"{x:02}", x, 48)
    first_release(hes)
    found = {
        kind: connection.execute(
            f"select breakdown, numerator, denominator, basis, value, {', '.join(LIMITS)}, "
            "shorthand from public_figure where breakdown_type = ? order by breakdown",
            [kind],
        ).fetchall()
        for kind in ("area", "provider")
    }
    assert found["area"] == found["provider"]


@some
@given(
    x=st.integers(0, 400),
    rest=st.integers(0, 400),
    share=st.floats(0.001, 0.999),
    effect=st.floats(1, 4),
    policy=st.sampled_from(["nhs_hes", "under_5", "opensafely_midpoint_6", "none"]),
)
def test_a_weighted_share_is_all_or_nothing_only_where_the_answers_are(
    connection: Connection,
    plant: Plant,
    policies: Policies,
    first_release: Callable[..., Any],
    x: int,
    rest: int,
    share: float,
    effect: float,
    policy: str,
) -> None:
    connection.execute("delete from indicators.figure")
    n = x + rest
    basis = {"basis": x / share if x and rest else float(n)}
    plant("total", "all", x, n, **_weighted(n, effect, **basis))
    first_release(policies[policy])
    columns = f"numerator, value, {', '.join(LIMITS)}"
    ((shown, value, low, high, lowest, highest),) = connection.execute(
        f"select {columns} from public_figure"
    ).fetchall()
    if value is None:
        assert shown is None or n == 0
        return
    assert (value == 0) == (x == 0)
    assert (value == 100) == (rest == 0)
    assert 0 <= lowest <= low <= value <= high <= highest <= Decimal(100)
