"""The audit: what is withheld stays withheld, over releases, against attackers of other make."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.publication.disclosure.attack import attack
from insight_pipeline.publication.disclosure.attacker import Attacker
from insight_pipeline.publication.disclosure.building import build_block
from insight_pipeline.publication.disclosure.policy import DisclosurePolicy
from tests.unit.publication.disclosure.tables import (
    LinearAttacker,
    Place,
    Release,
    Table,
    counted,
    families,
    released,
    shown,
    told,
    with_total,
)

TOTAL = ("total", "all")
HES = DisclosurePolicy(
    title="t", source="s", hide_to=7, round_to=5, guard_complement=True, secondary=True
)
EXACT = DisclosurePolicy(title="t", source="s", hide_to=4, guard_complement=True, secondary=True)
TINY = DisclosurePolicy(
    title="t", source="s", hide_to=2, round_to=3, guard_complement=True, secondary=True
)


def lines(*kinds: list[tuple[int, int]], over: tuple[int, int] = (0, 0)) -> dict[Place, Any]:
    """A table of one total and as many lines as there are lists of parts."""
    names = ("area", "sex", "age_band")
    parts = {
        (names[kind], str(place)): counts
        for kind, parts in enumerate(kinds)
        for place, counts in enumerate(parts)
    }
    total = tuple(sum(counts[i] for counts in kinds[0]) + over[i] for i in (0, 1))
    return with_total(parts, total)


def hidden(release: Release) -> set[str]:
    return {place[0] + place[1] for place, numbers in release.items() if numbers is None}


def test_a_blank_that_rounding_protects_stays_alone() -> None:
    release, _ = released(lines([(3, 40), (20, 50), (30, 60), (40, 70), (50, 80)]), [], HES)
    assert hidden(release) == {"area0"}


def test_a_blank_that_is_the_difference_of_the_rest_takes_another_with_it() -> None:
    release, _ = released(lines([(3, 40), (20, 50), (30, 60)]), [], EXACT)
    assert hidden(release) == {"area0", "area1"}


def test_what_rounding_leaves_of_two_parts_is_too_little() -> None:
    # 20 and 15 shown, so that the blank is 1 to 9 and small: 1 to 7. But 20 and 10: 6 or 7.
    safe, _ = released(lines([(3, 60), (15, 70)]), [], HES)
    assert hidden(safe) == {"area0"}
    unsafe, _ = released(lines([(6, 60), (12, 70)]), [], HES)
    assert len(hidden(unsafe)) > 1


def test_two_blanks_that_are_small_together_need_a_third() -> None:
    release, _ = released(lines([(1, 40), (1, 50), (30, 60), (20, 50)]), [], EXACT)
    assert len(hidden(release)) == 3
    release, _ = released(lines([(1, 40), (4, 50), (30, 60), (20, 50)]), [], EXACT)
    assert hidden(release) == {"area0", "area1"}


def test_an_only_part_takes_the_total_and_through_it_a_part_of_another_kind() -> None:
    release, _ = released(lines([(3, 30)], [(0, 14), (3, 16)]), [], EXACT)
    assert hidden(release) >= {"area0", "sex1", "totalall"}


def test_people_in_no_area_do_not_make_a_blank_safe() -> None:
    # The attacker knows that they are at most those there are, and that the blank is small.
    release, _ = released(lines([(4, 40), (20, 50), (30, 60)], over=(2, 5)), [], EXACT)
    assert len(hidden(release)) == 2


def test_a_figure_withheld_last_time_is_withheld_again_rather_than_another() -> None:
    first, _ = released(lines([(3, 40), (20, 50), (30, 60), (21, 52)]), [], EXACT)
    assert hidden(first) == {"area0", "area1"}
    # Now the fourth area is the smaller one: choosing it would give the first away.
    later = lines([(3, 40), (25, 60), (30, 60), (21, 52)])
    alone, _ = released(later, [], EXACT)
    assert hidden(alone) == {"area0", "area3"}
    second, _ = released(later, [first], EXACT)
    assert "area1" in hidden(second)


def test_a_blank_is_not_filled_by_what_an_earlier_release_showed() -> None:
    # What was shown before and is withheld now protects nothing.
    before: Release = {
        **{("area", str(i)): None if i < 2 else (30, 60) for i in range(4)},
        TOTAL: (110, 220),
    }
    table = lines([(3, 40), (47, 60), (30, 60), (30, 60)])
    release, _ = released(table, [before], EXACT)
    assert hidden(release) == {"area0", "area1"}


def test_what_an_earlier_release_gave_away_is_counted() -> None:
    table = lines([(3, 40), (20, 50), (30, 60)])
    careless: Release = {place: counts for place, counts in table.items()}
    careless["area", "0"] = None
    _, judgement = released(table, [careless], EXACT)
    assert judgement.given_away > 0


def test_a_revision_that_shows_everywhere_ends_what_was_known() -> None:
    table = lines([(3, 40), (20, 50), (30, 60)])
    careless: Release = {place: (x + 50, n + 100) for place, (x, n) in table.items()}
    careless["area", "0"] = None
    release, judgement = released(table, [careless], EXACT)
    assert judgement.given_away == 0
    assert hidden(release) == hidden(released(table, [], EXACT)[0])


def test_without_leave_to_hide_more_a_narrow_count_is_counted() -> None:
    figures = counted(lines([(3, 40), (20, 50), (30, 60)]), EXACT)
    attacker = Attacker(figures, (), lambda name: name)
    _, narrow = attacker.view(attacker.is_small()).narrow()
    assert len(narrow) == 3  # numerator, denominator and rest


def test_a_figure_is_not_shown_again_when_that_would_tell_what_another_was() -> None:
    # 3 of 66, withheld with the other part. Two more would make it a count that may be shown, and
    # the other may be as well; but 66 less 63 is 3.
    first, _ = released(lines([(3, 91), (63, 69)]), [], EXACT)
    assert hidden(first) == {"area0", "area1"}
    later = lines([(5, 93), (63, 69)])
    assert hidden(released(later, [], EXACT)[0]) == set()
    second, _ = released(later, [first], EXACT)
    assert hidden(second) != set()
    attacker = LinearAttacker([first, second], later, EXACT, ("area", "0"))
    found = attacker.range(("area", "0"), "x", 0)
    assert found is None or found[1] - found[0] >= EXACT.width


tables = st.builds(
    lambda rows, women, bands, over: lines(*_lines(rows, women, bands), over=over),
    rows=st.lists(
        st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
        min_size=1,
        max_size=5,
    ),
    women=st.integers(0, 100),
    bands=st.integers(0, 100),
    over=st.sampled_from([(0, 0), (0, 0), (0, 3), (2, 4)]),
)


def _lines(rows: list[tuple[int, int]], *shares: int) -> list[list[tuple[int, int]]]:
    """Areas, and two other ways to part the same people in two."""
    x, n = (sum(counts[i] for counts in rows) for i in (0, 1))
    halves = [(x * share // 100, (n - x) * (100 - share) // 100) for share in shares]
    return [rows, *([(a, a + b), (x - a, n - a - b)] for a, b in halves)]


def _revised(table: Table, data: st.DataObject) -> dict[Place, tuple[int, int]]:
    """A few more people, or fewer, in one area and in the halves that they belong to."""
    more = {place: list(counts) for place, counts in table.items()}
    for _ in range(data.draw(st.integers(0, 2))):
        index, by = data.draw(st.integers(0, 1)), data.draw(st.integers(-2, 2))
        places = [TOTAL] + [
            data.draw(st.sampled_from(sorted(p for p in table if p[0] == kind)))
            for kind in ("area", "sex", "age_band")
        ]
        if all(0 <= more[p][0] + by * (index == 0) <= more[p][1] + by for p in places):
            for place in places:
                more[place][1] += by
                more[place][0] += by if index == 0 else 0
    return {place: (x, n) for place, (x, n) in more.items()}


def _is_safe(releases: list[Release], table: Table, policy: DisclosurePolicy) -> bool:
    """No small count that the newest release withholds is narrow, whatever others are believed.

    Where earlier releases left less than the policy's width, the newest takes nothing of it.
    """
    *before, newest = releases
    blank: Release = dict.fromkeys(newest)
    for family in families(len(before)):
        believed = [before[i] for i in family]
        tonight = LinearAttacker([*believed, newest], table, policy)
        earlier = LinearAttacker([*believed, blank], table, policy)
        for place, measure in _small(table, newest, policy):
            found, known = (a.range(place, measure) for a in (tonight, earlier))
            if found and known:
                least = min(policy.width, max(known[1] - known[0], 1))
                if found[1] - found[0] < least - 1e-6:
                    return False
    return True


def _small(table: Table, release: Release, policy: DisclosurePolicy) -> list[tuple[Place, str]]:
    return [
        (place, measure)
        for place, (x, n) in table.items()
        for measure, count in (("x", x), ("n", n), ("r", n - x))
        if release[place] is None and policy.hide_from <= count <= policy.hide_to
    ]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(table=tables, policy=st.sampled_from([HES, EXACT]))
def test_every_small_count_survives_an_attacker_of_another_make(
    table: Table, policy: DisclosurePolicy
) -> None:
    release, judgement = released(table, [], policy)
    assert judgement.given_away == 0
    assert _is_safe([release], table, policy)


@pytest.mark.slow
@settings(max_examples=120, deadline=None, derandomize=True)
@given(table=tables, data=st.data(), policy=st.sampled_from([HES, EXACT]))
def test_every_small_count_survives_three_releases(
    table: Table, data: st.DataObject, policy: DisclosurePolicy
) -> None:
    releases: list[Release] = []
    truths: list[Table] = []
    for _ in range(3):
        release, judgement = released(table, releases, policy)
        if judgement.given_away:
            return  # refused: nothing was published
        releases.append(release)
        truths.append(table)
        assert _is_safe(releases, table, policy)
        _assert_no_earlier_count_is_opened(releases, truths, policy)
        table = _revised(table, data)


def _assert_no_earlier_count_is_opened(
    releases: list[Release], truths: list[Table], policy: DisclosurePolicy
) -> None:
    """What the newest release adds narrows no count that an earlier one withheld.

    Less one: this attacker counts in fractions, and so takes ranges for wider than they are.
    """
    for number, (release, truth) in enumerate(zip(releases[:-1], truths[:-1], strict=True)):
        for place, measure in _small(truth, release, policy):
            if releases[-1].get(place) is None:
                continue
            after = LinearAttacker(releases, truths[-1], policy, place)
            before = LinearAttacker(releases[:-1], truths[-1], policy, place)
            if not (after.is_possible() and before.is_possible()):
                continue
            found, known = (a.range(place, measure, number) for a in (after, before))
            if found and known:
                least = min(policy.width, known[1] - known[0])
                assert found[1] - found[0] >= least - 1 - 1e-6


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    parts=st.lists(
        st.integers(0, 5).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
        min_size=2,
        max_size=3,
    ),
    over=st.sampled_from([(0, 0), (0, 1), (1, 2)]),
)
def test_ranges_of_a_block_are_those_of_all_tables_counted_one_by_one(
    parts: list[tuple[int, int]], over: tuple[int, int]
) -> None:
    table = lines(parts, over=over)
    release = {place: shown(x, n, TINY) for place, (x, n) in table.items()}
    if release[TOTAL] is None:
        return  # nothing bounds the worlds to be counted
    block = build_block(counted(table, TINY), (), lambda name: name)
    is_hidden = np.array([release[place] is None for place in sorted(table)])
    known = block.known(is_hidden)
    worlds = _worlds(table, release, over)
    for figure, place in enumerate(sorted(table)):
        if release[place] is None:
            for target, measure in zip(block.targets[figure], ("x", "n", "r"), strict=True):
                values = [_measured(world[place], measure) for world in worlds]
                assert attack(known, target.column) == (min(values), max(values)), (place, measure)


def _worlds(table: Table, release: Release, over: tuple[int, int]) -> list[Table]:
    """Every table of which a release would show what was shown."""
    most = table[TOTAL][1] + 3
    places = sorted(set(table) - {TOTAL})
    cells = [
        [
            (x, n)
            for n in range(most + 1)
            for x in range(n + 1)
            if release[place] is None or shown(x, n, TINY) == release[place]
        ]
        for place in places
    ]
    found: list[Table] = []
    for counts in product(*cells):
        x, n = (sum(c[i] for c in counts) for i in (0, 1))
        for left in product(range(over[0] + 1), range(over[1] + 1)):
            total = x + left[0], n + left[1]
            rest_over = left[1] - left[0]
            if (
                0 <= total[0] <= total[1]
                and min(0, over[1] - over[0]) <= rest_over <= max(0, over[1] - over[0])
                and shown(*total, TINY) == release[TOTAL]
            ):
                found.append({**dict(zip(places, counts, strict=True)), TOTAL: total})
    return found


def _measured(counts: tuple[int, int], measure: str) -> int:
    x, n = counts
    return {"x": x, "n": n, "r": n - x}[measure]


@settings(max_examples=20, deadline=None, derandomize=True)
@given(table=tables, policy=st.sampled_from([HES, EXACT]))
def test_the_order_of_figures_does_not_matter(table: Table, policy: DisclosurePolicy) -> None:
    backwards = dict(reversed(table.items()))
    first, _ = released(table, [], policy)
    assert released(backwards, [], policy)[0] == first
    assert released(backwards, [first], policy)[0] == released(table, [first], policy)[0]


@settings(max_examples=20, deadline=None, derandomize=True)
@given(table=tables, policy=st.sampled_from([HES, EXACT]))
def test_telling_the_same_again_withholds_nothing_more(
    table: Table, policy: DisclosurePolicy
) -> None:
    first, _ = released(table, [], policy)
    second, judgement = released(table, [first], policy)
    assert (second, judgement.given_away) == (first, 0)
    assert [t.is_shown for t in told(first, policy)] == [t.is_shown for t in told(second, policy)]
