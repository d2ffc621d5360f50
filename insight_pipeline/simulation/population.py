"""The true people of the borough, and what was true of them on any day.

Belongs here: people's own facts and as-of questions. Does not belong here: services or records.
A person is an index 0, 1, 2 …; days are day numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from insight_pipeline.simulation.places import Places
from insight_pipeline.simulation.rates import WARDS
from insight_pipeline.simulation.window import YEAR_DAYS, Floats, Ints, Mask, Window


@dataclass(frozen=True)
class Population:
    """Arrays for arithmetic, `text` for names and identifiers; entry i is person i."""

    window: Window
    places: Places
    text: pl.DataFrame  # given, family, family_later, family_before, nhs, nino, upn, phone, email
    household: Ints
    is_head: Mask
    female: Mask
    birth: Ints
    death: Ints
    moved_out: Ints
    renamed: Ints
    home: Ints  # address index at the start
    household_moved: Ints
    second_home: Ints
    left_home: Ints
    own_home: Ints
    opted_out: Ints
    withdrew: Ints
    twin_group: Ints
    same_name_group: Ints

    @property
    def size(self) -> int:
        return int(self.birth.size)

    @property
    def last_day(self) -> Ints:
        """The last day a person can meet a service: death, leaving the borough, or the end."""
        return np.minimum(np.minimum(self.death, self.moved_out), self.window.end)

    def present(self, person: Ints, day: Ints) -> Mask:
        """Alive, in the borough, and inside the window."""
        born = self.birth[person] <= day
        return born & (day >= self.window.start) & (day <= self.last_day[person])

    def age(self, person: Ints, day: Ints | int) -> Floats:
        """Years lived, as a decimal number."""
        return (day - self.birth[person]) / YEAR_DAYS

    def address(self, person: Ints, day: Ints) -> Ints:
        """The address lived at on a day, as an index into `places`."""
        with_household = np.where(
            day >= self.household_moved[person], self.second_home[person], self.home[person]
        )
        return np.where(day >= self.left_home[person], self.own_home[person], with_household)

    def ward(self, person: Ints, day: Ints) -> Ints:
        """The ward lived in on a day, as an index into WARDS."""
        return self.places.ward[self.address(person, day)]

    def family_name(self, person: Ints, day: Ints) -> pl.Series:
        """The family name borne on a day."""
        later = pl.Series(day >= self.renamed[person])
        return (
            self.text["family_later"]
            .gather(person)
            .zip_with(later, self.text["family"].gather(person))
        )

    def final_ward(self) -> Ints:
        """The ward of each person's last address in the window."""
        everyone = np.arange(self.size)
        return self.ward(everyone, self.last_day)

    def opted_out_at_end(self) -> Mask:
        """Who is on the last list of people opted out."""
        return (self.opted_out <= self.window.end) & (self.withdrew > self.window.end)

    def need(self) -> Floats:
        """Demand for services by the ward lived in at the start."""
        return np.array([ward.need for ward in WARDS])[self.places.ward[self.home]]


def pickup_effect(population: Population, person: Ints, day: Ints) -> Floats:
    """What the ward lived in adds to the chance that a referral is kept."""
    return np.array([ward.pickup for ward in WARDS])[population.ward(person, day)]


def person_ids(person: Ints) -> pl.Series:
    """The names the ground truth gives people: P0000123."""
    return "P" + pl.Series(person).cast(pl.String).str.zfill(7)
