"""What is known of a block: lines, claims, shared cohorts, several providers, expected numbers."""

from __future__ import annotations

import numpy as np

from insight_pipeline.publication.disclosure.attack import attack
from insight_pipeline.publication.disclosure.block import Block
from insight_pipeline.publication.disclosure.building import build_block
from insight_pipeline.publication.disclosure.policy import DisclosurePolicy
from insight_pipeline.publication.disclosure.told import (
    DENOMINATOR,
    EXPECTED,
    NUMERATOR,
    Counted,
    Told,
)

EXACT = DisclosurePolicy(title="t", source="s", hide_to=4, guard_complement=True, secondary=True)
HES = DisclosurePolicy(
    title="t", source="s", hide_to=7, round_to=5, guard_complement=True, secondary=True
)


def rate(
    kind: str,
    breakdown: str,
    count: int | None,
    persons: int = 1000,
    truth: int = 3,
    indicator: str = "a",
) -> Counted:
    """A rate that is shown, or withheld when `count` is None and the truth another."""
    told = Told(
        indicator, kind, breakdown, "rate", EXACT, count, count and persons, count and persons
    )
    return Counted(told, {NUMERATOR: truth if count is None else count, DENOMINATOR: persons})


def ranges(block: Block, figures: list[Counted]) -> list[tuple[float, float] | None]:
    """Range of the numerator of every figure that is withheld."""
    is_hidden = np.array([not counted.told.is_shown for counted in figures])
    known = block.known(is_hidden)
    return [attack(known, block.targets[place][0].column) for place in np.flatnonzero(is_hidden)]


def alone(name: str) -> str:
    return name


def test_parts_add_up_to_their_total() -> None:
    figures = [
        rate("area", "A", None),
        rate("area", "B", 20),
        rate("sex", "F", None, truth=11),
        rate("sex", "M", None, truth=12),
        rate("total", "all", 23),
    ]
    assert ranges(build_block(figures, (), alone), figures) == [(3, 3), (0, 23), (0, 23)]


def test_lines_meet_in_the_total() -> None:
    figures = [
        rate("area", "A", None),
        rate("area", "B", 20),
        rate("sex", "F", 11),
        rate("sex", "M", 12),
        rate("total", "all", None, truth=23),
    ]
    assert ranges(build_block(figures, (), alone), figures) == [(3, 3), (23, 23)]


def test_an_event_of_several_providers_counts_in_each() -> None:
    # 30 and 25 of 40 in all: 15 were with both. Who does not know how many were with both knows
    # only that nothing is missing.
    figures = [
        rate("provider", "P", None, truth=30),
        rate("provider", "Q", 25),
        rate("total", "all", 40),
    ]
    assert ranges(build_block(figures, (), alone), figures) == [(15, 30)]


def test_people_in_no_area_are_not_more_than_there_are() -> None:
    figures = [rate("area", "A", None, truth=6), rate("area", "B", 20), rate("total", "all", 29)]
    assert ranges(build_block(figures, (), alone), figures) == [(6, 9)]


def test_indicators_of_one_cohort_share_their_denominators() -> None:
    figures = [
        rate("total", "all", None, 50, indicator="a"),
        rate("total", "all", 20, 50, indicator="b"),
    ]
    is_hidden = np.array([True, False])
    apart, together = (
        build_block(figures, (), cohort).known(is_hidden) for cohort in (alone, lambda name: "a")
    )
    assert apart.low.tolist() == [0, 0, 20, 50]
    assert together.low.tolist() == [0, 50, 20]
    # It is no secret then.
    block = build_block(figures, (), lambda name: "a")
    assert [target.column for target in block.withheld(is_hidden)] == [0]
    assert [t.column for t in block.withheld(np.array([True, True]))] == [0, 1, 2, 1]


def test_expected_numbers_add_up_to_what_was_observed_in_all() -> None:
    def ratio(kind: str, name: str, count: int, expected: float) -> Counted:
        told = Told("a", kind, name, "isr", HES, count, 1000, round(expected / 5) * 5)
        counts = {NUMERATOR: float(count), DENOMINATOR: 1000.0}
        return Counted(told, counts | ({EXPECTED: expected} if kind != "total" else {}))

    figures = [
        ratio("sex", "F", 10, 12.4),
        ratio("sex", "M", 10, 7.6),
        ratio("total", "all", 20, 20.0),
    ]
    block = build_block(figures, (), alone)
    nothing = np.zeros(3, dtype=bool)
    total = block.targets[2][0].column
    # 18 to 22 by itself, and 7.5 to 12.5 twice by the expected numbers.
    assert attack(block.known(nothing), total) == (18, 22)
    assert block.system.is_count.tolist().count(False) == 2


def test_amounts_of_a_mean_may_be_below_0() -> None:
    told = Told("a", "total", "all", "mean", HES, None, None, None)
    figures = [Counted(told, {NUMERATOR: -60.0, DENOMINATOR: 3.0})]
    (found,) = ranges(build_block(figures, (), alone), figures)
    assert found is not None and found[0] < -60 < found[1]


def test_an_earlier_release_holds_until_it_is_contradicted() -> None:
    before = [
        rate("area", "A", None),
        rate("area", "B", 20),
        rate("area", "C", None, truth=7),
        rate("total", "all", 30),
    ]
    tonight = [rate("area", "A", None), rate("area", "B", None, truth=20), *before[2:3]]
    tonight += [rate("total", "all", 30)]
    release = [counted.told for counted in before]
    found = ranges(build_block(tonight, [release], alone), tonight)
    assert found == [(0, 10), (20, 20), (0, 10)]
    revised = [*tonight[:3], rate("total", "all", 33)]
    assert ranges(build_block(revised, [release], alone), revised)[1] == (20, 20)


def test_a_figure_taken_for_revised_has_a_count_for_every_time_it_was_withheld() -> None:
    before = [rate("area", "A", None), rate("area", "B", 20), rate("total", "all", 23)]
    tonight = [rate("area", "A", 9), rate("area", "B", 20), rate("total", "all", 29)]
    release = [counted.told for counted in before]
    block = build_block(tonight, [release], alone, {("a", "area", "A")})
    assert len(block.earlier) == 2
    known = block.known(np.zeros(3, dtype=bool))
    assert {attack(known, target.column) for target in block.earlier} == {(3, 3), (0, 1000)}
