"""A provider's list of people: stale, sometimes double, and linked to true people."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl

from insight_pipeline.simulation.dirt_rates import DIRT, Dirt
from insight_pipeline.simulation.people import build_population
from insight_pipeline.simulation.population import Population
from insight_pipeline.simulation.register import IdStyle, records_of, register
from insight_pipeline.simulation.window import NEVER, dates, window_of

CLEAN = Dirt(no_nhs_number=0.0, no_nino=0.0, no_upn=0.0, no_contact=0.0)


@cache
def _people() -> Population:
    return build_population(4_000, window_of(30), seed=8)


def _events(person: np.ndarray[tuple[int], np.dtype[np.int64]], day: int) -> pl.DataFrame:
    return pl.DataFrame({"person": person, "day": dates(np.full(person.size, day))})


def _register(events: pl.DataFrame, dirt: Dirt) -> pl.DataFrame:
    rng = np.random.default_rng(1)
    return register(rng, _people(), events, "day", IdStyle("X", 100), dirt)


def test_without_dirt_a_record_holds_the_truth_of_the_day_it_was_opened() -> None:
    people = _people()
    moved = np.flatnonzero((people.household_moved < NEVER) & (people.left_home == NEVER))
    renamed = np.flatnonzero(people.renamed < NEVER)
    someone = np.union1d(moved, renamed)
    known = _register(_events(someone, people.window.start), CLEAN).sort("person")
    assert known["nhs"].equals(people.text["nhs"].gather(someone))
    assert known["family"].equals(people.text["family"].gather(someone))
    at_start = people.places.addresses["postcode"].gather(people.home[someone])
    assert known["postcode"].equals(at_start)
    at_end = people.places.addresses["postcode"].gather(
        people.address(someone, np.full(someone.size, people.window.end))
    )
    assert (known["postcode"] != at_end).sum() > 20


def test_a_later_record_knows_the_later_name() -> None:
    people = _people()
    renamed = np.flatnonzero(people.renamed < NEVER)
    known = _register(_events(renamed, people.window.end), CLEAN).sort("person")
    assert known["family"].equals(people.text["family_later"].gather(renamed))
    assert known["family_before"].equals(people.text["family"].gather(renamed))


def test_people_registered_twice_have_two_records_and_their_events_are_split() -> None:
    people = _people()
    someone = np.repeat(np.arange(500), 10)
    day = np.tile(np.arange(10) * 50 + people.window.start, 500)
    events = pl.DataFrame({"person": someone, "day": dates(day)})
    known = _register(events, Dirt(registered_twice=0.5))
    assert known["record"].is_unique().all()
    assert 700 < known.height < 800
    record = records_of(np.random.default_rng(2), known, events, "day")
    used = events.with_columns(record=record).group_by("person").agg(pl.col("record").n_unique())
    assert (used["record"] == 2).sum() > 150
    owner = dict(known.select("record", "person").iter_rows())
    assert all(owner[name] == who for name, who in zip(record, someone, strict=True))


def test_a_second_record_gets_no_event_from_before_it_was_opened() -> None:
    people = _people()
    someone = np.repeat(np.arange(300), 8)
    day = np.tile(np.arange(8) * 60 + people.window.start, 300)
    events = pl.DataFrame({"person": someone, "day": dates(day)})
    known = _register(events, Dirt(registered_twice=1.0))
    filed = events.with_columns(record=records_of(np.random.default_rng(2), known, events, "day"))
    opened = filed.join(known.select("record", "registered", "copy"), on="record")
    second = opened.filter(pl.col("copy") == 1)
    assert second.height > 100
    assert (second["day"] >= second["registered"]).all()


def test_every_feed_with_people_in_it_has_its_own_rates_of_dirt() -> None:
    assert len(set(DIRT.values())) == len(DIRT) == 13


def test_ids_do_not_tell_the_order_in_which_people_were_met() -> None:
    ids = IdStyle("X", 100).ids(np.random.default_rng(3), 1000)
    assert ids.is_unique().all()
    assert not ids.is_sorted()
