"""The public figures: every number follows from the rounded counts, and the gate sees to it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.publication.disclosure import public
from insight_pipeline.publication.disclosure.gate import gate
from insight_pipeline.publication.disclosure.policy import DisclosurePolicy, only
from insight_pipeline.publication.disclosure.primary import mark_small
from insight_pipeline.publication.disclosure.public import make_public

Connection = duckdb.DuckDBPyConnection
Plant = Callable[..., None]
Disclose = Callable[..., Any]
NUMBERS = "numerator, denominator, basis, value, lower95, upper95, lower998, upper998"
STATISTICS = (
    *("proportion", "rate", "dsr", "isr", "mean", "median", "weighted_proportion"),
    "count",
)


def _shown(connection: Connection, columns: str = NUMBERS) -> list[tuple[Any, ...]]:
    return connection.execute(f"select {columns} from public_figure").fetchall()


def test_value_and_limits_come_from_the_rounded_counts(
    connection: Connection, plant: Plant, first_release: Disclose, hes: DisclosurePolicy
) -> None:
    plant("total", "all", 64, 101)
    first_release(hes)
    limits = map(Decimal, ["65.00", "55.25", "73.64", "49.55", "77.84"])
    assert _shown(connection, f"{NUMBERS}, shorthand, disclosure_policy, rounded_to") == [
        (65, 100, 100, *limits, None, "only", 5)
    ]


@pytest.mark.parametrize("statistic", STATISTICS)
def test_a_withheld_figure_has_no_number_and_no_method(
    connection: Connection,
    plant: Plant,
    first_release: Disclose,
    hes: DisclosurePolicy,
    statistic: str,
) -> None:
    others = {"basis": 30.0, "spread": 0.1, "statistic": statistic}
    plant("total", "all", 5, 40, **others)
    connection.execute(
        "create table indicators.linkage_range as select indicator_id, period_from, "
        "breakdown_type, breakdown, 1 as draws, 12.5 as linkage_lower, 15.0 as linkage_upper "
        "from indicators.figure"
    )
    first_release(hes)
    columns = f"{NUMBERS}, linkage_lower, linkage_upper, linkage_rate, ci_method"
    assert _shown(connection, columns) == [(None,) * 12]
    assert _shown(connection, "shorthand") == [("[c]",)]


@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    statistic=st.sampled_from(STATISTICS),
    numerator=st.integers(0, 300),
    more=st.integers(0, 300),
    basis=st.floats(0.5, 400),
    policy=st.sampled_from(["nhs_hes", "under_5", "round_to_10", "opensafely_midpoint_6", "none"]),
)
def test_a_value_is_numerator_by_basis_as_published_or_all_are_withheld(
    connection: Connection,
    plant: Plant,
    first_release: Disclose,
    policies: dict[str, DisclosurePolicy],
    statistic: str,
    numerator: int,
    more: int,
    basis: float,
    policy: str,
) -> None:
    connection.execute("delete from indicators.figure")
    denominator = numerator if statistic == "median" else numerator + more
    bases: dict[str, Any]
    free = statistic in ("dsr", "isr") and denominator > 0
    bases = {"basis": basis if free else 1.0 if statistic == "count" else float(denominator)}
    if statistic == "median":
        bases |= {"lower95": 0, "upper95": 200, "lower998": 0, "upper998": 300}
    plant("total", "all", numerator, denominator, statistic=statistic, spread=1.5, **bases)
    first_release(policies[policy])
    ((x, n, shown_basis, value, *limits),) = _shown(connection)
    if value is None:
        assert limits == [None] * 4
        assert x is None or n == 0
        return
    if statistic in ("proportion", "rate", "mean", "median"):
        assert shown_basis == n
    if statistic == "median":
        return
    assert value == (Decimal(x) / shown_basis * 100).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    lower95, upper95, lower998, upper998 = limits
    if statistic == "mean" and value == 0 and policy != "none":
        assert limits == [None] * 4
    elif statistic != "count":
        assert upper998 >= upper95 >= value
        assert lower95 is None or lower998 is None or lower998 <= lower95 <= value


def test_few_events_are_marked_by_the_number_shown_and_not_by_the_one_behind(
    connection: Connection,
    plant: Plant,
    first_release: Disclose,
    policies: dict[str, DisclosurePolicy],
) -> None:
    rounding = policies["ons_rates"].model_copy(update={"round_to": 5})
    for name, count in (("A", 19), ("B", 17), ("C", 40)):
        plant("area", name, count, 400, statistic="rate")
    first_release(rounding)
    found = _shown(connection, "breakdown, numerator, shorthand, value is not null")
    assert found == [("A", 20, None, True), ("B", 15, "[u]", True), ("C", 40, None, True)]


def test_nobody_at_risk_is_not_applicable(
    connection: Connection, plant: Plant, first_release: Disclose, hes: DisclosurePolicy
) -> None:
    for statistic in STATISTICS[:-1]:
        plant("area", statistic, 0, 0, statistic=statistic, basis=None)
    first_release(hes)
    assert _shown(connection, "shorthand, value") == [("[z]", None)] * 7


def test_what_is_not_mature_says_so_and_nothing_else(
    connection: Connection, plant: Plant, first_release: Disclose, hes: DisclosurePolicy
) -> None:
    plant("total", "all", 20, 40, is_not_mature=True)
    first_release(hes)
    assert _shown(connection, f"{NUMBERS}, shorthand") == [(*[None] * 8, "[x]")]


def test_linkage_limits_lie_whole_steps_of_rounding_away(
    connection: Connection, plant: Plant, first_release: Disclose, hes: DisclosurePolicy
) -> None:
    # 32 to 34 of 81 by the draws: all are shown as 35 or 30 of 80, as any such counts would be.
    plant("total", "all", 33, 81)
    connection.execute(
        "create table indicators.linkage_range as select indicator_id, period_from, "
        "breakdown_type, breakdown, 1 as draws, 100 * 32 / 81 as linkage_lower, "
        "100 * 34 / 81 as linkage_upper from indicators.figure"
    )
    first_release(hes)
    found = _shown(connection, "value, linkage_lower, linkage_upper")
    assert found == [(Decimal("43.75"), Decimal("37.50"), Decimal("50.00"))]


def test_linkage_rates_stand_beside_figures_that_are_shown_in_whole_per_cent(
    connection: Connection, plant: Plant, first_release: Disclose, hes: DisclosurePolicy
) -> None:
    plant("area", "A", 33, 81, linkage_rate="0.9549")
    plant("area", "B", 3, 81, linkage_rate="0.9549")
    plant("area", "C", 33, 81, linkage_rate="0.9549", is_not_mature=True)
    plant("area", "D", 33, 81, linkage_rate=None)
    first_release(hes)
    rates = _shown(connection, "breakdown, linkage_rate")
    assert rates == [("A", Decimal("0.9500")), ("B", None), ("C", None), ("D", None)]


def test_a_mean_rounded_to_0_has_no_limits_rather_than_an_interval_of_no_width(
    connection: Connection,
    plant: Plant,
    first_release: Disclose,
    policies: dict[str, DisclosurePolicy],
) -> None:
    plant("total", "all", 0, 40, statistic="mean", spread=0.0)
    first_release(policies["opensafely_midpoint_6"])
    assert _shown(connection) == [(0, 39, 39, 0, None, None, None, None)]


@pytest.mark.parametrize(
    "policy", ["nhs_hes", "round_to_10", "under_5", "opensafely_redact", "opensafely_midpoint_6"]
)
def test_a_ratio_that_is_given_is_off_by_a_tenth_of_itself_and_of_100_at_most(
    connection: Connection,
    first_release: Disclose,
    policies: dict[str, DisclosurePolicy],
    policy: str,
) -> None:
    # Half a step of rounding above and below the line, of five steps expected or more. Chance alone
    # leaves more open: up to three times what was expected the true ratio is within the limits.
    connection.execute(
        """
        insert into indicators.figure by name
        select
            'kept' as indicator_id, 'Kept' as title, date '2025-01-01' as period_from,
            date '2025-03-31' as period_to, 'area' as breakdown_type,
            observed || '/' || tenths as breakdown, observed as numerator, 4000 as denominator,
            tenths / 10 as basis, 'isr' as statistic, 100 as multiplier, false as is_not_mature,
            10 * 100 * observed / tenths as value
        from range(121) as observations (observed)
        cross join range(1, 1201, 7) as expectations (tenths)
        """
    )
    mark_small(connection, only(policies[policy]))
    make_public(connection)
    query = """
        select
            count(*),
            max(abs(shown.value - truth.value) / (0.1 * truth.value + 10)),
            count(*) filter (
                where
                    truth.value <= 300
                    and (
                        truth.value < coalesce(shown.lower95, 0) - 0.01
                        or truth.value > shown.upper95 + 0.01
                    )
            )
        from public_figure as shown
        inner join indicators.figure as truth using (breakdown)
        where shown.value is not null
        """
    ((given, worst, beyond),) = connection.execute(query).fetchall()
    assert given > 3_000
    assert worst <= 1.001  # values are published to the hundredth
    assert beyond == 0


def test_no_draws_are_no_linkage_limits(
    connection: Connection, plant: Plant, first_release: Disclose, hes: DisclosurePolicy
) -> None:
    plant("total", "all", 33, 81)
    first_release(hes)
    assert _shown(connection, "linkage_lower, linkage_upper") == [(None, None)]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("case when not is_hidden then cell.shown_numerator end", "5", "no number"),
        ("when is_hidden then '[c]'", "when is_hidden then null", "says why"),
        (
            "case when not is_hidden then cell.shown_denominator end",
            "case when not is_hidden then cell.denominator end",
            "is rounded",
        ),
        ("when numerator is not null and", "when true and", "method"),
        (
            "case when not is_hidden then cell.shown_basis end",
            "case when not is_hidden then cell.basis end",
            "as shown",
        ),
        ("not is_hidden then cell.shown_numerator", "true then 5", "hidden range"),
        ("case when not is_hidden then linkage_rate", "case when true then linkage_rate", "number"),
    ],
)
def test_the_gate_stops_a_faulty_disclosure_step(
    connection: Connection,
    plant: Plant,
    first_release: Disclose,
    hes: DisclosurePolicy,
    monkeypatch: pytest.MonkeyPatch,
    old: str,
    new: str,
    rule: str,
) -> None:
    assert old in public._PUBLIC
    monkeypatch.setattr(public, "_PUBLIC", public._PUBLIC.replace(old, new))
    plant("total", "all", 5, 41)
    plant("sex", "F", 20, 41)
    plant("sex", "M", 21, 42)
    with pytest.raises(InsightError, match=rule):
        first_release(hes)


def test_the_gate_stops_a_ratio_to_too_few_expected_events(
    connection: Connection, plant: Plant, hes: DisclosurePolicy
) -> None:
    for name, expected in (("A", 21.0), ("B", 24.0)):
        plant("area", name, 20, 400, statistic="isr", basis=expected)
    mark_small(connection, only(hes))
    connection.execute("update disclosure_cell set is_hidden = false")
    make_public(connection)
    (fault,) = gate(connection)
    assert "enough expected events" in fault.expected
    assert fault.found.startswith("1 figures")
