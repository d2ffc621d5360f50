"""The people of the borough, from households to names, identifiers and later lives.

Belongs here: putting a Population together. Does not belong here: what services do with them.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from insight_pipeline.simulation import identifiers
from insight_pipeline.simulation.chance import chance, stream
from insight_pipeline.simulation.households import NO_GROUP, Members, build_members
from insight_pipeline.simulation.lives import draw_lives
from insight_pipeline.simulation.names import draw_family, draw_given, gendered, plant_families
from insight_pipeline.simulation.places import build_places
from insight_pipeline.simulation.population import Population
from insight_pipeline.simulation.rates import RATES
from insight_pipeline.simulation.window import Ints, Window

NAME_BEFORE_KNOWN = 0.35
CONTACT_FROM_DAYS = 13 * 365
WHOLE_NAME, ALIKE = 100, 3


def build_population(citizens: int, window: Window, seed: int) -> Population:
    """Everyone who lives in the borough at some time in the window."""
    members = build_members(stream(seed, "households"), citizens, window)
    lives = draw_lives(stream(seed, "lives"), members, window)
    names, same_name = _names(stream(seed, "names"), members)
    return Population(
        window=window,
        places=build_places(stream(seed, "places"), lives.address_ward),
        text=_with_identifiers(stream(seed, "identifiers"), members, names, window),
        household=members.household,
        is_head=members.place == 0,
        female=members.female,
        birth=members.birth,
        death=lives.death,
        moved_out=lives.moved_out,
        renamed=lives.renamed,
        home=lives.home,
        household_moved=lives.household_moved,
        second_home=lives.second_home,
        left_home=lives.left_home,
        own_home=lives.own_home,
        opted_out=lives.opted_out,
        withdrew=lives.withdrew,
        twin_group=members.twin_group,
        same_name_group=same_name,
    )


def _with_identifiers(
    rng: np.random.Generator, members: Members, names: pl.DataFrame, window: Window
) -> pl.DataFrame:
    """Numbers of one's own; a telephone and e-mail that children and some others share."""
    own = identifiers.mobiles(rng, members.size)
    email = identifiers.emails(rng, names["given"], names["family"])
    young = members.birth > window.start - CONTACT_FROM_DAYS
    shares = young | chance(rng, RATES.people.shares_contact, members.size)
    holder = np.where(shares, members.head_of(), np.arange(members.size))
    return names.with_columns(
        nhs=identifiers.nhs_numbers(rng, members.size),
        nino=identifiers.ninos(rng, members.size),
        upn=identifiers.upns(rng, members.size),
        phone=own.gather(holder),
        email=email.gather(holder),
    )


def _names(rng: np.random.Generator, members: Members) -> tuple[pl.DataFrame, Ints]:
    """Given and family names now, after a change in the window, and before an older marriage."""
    head = members.head_of()
    given = draw_given(rng, members.culture, members.female)
    given = _distinct_twins(rng, members, given)
    own = plant_families(rng, draw_family(rng, members.culture), np.unique(head))
    partner = (members.place == 1) & ~members.is_child
    keeps = partner & chance(rng, RATES.people.keeps_own_name, members.size)
    family = own.zip_with(pl.Series(keeps), own.gather(head))
    given, same_name = _sons_named_after_fathers(rng, members, given)
    before = partner & ~keeps & members.female & chance(rng, NAME_BEFORE_KNOWN, members.size)
    later = draw_family(rng, members.culture)
    inflected = {
        name: gendered(column, members.culture, members.female)
        for name, column in (("family", family), ("family_later", later), ("family_before", own))
    }
    empty = pl.repeat(None, members.size, dtype=pl.String, eager=True)
    inflected["family_before"] = inflected["family_before"].zip_with(pl.Series(before), empty)
    return pl.DataFrame({"given": given, **inflected}), same_name


def _distinct_twins(rng: np.random.Generator, members: Members, given: pl.Series) -> pl.Series:
    """Twins never share a given name: redraw the younger one's until they differ.

    Nor do parents call twins James and Jamie: names that begin alike are drawn again, from a stream
    of their own, so that nobody else's name depends on it.
    """
    younger = np.flatnonzero((members.twin_group != NO_GROUP) & (members.place > 0))
    younger = younger[members.twin_group[younger] == members.twin_group[younger - 1]]
    given = _redrawn(rng, members, given, younger, WHOLE_NAME)
    return _redrawn(rng.spawn(1)[0], members, given, younger, ALIKE)


def _redrawn(
    rng: np.random.Generator, members: Members, given: pl.Series, younger: Ints, letters: int
) -> pl.Series:
    """Names of `younger` drawn anew while so many first letters equal those of the elder twin."""
    while True:
        start = given.str.head(letters)
        same = younger[(start.gather(younger) == start.gather(younger - 1)).to_numpy()]
        if same.size == 0:
            return given
        drawn = draw_given(rng, members.culture[same], members.female[same])
        given = given.clone().scatter(same, drawn)


def _sons_named_after_fathers(
    rng: np.random.Generator, members: Members, given: pl.Series
) -> tuple[pl.Series, Ints]:
    """Give some eldest sons their father's given name; returns the pairs as a group number."""
    group = np.full(members.size, NO_GROUP, dtype=np.int64)
    head = members.head_of()
    previous_adult = np.concatenate([[False], ~members.is_child[:-1]])
    eldest = members.is_child & previous_adult & ~members.female & ~members.female[head]
    eldest &= members.twin_group == NO_GROUP
    sons = np.flatnonzero(eldest)
    sons = sons[chance(rng, RATES.people.same_name_fathers_and_sons, sons.size)]
    for member in (sons, head[sons]):
        group[member] = np.arange(sons.size)
    return given.clone().scatter(sons, given.gather(head[sons])), group
