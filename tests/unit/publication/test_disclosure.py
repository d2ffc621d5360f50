"""Disclosure control: what is withheld, what is rounded, and the gate that checks both."""

from __future__ import annotations

import csv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.publication import disclosure
from insight_pipeline.publication.disclosure import disclose
from insight_pipeline.publication.policy import DisclosurePolicy

Plant = Callable[..., None]
HES = DisclosurePolicy(
    title="t", source="s", hide_from=1, hide_to=7, round_to=5, guard_complement=True, secondary=True
)
NUMBERS = "numerator, denominator, value, lower95, upper95, lower998, upper998"


def _shown(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, int] | str]:
    """Breakdown → the counts shown, or the shorthand in their place."""
    rows = connection.execute(
        "select breakdown, numerator, denominator, shorthand from public_figure"
    ).fetchall()
    return {row[0]: row[3] or (row[1], row[2]) for row in rows}


@pytest.mark.parametrize(
    ("numerator", "denominator", "shown"),
    [
        (0, 40, (0, 40)),
        (1, 40, "[c]"),
        (7, 40, "[c]"),
        (8, 40, (10, 40)),
        (12, 41, (10, 40)),
        (13, 43, (15, 45)),
        (32, 40, (30, 40)),
        (33, 40, "[c]"),
        (39, 40, "[c]"),
        (40, 40, (40, 40)),
        (0, 7, "[c]"),
        (7, 7, "[c]"),
        (8, 8, (10, 10)),
        (0, 0, "[z]"),
    ],
)
def test_counts_and_complements_of_1_to_7_are_withheld_and_others_rounded(
    connection: duckdb.DuckDBPyConnection,
    plant: Plant,
    numerator: int,
    denominator: int,
    shown: object,
) -> None:
    plant("total", "all", numerator, denominator)
    disclose(connection, HES)
    assert _shown(connection) == {"all": shown}


def test_a_withheld_figure_has_no_number_and_no_method(
    connection: duckdb.DuckDBPyConnection, plant: Plant
) -> None:
    plant("total", "all", 5, 40)
    disclose(connection, HES)
    rows = connection.execute(f"select {NUMBERS}, ci_method from public_figure").fetchall()
    assert rows == [(None,) * 8]


def test_value_and_limits_come_from_the_rounded_counts(
    connection: duckdb.DuckDBPyConnection, plant: Plant
) -> None:
    plant("total", "all", 64, 101)
    disclose(connection, HES)
    rows = connection.execute(f"select {NUMBERS}, shorthand from public_figure").fetchall()
    limits = map(Decimal, ["65.00", "55.25", "73.64", "49.55", "77.84"])
    assert rows == [(65, 100, *limits, None)]


def test_a_rate_does_not_guard_the_rest_of_the_population(
    connection: duckdb.DuckDBPyConnection, plant: Plant
) -> None:
    plant("total", "all", 38, 40, statistic="rate", multiplier=100000)
    disclose(connection, HES)
    assert _shown(connection) == {"all": (40, 40)}


def test_a_figure_that_is_not_mature_is_not_shown(
    connection: duckdb.DuckDBPyConnection, plant: Plant
) -> None:
    plant("total", "all", 20, 40, is_not_mature=True)
    disclose(connection, HES)
    assert _shown(connection) == {"all": "[x]"}


def test_a_single_blank_takes_the_smallest_other_part_with_it(
    connection: duckdb.DuckDBPyConnection, plant: Plant
) -> None:
    plant("total", "all", 65, 200)
    plant("area", "A", 5, 50)
    plant("area", "B", 0, 50)
    plant("area", "C", 20, 50)
    plant("area", "D", 40, 50)
    disclose(connection, HES)
    assert _shown(connection) == {
        "all": (65, 200),
        "A": "[c]",
        "B": (0, 50),
        "C": "[c]",
        "D": (40, 50),
    }


def test_two_blanks_of_one_kind_need_no_third(
    connection: duckdb.DuckDBPyConnection, plant: Plant
) -> None:
    plant("total", "all", 49, 150)
    plant("area", "A", 5, 50)
    plant("area", "B", 4, 50)
    plant("area", "C", 40, 50)
    disclose(connection, HES)
    assert _shown(connection)["C"] == (40, 50)


def test_a_withheld_total_cannot_be_added_up_from_its_parts(
    connection: duckdb.DuckDBPyConnection, plant: Plant
) -> None:
    plant("total", "all", 95, 100)
    plant("sex", "F", 45, 50, is_not_mature=False)
    plant("sex", "M", 50, 50)
    disclose(connection, HES)
    assert _shown(connection) == {"all": "[c]", "F": "[c]", "M": (50, 50)}
    plant("area", "A", 40, 40)
    plant("area", "B", 50, 50)
    disclose(connection, HES)
    assert _shown(connection)["A"] == "[c]"


def test_an_only_part_takes_the_total_and_through_it_a_part_of_another_kind(
    connection: duckdb.DuckDBPyConnection, plant: Plant
) -> None:
    plant("total", "all", 20, 60)
    plant("provider", "homestead", 6, 30)
    plant("sex", "F", 9, 30)
    plant("sex", "M", 11, 30)
    disclose(connection, HES)
    assert _shown(connection) == {
        "all": "[c]",
        "homestead": "[c]",
        "F": "[c]",
        "M": (10, 30),
    }


def test_one_period_does_not_protect_or_expose_another(
    connection: duckdb.DuckDBPyConnection, plant: Plant
) -> None:
    plant("total", "all", 45, 100)
    plant("area", "A", 5, 50)
    plant("area", "B", 40, 50)
    later = {"period_from": "2025-04-01", "period_to": "2025-06-30"}
    plant("total", "all", 80, 100, **later)
    plant("area", "A", 40, 50, **later)
    plant("area", "B", 40, 50, **later)
    disclose(connection, HES)
    query = "select period_from::varchar, count(*) from public_figure where shorthand = '[c]' "
    assert connection.execute(query + "group by all").fetchall() == [("2025-01-01", 2)]


def test_without_secondary_suppression_a_single_blank_stays_alone(
    connection: duckdb.DuckDBPyConnection, plant: Plant
) -> None:
    plant("total", "all", 45, 100)
    plant("area", "A", 5, 50)
    plant("area", "B", 40, 50)
    disclose(connection, HES.model_copy(update={"secondary": False}))
    assert _shown(connection) == {"all": (45, 100), "A": "[c]", "B": (40, 50)}


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    wards=st.lists(
        st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
        min_size=1,
        max_size=6,
    ),
    women=st.integers(0, 100),
)
def test_no_line_of_any_table_has_exactly_one_blank(
    connection: duckdb.DuckDBPyConnection,
    plant: Plant,
    wards: list[tuple[int, int]],
    women: int,
) -> None:
    connection.execute("delete from indicators.figure")
    total_x, total_n = (sum(pair[i] for pair in wards) for i in (0, 1))
    plant("total", "all", total_x, total_n)
    for place, (x, n) in enumerate(wards):
        plant("area", f"W{place}", x, n)
    female = total_x * women // 100, total_n * women // 100
    if female[0] <= female[1] and total_x - female[0] <= total_n - female[1]:
        plant("sex", "F", *female)
        plant("sex", "M", total_x - female[0], total_n - female[1])
    disclose(connection, HES)
    blanks = {
        kind: connection.execute(
            "select count(*) filter (where shorthand = '[c]'), count(*) filter (where "
            "breakdown_type = ?) from public_figure where breakdown_type in ('total', ?)",
            [kind, kind],
        ).fetchall()[0]
        for kind in ("area", "sex")
    }
    assert all(hidden != 1 or not members for hidden, members in blanks.values()), blanks


@pytest.mark.shared
@pytest.mark.parametrize(
    ("rule", "policy"),
    [
        ("hes_1_7_round5", HES),
        ("redact_le7_then_round5", HES),
    ],
)
def test_cells_are_treated_as_in_the_published_examples(
    connection: duckdb.DuckDBPyConnection,
    plant: Plant,
    shared_path: Callable[[str], Path],
    rule: str,
    policy: DisclosurePolicy,
) -> None:
    with shared_path("vectors/sdc/cell_rules.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["rule"] == rule]
    cases = [row for row in rows if row["input"].isdigit() and row["expected"] != "ERROR"]
    assert len(cases) >= 5
    alone = policy.model_copy(update={"secondary": False})
    for case in cases:
        connection.execute("delete from indicators.figure")
        plant("total", "all", int(case["input"]), 200_000_000)
        disclose(connection, alone)
        found = connection.execute("select numerator from public_figure").fetchall()[0][0]
        expected = int(case["expected"]) if case["expected"].isdigit() else None
        assert found == expected, case


def test_the_order_of_the_figures_does_not_matter(
    connection: duckdb.DuckDBPyConnection, plant: Plant
) -> None:
    plant("total", "all", 65, 200)
    for name, numerator in (("A", 5), ("B", 20), ("C", 20), ("D", 20)):
        plant("area", name, numerator, 50)
    disclose(connection, HES)
    first = connection.execute("select * from public_figure").fetchall()
    connection.execute(
        "create or replace table indicators.figure as "
        "select * from indicators.figure order by breakdown desc"
    )
    disclose(connection, HES)
    assert connection.execute("select * from public_figure").fetchall() == first


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("case when not is_hidden then round", "case when true then round", "no number"),
        ("when is_hidden then '[c]'", "when is_hidden then null", "says why"),
        ("round_to_base(cell.denominator, policy.round_to)", "cell.denominator", "is rounded"),
        ("case when numerator is not null then figure", "case when true then figure", "method"),
    ],
)
def test_the_gate_stops_a_faulty_disclosure_step(
    connection: duckdb.DuckDBPyConnection,
    plant: Plant,
    monkeypatch: pytest.MonkeyPatch,
    old: str,
    new: str,
    rule: str,
) -> None:
    assert old in disclosure._PUBLIC
    monkeypatch.setattr(disclosure, "_PUBLIC", disclosure._PUBLIC.replace(old, new))
    plant("total", "all", 5, 41)
    plant("sex", "F", 20, 41)
    plant("sex", "M", 21, 42)
    with pytest.raises(InsightError, match=rule):
        disclose(connection, HES)
