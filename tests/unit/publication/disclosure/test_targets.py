"""What is to be protected of a withheld figure: sums of amounts by their size, counts by theirs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.publication.disclosure.attack import attack
from insight_pipeline.publication.disclosure.attacker import Attacker
from insight_pipeline.publication.disclosure.audit import Judgement, judge
from insight_pipeline.publication.disclosure.building import build_block
from insight_pipeline.publication.disclosure.policy import DisclosurePolicy
from insight_pipeline.publication.disclosure.told import DENOMINATOR, NUMERATOR, Counted, Told

HES = DisclosurePolicy(
    title="t",
    source="s",
    hide_to=7,
    round_to=5,
    guard_complement=True,
    secondary=True,
    protection_width=3,
)
Release = Sequence[Told]


def alone(name: str) -> str:
    return name


def mean(kind: str, name: str, amount: int, people: int, *, is_shown: bool = True) -> Counted:
    """A mean of amounts: both numbers to the nearest 5, or withheld."""
    x, n = ((2 * v + 5) // 10 * 5 if is_shown else None for v in (amount, people))
    told = Told("a", kind, name, "mean", HES, x, n, n)
    return Counted(told, {NUMERATOR: float(amount), DENOMINATOR: float(people)})


def delays(*, is_dominated: bool = False) -> list[Counted]:
    """2,600 days of 80 people; C is one person, or ten of whom one has most of it."""
    people = 10 if is_dominated else 1
    return [
        mean("area", "A", 900, 40),
        mean("area", "B", 700, 40 - people),
        mean("area", "C", 1000, people, is_shown=False),
        mean("total", "all", 2600, 80),
    ]


def judged(figures: Sequence[Counted], releases: Sequence[Release] = ()) -> Judgement:
    return judge(figures, releases, alone, may_hide=True)


def amounts(figures: Sequence[Counted], is_hidden: Sequence[bool]) -> dict[str, tuple[float, ...]]:
    """What can be worked out of every amount that is withheld."""
    block = build_block(figures, (), alone)
    known = block.known(np.array(is_hidden))
    found = {
        counted.told.breakdown: attack(known, targets[0].column)
        for counted, targets, hidden in zip(figures, block.targets, is_hidden, strict=True)
        if hidden
    }
    return {name: ends for name, ends in found.items() if ends is not None}


@pytest.mark.parametrize("is_dominated", [False, True])
def test_a_withheld_amount_is_not_told_to_within_a_tenth(is_dominated: bool) -> None:
    figures = delays(is_dominated=is_dominated)
    assert amounts(figures, [False, False, True, False]) == {"C": (994, 1006)}
    judgement = judged(figures)
    assert judgement.given_away == 0
    assert judgement.is_hidden.sum() == 2
    low, high = amounts(figures, judgement.is_hidden.tolist())["C"]
    assert low <= 1000 <= high
    assert high - low >= 200


def test_without_leave_to_withhold_more_a_narrow_amount_is_given_away() -> None:
    judgement = judge(delays(), (), alone, may_hide=False)
    assert judgement.given_away == 1


def test_a_count_of_the_same_size_needs_no_more_than_rounding_leaves() -> None:
    figures = [
        Counted(Told("a", "area", name, "rate", HES, *numbers), counts)
        for name, numbers, counts in (
            ("A", (900, 5000, 5000), {NUMERATOR: 900.0, DENOMINATOR: 5000.0}),
            ("C", (None, None, None), {NUMERATOR: 1000.0, DENOMINATOR: 4000.0}),
        )
    ]
    total = Told("a", "total", "all", "rate", HES, 1900, 9000, 9000)
    figures.append(Counted(total, {NUMERATOR: 1900.0, DENOMINATOR: 9000.0}))
    assert judged(figures).is_hidden.tolist() == [False, True, False]


def test_what_an_amount_was_while_it_was_withheld_stays_as_wide() -> None:
    # C was one person; with another it has eight, and could be shown beside B again.
    before = delays()
    first = [
        mean("area", "A", 900, 40),
        mean("area", "B", 700, 39, is_shown=False),
        before[2],
        before[3],
    ]
    tonight = [
        mean("area", "A", 900, 40),
        mean("area", "B", 700, 39),
        mean("area", "C", 1050, 8),
        mean("total", "all", 2650, 87),
    ]
    assert not judged(tonight).is_hidden.any()
    releases = [[counted.told for counted in first]]
    judgement = judged(tonight, releases)
    assert judgement.is_hidden.any()
    assert judgement.given_away == 0


def test_readers_know_that_amounts_are_not_below_0_where_none_is() -> None:
    figures = [
        mean("area", "A", 500, 40, is_shown=False),
        mean("area", "B", 300, 40, is_shown=False),
        mean("total", "all", 800, 80),
    ]
    found = amounts(figures, [True, True, False])
    assert found == {"A": (0, 802), "B": (0, 802)}
    below = [*figures, mean("sex", "M", -20, 30)]
    low, high = amounts(below, [True, True, False, False])["A"]
    assert low < 0 and high > 802


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    areas=st.lists(st.tuples(st.integers(8, 900), st.integers(8, 60)), min_size=1, max_size=4),
    lonely=st.tuples(st.integers(0, 1500), st.integers(1, 7)),
    share=st.integers(10, 90),
)
def test_no_release_tells_a_withheld_amount_to_within_a_tenth(
    areas: list[tuple[int, int]], lonely: tuple[int, int], share: int
) -> None:
    amount, people = (sum(part[i] for part in [*areas, lonely]) for i in (0, 1))
    women = amount * share // 100, max(people * share // 100, 8)
    figures = [
        *(mean("area", str(place), *part) for place, part in enumerate(areas)),
        mean("area", "lonely", *lonely, is_shown=False),
        mean("sex", "F", *women),
        mean("sex", "M", amount - women[0], max(people - women[1], 8)),
        mean("total", "all", amount, people),
    ]
    judgement = judged(figures)
    if judgement.given_away:
        return  # refused: nothing is published
    for name, (low, high) in amounts(figures, judgement.is_hidden.tolist()).items():
        (truth,) = (c.counts[NUMERATOR] for c in figures if c.told.breakdown == name)
        if not 1 <= truth <= 7:
            assert high - low >= 0.2 * truth, name


def test_an_attacker_is_told_too_much_by_a_release_that_withholds_too_little() -> None:
    figures = delays()
    attacker = Attacker(figures, (), alone)
    _, narrow = attacker.view(attacker.is_small()).narrow()
    assert [target.width for target in narrow] == [200]
