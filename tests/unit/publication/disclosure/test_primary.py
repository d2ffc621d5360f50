"""What is withheld for its own sake, and how the rest is rounded: every rule of every policy."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.publication.disclosure.policy import (
    DisclosurePolicy,
    PoliciesInForce,
    only,
)
from insight_pipeline.publication.disclosure.primary import mark_small

Connection = duckdb.DuckDBPyConnection
Plant = Callable[..., None]
Disclose = Callable[..., Any]
Policies = dict[str, DisclosurePolicy]
# Rule of the reference cases → our policy.
RULES = {
    "hes_1_7_round5": "nhs_hes",
    "redact_le7_then_round5": "opensafely_redact",
    "midpoint6": "opensafely_midpoint_6",
}
STANDARDISED = {"multiplier": 100_000, "basis": 3000.0, "spread": 0.0004}


def _is_withheld(connection: Connection, policy: DisclosurePolicy) -> bool:
    mark_small(connection, only(policy))
    query = "select is_hidden from disclosure_cell"
    return bool(connection.execute(query).fetchall()[0][0])


def _published(
    connection: Connection, first_release: Disclose, policy: DisclosurePolicy, count: str
) -> str:
    """What becomes of one count as it is published: a number, a blank or an error."""
    connection.execute("update indicators.figure set numerator = ?::decimal(18, 1)", [count])
    try:
        first_release(policy)
    except InsightError:
        return "ERROR"
    found = connection.execute("select numerator, shorthand from public_figure").fetchall()[0]
    return "withheld" if found[1] == "[c]" else str(found[0])


@pytest.mark.shared
@pytest.mark.parametrize(("rule", "cases"), [*zip(RULES, (12, 7, 19), strict=True)])
def test_every_count_is_treated_as_in_the_published_examples(
    connection: Connection,
    plant: Plant,
    first_release: Disclose,
    policies: Policies,
    shared_path: Callable[[str], Path],
    record_property: Callable[[str, object], None],
    rule: str,
    cases: int,
) -> None:
    with shared_path("vectors/sdc/cell_rules.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["rule"] == rule]
    connection.execute("alter table indicators.figure alter numerator type decimal(18, 1)")
    plant("total", "all", 20, 0, statistic="count", multiplier=1, basis=1.0)
    blank = {"*": "withheld", "[REDACTED]": "withheld"}
    for row in rows:
        found = _published(connection, first_release, policies[RULES[rule]], row["input"])
        assert found == blank.get(row["expected"], row["expected"]), row
    assert len(rows) == cases
    record_property("figure", f"sdc/cell_rules.csv: {rule}, {cases} of {cases} equal")


@pytest.mark.parametrize(
    ("numerator", "denominator", "is_withheld"),
    [
        (0, 40, False),
        (1, 40, True),
        (7, 40, True),
        (8, 40, False),
        (32, 40, False),
        (33, 40, True),
        (39, 40, True),
        (40, 40, False),
        (0, 7, True),
        (7, 7, True),
        (8, 8, False),
        (0, 0, False),
        # A rest of 8 that the reader would subtract to 5.
        (18, 26, True),
    ],
)
def test_small_counts_and_small_rests_of_a_proportion_are_withheld(
    connection: Connection,
    plant: Plant,
    hes: DisclosurePolicy,
    numerator: int,
    denominator: int,
    is_withheld: bool,
) -> None:
    plant("total", "all", numerator, denominator)
    assert _is_withheld(connection, hes) is is_withheld


@pytest.mark.parametrize(
    ("policy", "statistic", "numerator", "is_withheld"),
    [
        ("nhs_hes", "rate", 38, False),
        ("ons_rates", "rate", 0, True),
        ("ons_rates", "rate", 2, True),
        ("ons_rates", "rate", 3, False),
        ("ons_rates", "isr", 9, True),
        ("ons_rates", "isr", 10, False),
        ("nhs_hes", "isr", 8, False),
        ("nhs_hes", "dsr", 9, True),
        ("nhs_hes", "dsr", 10, False),
        ("none", "dsr", 9, True),
        ("none", "rate", 1, False),
    ],
)
def test_a_rate_of_too_few_events_is_not_given(
    connection: Connection,
    plant: Plant,
    policies: Policies,
    policy: str,
    statistic: str,
    numerator: int,
    is_withheld: bool,
) -> None:
    plant("total", "all", numerator, 40, **{**STANDARDISED, "statistic": statistic})
    assert _is_withheld(connection, policies[policy]) is is_withheld


@pytest.mark.parametrize(
    ("policy", "expected", "is_withheld"),
    [
        ("nhs_hes", 2.4, True),
        # Shown as 20 and as 25: what decides is the number shown.
        ("nhs_hes", 22.49, True),
        ("nhs_hes", 22.5, False),
        ("round_to_10", 44.9, True),
        ("round_to_10", 45.0, False),
        ("opensafely_midpoint_6", 30.0, True),
        ("opensafely_midpoint_6", 30.1, False),
        ("under_5", 4.4, True),
        ("under_5", 4.5, False),
        ("none", 0.3, False),
    ],
)
def test_a_ratio_to_too_few_expected_events_is_not_given(
    connection: Connection,
    plant: Plant,
    policies: Policies,
    policy: str,
    expected: float,
    is_withheld: bool,
) -> None:
    plant("area", "A", 20, 400, statistic="isr", basis=expected)
    assert _is_withheld(connection, policies[policy]) is is_withheld


@pytest.mark.parametrize("policy", ["round_to_10", "opensafely_midpoint_6"])
def test_a_sum_of_fractions_does_not_tell_on_which_side_of_a_step_its_count_lies(
    connection: Connection, plant: Plant, policies: Policies, policy: str
) -> None:
    # The total's expected number is its count, but for the last bits of the sum.
    for count in range(40, 100):
        for bit in (-1e-12, 1e-12):
            plant("total", f"{count} {bit}", count, 900, statistic="isr", basis=count + bit)
    mark_small(connection, only(policies[policy]))
    query = "select count(*), count(*) filter (where shown_basis = shown_numerator)"
    assert connection.execute(f"{query} from disclosure_cell").fetchall() == [(120, 120)]


@pytest.mark.parametrize(
    ("amounts", "is_withheld"),
    [
        ([1] * 7, True),
        ([4, 5, 6] * 4, False),
        ([9] * 12, False),
        ([0] * 11 + [60], True),
        # That nobody has any is told of everybody in it.
        ([0] * 12, True),
        ([0] * 10 + [30, 30], True),
        ([2] * 9 + [20, 20, 20], False),
        ([-2, 2] * 6, True),
    ],
)
def test_a_mean_is_withheld_when_few_people_are_in_it_or_one_has_most_of_it(
    connection: Connection,
    plant: Plant,
    hes: DisclosurePolicy,
    amounts: list[int],
    is_withheld: bool,
) -> None:
    count, total = len(amounts), sum(amounts)
    spread = (sum((a - total / count) ** 2 for a in amounts) / (count - 1)) ** 0.5
    plant("total", "all", total, count, statistic="mean", multiplier=1, spread=spread)
    assert _is_withheld(connection, hes) is is_withheld


def test_a_mean_of_nothing_is_given_where_nobody_is_or_nothing_is_hidden(
    connection: Connection, plant: Plant, policies: Policies
) -> None:
    mean = {"statistic": "mean", "multiplier": 1}
    plant("total", "all", 0, 0, **mean, basis=None)
    assert not _is_withheld(connection, policies["nhs_hes"])
    connection.execute("delete from indicators.figure")
    plant("total", "all", 0, 40, **mean, spread=0.0)
    assert not _is_withheld(connection, policies["none"])


def test_what_is_not_mature_is_withheld(
    connection: Connection, plant: Plant, hes: DisclosurePolicy
) -> None:
    plant("total", "all", 20, 40, is_not_mature=True)
    assert _is_withheld(connection, hes)


def test_what_cannot_be_decided_is_withheld(
    connection: Connection, plant: Plant, hes: DisclosurePolicy
) -> None:
    plant("total", "all", 20, 40, is_not_mature=None)
    assert _is_withheld(connection, hes)


def test_each_indicator_has_its_own_policy(
    connection: Connection, plant: Plant, policies: Policies
) -> None:
    plant("total", "all", 3, 40)
    plant("total", "all", 3, 40, indicator_id="other")
    mark_small(connection, PoliciesInForce("nhs_hes", policies, {"other": "none"}))
    query = "select indicator_id, is_hidden, disclosure_policy from disclosure_cell order by all"
    assert connection.execute(query).fetchall() == [
        ("kept", True, "nhs_hes"),
        ("other", False, "none"),
    ]


@pytest.mark.parametrize(
    ("numerator", "denominator", "rule"),
    [(-1, 40, "counts of 0 or more"), (20, None, "counts of 0 or more"), (8, 10**9, "largest")],
)
def test_counts_that_cannot_be_are_refused_and_named_by_number_only(
    connection: Connection,
    plant: Plant,
    hes: DisclosurePolicy,
    numerator: int,
    denominator: int | None,
    rule: str,
) -> None:
    plant("total", "all", numerator, 40)
    connection.execute("update indicators.figure set denominator = ?", [denominator])
    with pytest.raises(InsightError, match=rule) as refused:
        mark_small(connection, only(hes))
    assert "1 figures that break this" in str(refused.value)


def test_a_mean_of_amounts_may_be_below_0(
    connection: Connection, plant: Plant, hes: DisclosurePolicy
) -> None:
    plant("total", "all", -60, 20, statistic="mean", multiplier=1, spread=1.0)
    assert not _is_withheld(connection, hes)


def test_a_shared_cohort_that_is_not_shared_is_refused(
    connection: Connection, plant: Plant, policies: Policies
) -> None:
    plant("total", "all", 20, 40)
    plant("total", "all", 20, 41, indicator_id="other")
    shared = PoliciesInForce("nhs_hes", policies, {}, (("kept", "other"),))
    with pytest.raises(InsightError, match="shared_cohorts, kept"):
        mark_small(connection, shared)
