"""Households: who lives together, how old they are, who is twin to whom.

Belongs here: composition, sex, birth dates, culture. Does not belong here: names or later lives.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from insight_pipeline.simulation.chance import between, chance, weighted
from insight_pipeline.simulation.names import draw_cultures
from insight_pipeline.simulation.rates import RATES
from insight_pipeline.simulation.window import YEAR_DAYS, Floats, Ints, Mask, Window

NO_GROUP = -1


@dataclass(frozen=True)
class HouseholdType:
    """Head's age range in years, number of adults, range of children and of the eldest's age."""

    share: float
    head_age: tuple[int, int]
    adults: int
    children: tuple[int, int] = (0, 0)
    eldest_age: tuple[float, float] = (0.0, 0.0)


HOUSEHOLD_TYPES: tuple[HouseholdType, ...] = (
    HouseholdType(0.16, (18, 66), 1),
    HouseholdType(0.13, (66, 95), 1),
    HouseholdType(0.14, (20, 66), 2),
    HouseholdType(0.12, (64, 90), 2),
    HouseholdType(0.22, (24, 50), 2, (1, 3), (-2.5, 15.0)),
    HouseholdType(0.09, (20, 46), 1, (1, 3), (-2.5, 15.0)),
    HouseholdType(0.10, (42, 60), 2, (1, 3), (14.0, 22.0)),
    HouseholdType(0.04, (40, 58), 1, (1, 2), (14.0, 22.0)),
)
SAME_CULTURE = 0.90
OPPOSITE_SEX = 0.95
FEMALE_LONE_PARENT = 0.80


@dataclass(frozen=True)
class Members:
    """One entry per person, households one after another, the head first."""

    household: Ints
    place: Ints  # 0 head, then the partner if there is one, then children, eldest first
    is_child: Mask
    female: Mask
    birth: Ints
    culture: Ints
    twin_group: Ints

    @property
    def size(self) -> int:
        return int(self.household.size)

    def head_of(self) -> Ints:
        """Each person's head of household, as a person index."""
        starts = np.flatnonzero(self.place == 0)
        return starts[self.household]


def build_members(rng: np.random.Generator, citizens: int, window: Window) -> Members:
    """Households until there are `citizens` people; the last household may be cut short."""
    kind = weighted(rng, np.array([item.share for item in HOUSEHOLD_TYPES]), citizens)
    adults = _by_type("adults")[kind]
    low, high = _by_type("children_low")[kind], _by_type("children_high")[kind]
    size = adults + rng.integers(low, high + 1)
    household = np.repeat(np.arange(citizens), size)[:citizens]
    first = np.cumsum(size) - size
    place = np.arange(citizens) - first[household]
    is_child = place >= adults[household]
    order = place - adults[household]  # 0 for the eldest child
    age = _ages(rng, kind[household], household, is_child, order)
    female = _sexes(rng, household, place, is_child, adults[household] == 1)
    culture = _cultures(rng, household, place, is_child)
    birth = (window.start - age * YEAR_DAYS).astype(np.int64) - between(rng, 0, 364, citizens)
    birth = np.minimum(birth, window.end - between(rng, 0, 300, citizens))
    twin_group = _make_twins(rng, is_child, order, birth, female)
    return Members(household, place, is_child, female, birth, culture, twin_group)


def _by_type(name: str) -> Ints:
    columns = {
        "adults": [item.adults for item in HOUSEHOLD_TYPES],
        "children_low": [item.children[0] for item in HOUSEHOLD_TYPES],
        "children_high": [item.children[1] for item in HOUSEHOLD_TYPES],
    }
    return np.array(columns[name], dtype=np.int64)


def _ages(
    rng: np.random.Generator, kind: Ints, household: Ints, is_child: Mask, order: Ints
) -> Floats:
    """Ages in years at the window's start; below zero means born later."""
    households = int(household[-1]) + 1
    head_low = np.array([item.head_age[0] for item in HOUSEHOLD_TYPES])[kind]
    head_high = np.array([item.head_age[1] for item in HOUSEHOLD_TYPES])[kind]
    head = head_low + (head_high - head_low) * rng.random(households)[household]
    spread = rng.normal(-1.0, 4.0, household.size)
    adult = np.where(order == -1, np.clip(head + spread, 18, 100), head)
    eldest_low = np.array([item.eldest_age[0] for item in HOUSEHOLD_TYPES])[kind]
    eldest_high = np.array([item.eldest_age[1] for item in HOUSEHOLD_TYPES])[kind]
    eldest_high = np.maximum(np.minimum(eldest_high, head - 17), eldest_low)
    eldest = eldest_low + (eldest_high - eldest_low) * rng.random(households)[household]
    child = eldest - order * (1.2 + 2.2 * rng.random(households)[household])
    alone = (order == -1) & (np.array([item.adults for item in HOUSEHOLD_TYPES])[kind] == 1)
    ages: Floats = np.where(is_child, child, np.where(alone, head, adult))
    return ages


def _sexes(
    rng: np.random.Generator, household: Ints, place: Ints, is_child: Mask, lone: Mask
) -> Mask:
    female = chance(rng, 0.51, household.size)
    has_child = np.zeros(int(household[-1]) + 1, dtype=np.bool_)
    has_child[household[is_child]] = True
    lone_parent = (place == 0) & lone & has_child[household]
    female = np.where(lone_parent, chance(rng, FEMALE_LONE_PARENT, household.size), female)
    partner = np.flatnonzero((place == 1) & ~is_child)
    opposite = chance(rng, OPPOSITE_SEX, partner.size)
    female[partner] = female[partner - 1] ^ opposite
    return female


def _cultures(rng: np.random.Generator, household: Ints, place: Ints, is_child: Mask) -> Ints:
    """Children share the head's culture; a partner mostly does."""
    shared = draw_cultures(rng, int(household[-1]) + 1)[household]
    own = draw_cultures(rng, household.size)
    differs = (place == 1) & ~is_child & ~chance(rng, SAME_CULTURE, household.size)
    return np.where(differs, own, shared)


def _make_twins(
    rng: np.random.Generator, is_child: Mask, order: Ints, birth: Ints, female: Mask
) -> Ints:
    """Give some second children the eldest's birth date and sex; changes both arrays in place."""
    group = np.full(birth.size, NO_GROUP, dtype=np.int64)
    second = np.flatnonzero(is_child & (order == 1))
    chosen = second[chance(rng, RATES.people.twins_in_families, second.size)]
    birth[chosen] = birth[chosen - 1]
    female[chosen] = female[chosen - 1]
    for member in (chosen, chosen - 1):
        group[member] = np.arange(chosen.size)
    return group
