"""The ledger: nothing is overwritten, and what it says adds up whatever the nights bring."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import groupby, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.indicators.corrections import Correction
from insight_pipeline.indicators.revision_rules import FIRST, REASONS, STATUSES
from insight_pipeline.kernel.strict import validate
from tests.unit.indicators.nights import QUARTER, Delivery, Night, Warehouse, warehouse

NUMBERS = "breakdown, revision_no, numerator, value, status, reason_code, previous_value"
BOTH = {"all": (40, 100), "F": (10, 50)}


def correction(**said: object) -> Correction:
    given = {
        "indicator": "kept",
        "periods": [{"from": "2025-01-01", "to": "2025-03-31"}],
        "explanation": "The gym sent a day twice.",
        "date": "2025-07-01",
        "reason": "error",
        **said,
    }
    return validate(given, Correction, "here")


def test_a_figure_seen_first_is_revision_1_without_a_difference() -> None:
    with warehouse() as nights:
        counts = nights.run(Night({"all": (40, 100)}))
        columns = "revision_no, numerator, denominator, basis, value, status, reason_code, "
        columns += "previous_value, difference, as_of_date, night_no"
        assert nights.ledger(columns) == [
            (1, 40, 100, 100.0, Decimal(40), "final", "first", None, None, date(2025, 12, 31), 1)
        ]
    assert (counts.new, counts.unchanged, counts.revised) == (1, 0, {})


def test_a_night_that_changes_nothing_adds_nothing_and_is_no_night_of_the_ledger() -> None:
    with warehouse() as nights:
        nights.run(Night(BOTH))
        before = nights.ledger()
        later = Night(BOTH, [Delivery("d2")], marks={"people": "p2", "statistics": "s2"})
        counts = nights.run(later)
        assert nights.ledger() == before
        assert (counts.new, counts.unchanged, counts.revised) == (0, 2, {})
        nights.run(Night({**BOTH, "all": (41, 100)}, [Delivery("d2")], marks={"people": "p3"}))
        assert nights.ledger("night_no")[-1] == (2,)


def test_a_changed_figure_gets_the_next_number_and_the_old_row_stays() -> None:
    with warehouse() as nights:
        nights.run(Night(BOTH))
        first = nights.ledger()
        counts = nights.run(Night({**BOTH, "all": (42, 100)}, marks={"people": "p2"}))
        rows = nights.ledger(f"{NUMBERS}, difference")
        assert rows[1:] == [
            ("all", 1, 40, Decimal(40), "final", "first", None, None),
            ("all", 2, 42, Decimal(42), "revised", "linkage", Decimal(40), Decimal(2)),
        ]
        assert set(first) <= set(nights.ledger())
    assert (counts.new, counts.unchanged, counts.revised) == (0, 1, {"linkage": 1})


def test_a_figure_is_provisional_until_it_is_mature_and_old_enough() -> None:
    with warehouse() as nights:
        same = {"all": (40, 100)}
        nights.run(Night(same, not_mature=True))
        nights.run(Night(same, reached=date(2025, 4, 27)))
        assert [row[0] for row in nights.ledger("status")] == ["provisional"]
        nights.run(Night(same, reached=date(2025, 4, 28)))
        assert nights.ledger("status, reason_code, difference, as_of_date") == [
            ("provisional", "first", None, date(2025, 12, 31)),
            ("final", "late_data", Decimal(0), date(2025, 4, 28)),
        ]


def test_a_figure_made_final_by_another_minimum_maturity_is_so_by_method() -> None:
    with warehouse() as nights:
        nights.run(Night({"all": (40, 100)}, reached=date(2025, 4, 20)))
        nights.run(Night({"all": (40, 100)}, reached=date(2025, 4, 20), maturity_days=7))
        assert nights.ledger("status, reason_code")[1] == ("final", "method")


def test_a_figure_that_comes_back_to_what_was_final_is_final_again() -> None:
    with warehouse() as nights:
        nights.run(Night({"all": (40, 100)}))
        nights.run(Night({"all": (39, 100)}, not_mature=True))
        nights.run(Night({"all": (40, 100)}))
        nights.run(Night({"all": (41, 100)}))
        statuses = [row[0] for row in nights.ledger("status")]
    assert statuses == ["final", "provisional", "final", "revised"]


def test_a_figure_that_is_no_longer_given_is_withdrawn_and_may_return() -> None:
    with warehouse() as nights:
        nights.run(Night(BOTH))
        counts = nights.run(Night({"all": (40, 100)}, marks={"method": "m2"}))
        nights.run(Night({"all": (40, 100)}, marks={"method": "m2"}))
        nights.run(Night(BOTH, marks={"method": "m3"}))
        rows = nights.ledger("revision_no, numerator, status, reason_code, difference")
        assert rows[:3] == [
            (1, 10, "final", "first", None),
            (2, None, "withdrawn", "method", None),
            (3, 10, "final", "method", None),
        ]
    assert (counts.unchanged, counts.revised) == (1, {"method": 1})


def test_a_value_without_a_denominator_has_no_difference() -> None:
    with warehouse() as nights:
        nights.run(Night({"all": (0, 0)}))
        nights.run(Night({"all": (1, 2)}, [Delivery("d2")]))
        nights.run(Night({"all": (2, 2)}, [Delivery("d3")]))
        differences = [row[0] for row in nights.ledger("difference")]
    assert differences == [None, None, Decimal(50)]


def test_a_declared_correction_gives_its_reason_to_the_next_change_alone() -> None:
    declared = [correction()]
    with warehouse() as nights:
        nights.run(Night(BOTH))
        nights.run(Night({**BOTH, "all": (38, 100)}, [Delivery("d2")], declared=declared))
        moved = {"all": (37, 100), "F": (9, 50)}
        nights.run(Night(moved, [Delivery("d2"), Delivery("d3")], declared=declared))
        assert nights.reasons() == ["first", "error", "late_data"]
        assert nights.reasons("F") == ["first", "error"]
        used = {row for row in nights.ledger("correction_id, reason_code") if row[0]}
        assert used == {(declared[0].correction_id, "error")}


@pytest.mark.parametrize(
    "said",
    [
        {"release": "2025-06-30-0123456789ab"},
        {"periods": [{"from": "2025-04-01", "to": "2025-06-30"}]},
        {"periods": [{"from": "2025-01-02", "to": "2025-06-30"}]},
    ],
)
def test_a_correction_of_other_figures_or_of_a_past_release_gives_no_reason(
    said: dict[str, object],
) -> None:
    with warehouse() as nights:
        nights.run(Night({"all": (40, 100)}))
        late = Night({"all": (41, 100)}, [Delivery("d2")], declared=[correction(**said)])
        nights.run(late)
        assert nights.reasons() == ["first", "late_data"]


# Many figures side by side: each is a random sequence of its own, for the price of one night.
NAMES = [f"F{number}" for number in range(40)]
COUNTS = st.none() | st.tuples(st.integers(0, 3), st.integers(0, 3))
FIGURES = st.lists(COUNTS, min_size=len(NAMES), max_size=len(NAMES)).map(
    lambda counts: {name: each for name, each in zip(NAMES, counts, strict=True) if each}
)
NIGHTS = st.lists(
    st.builds(
        Night,
        figures=FIGURES,
        not_mature=st.booleans(),
        marks=st.fixed_dictionaries({"method": st.sampled_from("mn")}),
    ),
    min_size=1,
    max_size=6,
)
AFTER = {
    None: {"provisional", "final"},
    "provisional": {"provisional", "final", "revised", "withdrawn"},
    "final": {"provisional", "revised", "withdrawn"},
    "revised": {"provisional", "revised", "withdrawn"},
    "withdrawn": {"provisional", "final", "revised"},
}


def histories(nights: Warehouse) -> list[list[dict[str, object]]]:
    """Each figure's rows of the ledger, first to last."""
    query = "from indicators.figure_revision order by breakdown, revision_no"
    rows = nights.connection.sql(query).to_arrow_table().to_pylist()
    return [list(group) for _, group in groupby(rows, key=lambda row: row["breakdown"])]


@settings(max_examples=8, deadline=None)
@given(NIGHTS)
def test_whatever_the_nights_bring_the_ledger_adds_up(given_nights: list[Night]) -> None:
    with warehouse() as nights:
        for night in given_nights:
            counts = nights.run(night)
            rows = nights.ledger()
            again = nights.run(night)
            assert nights.ledger() == rows, "a rerun adds nothing"
            assert (again.new, again.revised) == (0, {})
            told = counts.new + counts.unchanged + sum(counts.revised.values())
            assert told >= len(night.figures)
        for history in histories(nights):
            _is_sound(history)
        last = {h[-1]["breakdown"]: h[-1] for h in histories(nights)}
        standing = {name for name, row in last.items() if row["status"] != "withdrawn"}
        assert standing == set(given_nights[-1].figures)
        for name, (numerator, denominator) in given_nights[-1].figures.items():
            assert (last[name]["numerator"], last[name]["denominator"]) == (numerator, denominator)
            waits = last[name]["status"] == "provisional"
            assert waits == given_nights[-1].not_mature


def _is_sound(history: list[dict[str, object]]) -> None:
    """Numbers consecutive, statuses legal, differences adding up between values that are there."""
    assert [row["revision_no"] for row in history] == list(range(1, len(history) + 1))
    statuses = [None, *(row["status"] for row in history)]
    assert all(after in AFTER[before] for before, after in pairwise(statuses))  # type: ignore[index]
    assert set(statuses[1:]) <= set(STATUSES)
    settled = [row["status"] for row in history if row["status"] in ("final", "revised")]
    assert settled[:1] in ([], ["final"])
    assert [row["reason_code"] for row in history].index(FIRST) == 0
    assert {row["reason_code"] for row in history[1:]} <= set(REASONS)
    assert history[0]["previous_value"] is None
    for before, after in pairwise(history):
        assert after["previous_value"] == before["value"]
    for has_value, group in groupby(history, key=lambda row: row["value"] is not None):
        run = list(group)
        changes = [row["difference"] for row in run[1:]]
        if has_value:
            assert sum(changes) == run[-1]["value"] - run[0]["value"]  # type: ignore[arg-type, operator]
        else:
            assert changes == [None] * len(changes)
        assert run[0]["difference"] is None


@settings(max_examples=4, deadline=None)
@given(NIGHTS)
def test_nights_in_another_order_end_with_the_same_figures_at_the_end(
    given_nights: list[Night],
) -> None:
    """History follows the order; what stands last does not."""
    newest = "qualify row_number() over (partition by breakdown order by revision_no desc) = 1"
    query = (
        "select breakdown, numerator, denominator, value from "
        f"(from indicators.figure_revision {newest}) where status <> 'withdrawn' order by all"
    )
    found = []
    for order in (given_nights, [*reversed(given_nights[:-1]), given_nights[-1]]):
        with warehouse() as nights:
            for night in order:
                nights.run(night)
            found.append(nights.connection.execute(query).fetchall())
    assert found[0] == found[1]


def test_periods_are_kept_apart() -> None:
    with warehouse() as nights:
        nights.run(Night({"all": (40, 100)}))
        nights.run(Night({"all": (41, 100)}, period=(date(2025, 4, 1), date(2025, 6, 30))))
        rows = nights.ledger("period_from, revision_no, status")
    assert sorted(rows) == [
        (QUARTER[0], 1, "final"),
        (QUARTER[0], 2, "withdrawn"),
        (date(2025, 4, 1), 1, "final"),
    ]
