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
from insight_pipeline.publication.disclosure.policy import DisclosurePolicy

Connection = duckdb.DuckDBPyConnection
Plant = Callable[..., None]
Disclose = Callable[..., Any]
NUMBERS = "numerator, denominator, basis, value, lower95, upper95, lower998, upper998"
STATISTICS = ("proportion", "rate", "dsr", "isr", "mean", "count")


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
    columns = f"{NUMBERS}, linkage_lower, linkage_upper, ci_method"
    assert _shown(connection, columns) == [(None,) * 11]
    assert _shown(connection, "shorthand") == [("[c]",)]


@settings(
    max_examples=60,
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
    denominator = numerator + more
    free = statistic in ("dsr", "isr") and denominator > 0
    bases = {"basis": basis if free else 1.0 if statistic == "count" else float(denominator)}
    plant("total", "all", numerator, denominator, statistic=statistic, spread=1.5, **bases)
    first_release(policies[policy])
    ((x, n, shown_basis, value, *limits),) = _shown(connection)
    if value is None:
        assert limits == [None] * 4
        assert x is None or n == 0
        return
    assert value == (Decimal(x) / shown_basis * 100).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    if statistic in ("proportion", "rate", "mean"):
        assert shown_basis == n
    lower95, upper95, lower998, upper998 = limits
    if statistic != "count":
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
    assert _shown(connection, "shorthand, value") == [("[z]", None)] * 5


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
        ("case when numerator is not null then figure", "case when true then figure", "method"),
        (
            "case when not is_hidden then cell.shown_basis end",
            "case when not is_hidden then cell.basis end",
            "as shown",
        ),
        ("not is_hidden then cell.shown_numerator", "true then 5", "hidden range"),
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
