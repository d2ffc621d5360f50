"""What happens to people in the window: deaths, moves, changes of name, opting out.

Belongs here: life events and the addresses they need. Does not belong here: services.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from insight_pipeline.simulation.chance import between, chance
from insight_pipeline.simulation.households import Members
from insight_pipeline.simulation.places import draw_wards
from insight_pipeline.simulation.rates import RATES, PeopleRates
from insight_pipeline.simulation.window import NEVER, YEAR_DAYS, Floats, Ints, Mask, Window

# Gompertz: the yearly hazard of death is HAZARD_AT_0 · exp(HAZARD_GROWTH · age)
HAZARD_AT_0 = 3.5e-5
HAZARD_GROWTH = 0.094
OPT_OUT_STAYS_DAYS = (60, 400)


@dataclass(frozen=True)
class Lives:
    """One entry per person except `address_ward`, one per address; `NEVER` where it did not."""

    death: Ints
    moved_out: Ints
    renamed: Ints
    home: Ints
    household_moved: Ints
    second_home: Ints
    left_home: Ints
    own_home: Ints
    opted_out: Ints
    withdrew: Ints
    address_ward: Ints


def draw_lives(rng: np.random.Generator, members: Members, window: Window) -> Lives:
    """Everybody's life events in the window."""
    rates, years = RATES.people, window.years
    households = int(members.household[-1]) + 1
    house_moves = _on_a_day(rng, rates.household_moves * years, households, window)
    leaving = _on_a_day(rng, rates.moves_out * years, households, window)
    age = (window.start - members.birth).astype(np.float64) / YEAR_DAYS
    left_home = _left_home(rng, members, age, window)
    addresses = _Addresses(rng, draw_wards(rng, households))
    second = addresses.after_move(np.arange(households), house_moves < NEVER)
    own = addresses.after_move(members.household, left_home < NEVER)
    opted_out, withdrew = _opt_outs(rng, rates, members.size, window)
    return Lives(
        death=_deaths(rng, age, members.birth, window),
        moved_out=leaving[members.household],
        renamed=_renamed(rng, members, age, window),
        home=members.household,
        household_moved=house_moves[members.household],
        second_home=second[members.household],
        left_home=left_home,
        own_home=own,
        opted_out=opted_out,
        withdrew=withdrew,
        address_ward=addresses.ward,
    )


class _Addresses:
    """Hands out a fresh address for each move; `ward` grows with every call."""

    def __init__(self, rng: np.random.Generator, ward: Ints) -> None:
        self._rng = rng
        self.ward = ward

    def after_move(self, origin: Ints, moves: Mask) -> Ints:
        """A new address index where `moves`, the old one elsewhere."""
        count = int(moves.sum())
        stays = chance(self._rng, RATES.people.stays_in_ward, count)
        ward = np.where(stays, self.ward[origin[moves]], draw_wards(self._rng, count))
        target = origin.copy()
        target[moves] = self.ward.size + np.arange(count)
        self.ward = np.concatenate([self.ward, ward])
        return target


def _on_a_day(
    rng: np.random.Generator, expected: float | Floats, size: int, window: Window
) -> Ints:
    """A day in the window for those it happens to, `NEVER` for the rest."""
    happens = chance(rng, 1 - np.exp(-np.asarray(expected, dtype=np.float64)), size)
    return np.where(happens, between(rng, window.start + 1, window.end, size), NEVER)


def _deaths(rng: np.random.Generator, age: Floats, birth: Ints, window: Window) -> Ints:
    hazard = HAZARD_AT_0 * np.exp(HAZARD_GROWTH * np.clip(age, 0, 105)) * window.years
    day = _on_a_day(rng, hazard, age.size, window)
    return np.where(day > birth, day, NEVER)


def _left_home(rng: np.random.Generator, members: Members, age: Floats, window: Window) -> Ints:
    """Grown children who move out of the family home but stay in the borough."""
    grown = members.is_child & (age >= 17.5)
    expected = RATES.people.young_adult_moves * window.years
    return _on_a_day(rng, grown.astype(np.float64) * expected, age.size, window)


def _renamed(rng: np.random.Generator, members: Members, age: Floats, window: Window) -> Ints:
    """Marriage (or its end) changes a family name, for women more often than for men."""
    marrying = (age >= 20) & (age < 60) & ~members.is_child
    factor: Floats = np.where(members.female, 3.0, 0.3) * marrying.astype(np.float64)
    expected = factor * (RATES.people.name_change * window.years)
    return _on_a_day(rng, expected, age.size, window)


def _opt_outs(
    rng: np.random.Generator, rates: PeopleRates, size: int, window: Window
) -> tuple[Ints, Ints]:
    opts = chance(rng, rates.opted_out_ever, size)
    day = np.where(opts, between(rng, window.start, window.end, size), NEVER)
    withdraws = opts & chance(rng, rates.opt_out_withdrawn_ever, size)
    stays = between(rng, *OPT_OUT_STAYS_DAYS, size)
    return day, np.where(withdraws, day + stays, NEVER)
