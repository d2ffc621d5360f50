"""A provider's own list of people: its ids, and what it knew of each when it first met them.

Belongs here: who is on the list, and with which faults. Does not belong here: events or formats.
A record keeps the name and address of the day it was opened, as most systems do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from insight_pipeline.simulation import dirt as soil
from insight_pipeline.simulation.chance import chance, scatter
from insight_pipeline.simulation.dirt_rates import Dirt
from insight_pipeline.simulation.population import Population
from insight_pipeline.simulation.window import Ints, dates, days

MOVED_UP = 0.7  # share of events that go to a person's second record once it exists
OLD_DAYS = 1500


@dataclass(frozen=True)
class IdStyle:
    """How a provider writes its person ids: a prefix and a number from `first` on."""

    prefix: str
    first: int

    def ids(self, rng: np.random.Generator, count: int) -> pl.Series:
        """Distinct ids in a scrambled order."""
        span = max(count, 1)
        stride = next(step for step in (7919, 7907, 7901, 1) if np.gcd(step, span) == 1)
        numbers = self.first + scatter(span, int(rng.integers(span)), stride, count)
        return self.prefix + pl.Series(numbers).cast(pl.String)


def register(
    rng: np.random.Generator,
    population: Population,
    events: pl.DataFrame,
    day: str,
    style: IdStyle,
    dirt: Dirt,
) -> pl.DataFrame:
    """One row per record of everybody in `events`: record, person, copy, registered, details.

    Some people are registered twice, the second time at a later day, with faults of its own.
    """
    span = (
        events.group_by("person")
        .agg(first=pl.col(day).min(), last=pl.col(day).max())
        .sort("person")
    )
    person, first, last = span["person"].to_numpy(), days(span["first"]), days(span["last"])
    twice = np.flatnonzero(chance(rng, dirt.registered_twice, person.size))
    again = first[twice] + (rng.random(twice.size) * (last - first)[twice]).astype(np.int64)
    everyone = np.concatenate([person, person[twice]])
    registered = np.concatenate([first, again])
    copy = pl.Series(np.arange(everyone.size) >= person.size).cast(pl.Int8)
    known = details(rng, population, everyone, registered, dirt)
    return known.with_columns(
        record=style.ids(rng, everyone.size),
        person=pl.Series(everyone),
        copy=copy,
        registered=dates(registered),
    )


def records_of(
    rng: np.random.Generator, known: pl.DataFrame, events: pl.DataFrame, day: str
) -> pl.Series:
    """The record each event is filed under: the second one, mostly, once there is one."""
    first = known.filter(pl.col("copy") == 0).select("person", "record")
    second = known.filter(pl.col("copy") == 1).select("person", "registered", later="record")
    joined = events.select("person", day)
    for copies in (first, second):
        joined = joined.join(copies, on="person", how="left", maintain_order="left")
    moved = pl.Series(chance(rng, MOVED_UP, joined.height))
    exists = (pl.col(day) >= pl.col("registered")).fill_null(False)
    return joined.select(pl.when(moved & exists).then("later").otherwise("record")).to_series()


def filed_under(
    rng: np.random.Generator, known: pl.DataFrame, events: pl.DataFrame, day: str
) -> pl.DataFrame:
    """The events, each with the id and details of the record it is filed under."""
    filed = events.with_columns(record=records_of(rng, known, events, day))
    on_record = known.drop("person", "copy", "registered")
    return filed.join(on_record, on="record", how="left", maintain_order="left")


def details(
    rng: np.random.Generator, population: Population, person: Ints, day: Ints, dirt: Dirt
) -> pl.DataFrame:
    """Names, birth date, sex, address, contacts and identifiers as known on a day, with faults."""
    return pl.concat(
        [
            _names(rng, population, person, day, dirt),
            _facts(rng, population, person, dirt),
            address_cells(rng, population, person, day, dirt),
            _identifiers(rng, population, person, dirt),
        ],
        how="horizontal",
    )


def _names(
    rng: np.random.Generator, population: Population, person: Ints, day: Ints, dirt: Dirt
) -> pl.DataFrame:
    stale = chance(rng, dirt.old_name, person.size)
    family = population.family_name(person, np.where(stale, 0, day))
    given = soil.nicknamed(rng, population.text["given"].gather(person), dirt.nickname)
    family = soil.compound_cut(rng, family, dirt.compound_cut)
    given, family = (soil.plain(rng, names, dirt.plain_letters) for names in (given, family))
    given, family = (soil.misspelt(rng, names, dirt.typo) for names in (given, family))
    given, family = soil.swapped(rng, given, family, dirt.swapped_names)
    family = soil.emptied(rng, soil.capitalised(rng, family, dirt.capitals), dirt.no_family_name)
    return pl.DataFrame(
        {"given": given, "family": family, "family_before": _before(population, person, day)}
    )


def _before(population: Population, person: Ints, day: Ints) -> pl.Series:
    """The name borne before a marriage: an older one, or one inside the window."""
    renamed = pl.Series(day >= population.renamed[person])
    return (
        population.text["family"]
        .gather(person)
        .zip_with(renamed, population.text["family_before"].gather(person))
    )


def _facts(
    rng: np.random.Generator, population: Population, person: Ints, dirt: Dirt
) -> pl.DataFrame:
    births = soil.misdated(
        rng,
        dates(population.birth[person]),
        dirt.default_birth_date,
        dirt.swapped_day_month,
        dirt.birth_year_slip,
    )
    sex = pl.Series(["M", "F"]).gather(population.female[person].astype(np.int64))
    return pl.DataFrame(
        {
            "birth": soil.emptied(rng, births, dirt.no_birth_date),
            "sex": soil.emptied(rng, sex, dirt.no_sex),
        }
    )


def address_cells(
    rng: np.random.Generator, population: Population, person: Ints, day: Ints, dirt: Dirt
) -> pl.DataFrame:
    """Property reference, address and postcode lived at on a day, some of them out of date."""
    stale = chance(rng, dirt.old_address, person.size)
    index = population.address(person, np.where(stale, day - OLD_DAYS, day))
    found = population.places.addresses[index].select("uprn", "address_line", "postcode")
    postcode = soil.untidy_postcode(rng, found["postcode"], dirt.untidy_postcode)
    return found.with_columns(postcode=soil.emptied(rng, postcode, dirt.no_postcode))


def _identifiers(
    rng: np.random.Generator, population: Population, person: Ints, dirt: Dirt
) -> pl.DataFrame:
    held = population.text[person].select("nhs", "nino", "upn", "phone", "email")
    nhs = soil.bad_check_digit(rng, held["nhs"], dirt.bad_nhs_number)
    return pl.DataFrame(
        {
            "nhs": soil.emptied(rng, nhs, dirt.no_nhs_number),
            "nino": soil.emptied(rng, held["nino"], dirt.no_nino),
            "upn": soil.emptied(rng, held["upn"], dirt.no_upn),
            "phone": soil.emptied(rng, held["phone"], dirt.no_contact),
            "email": soil.emptied(rng, held["email"], dirt.no_contact),
        }
    )
