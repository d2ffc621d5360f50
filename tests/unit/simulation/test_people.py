"""The people: what makes them hard to tell apart, and what must hold of each."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
import pytest
from stdnum.gb import nhs, upn

from insight_pipeline.simulation.people import build_population
from insight_pipeline.simulation.population import Population
from insight_pipeline.simulation.rates import WARDS
from insight_pipeline.simulation.window import NEVER, window_of
from tests.unit.simulation.drops_read import Borough

MANY = 12_000


@cache
def _people() -> Population:
    return build_population(MANY, window_of(30), seed=11)


def _groups(group: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[list[int]]:
    return [np.flatnonzero(group == number).tolist() for number in range(group.max() + 1)]


def test_every_nhs_number_and_pupil_number_passes_its_check_and_is_one_persons_own() -> None:
    text = _people().text
    assert all(nhs.is_valid(number) for number in text["nhs"])
    assert all(upn.is_valid(number) for number in text["upn"])
    assert all(text[name].is_unique().all() for name in ("nhs", "upn", "nino"))


def test_national_insurance_numbers_have_the_official_shape() -> None:
    shape = r"^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]$"
    assert _people().text["nino"].str.contains(shape).all()


def test_twins_differ_only_in_given_name_and_in_numbers() -> None:
    people = _people()
    pairs = _groups(people.twin_group)
    assert len(pairs) > 20
    for older, younger in pairs:
        for facts in (people.birth, people.female, people.household, people.home, people.renamed):
            assert facts[older] == facts[younger]
        first, second = (people.text.row(one, named=True) for one in (older, younger))
        assert first["family"] == second["family"]
        assert first["given"][:3] != second["given"][:3]
        assert first["nhs"] != second["nhs"]


def test_some_sons_bear_their_fathers_whole_name_at_the_same_address() -> None:
    people = _people()
    pairs = _groups(people.same_name_group)
    assert len(pairs) > 10
    for father, son in pairs:
        names = [people.text.select("given", "family").row(one) for one in (father, son)]
        assert names[0] == names[1]
        assert people.home[father] == people.home[son]
        assert not people.female[[father, son]].any()
        assert people.birth[son] - people.birth[father] > 16 * 365


def test_family_names_are_skewed_with_a_long_tail() -> None:
    counts = _people().text["family"].value_counts(sort=True)
    top = counts["count"].head(20).sum() / MANY
    assert 0.08 < top < 0.35
    assert counts.height > MANY / 10
    assert counts["family"][0] == "Smith"
    assert (counts["count"] == 1).sum() > counts.height / 4


def test_names_come_from_several_cultures() -> None:
    text = _people().text
    marked = text["family"].str.contains(r"[^\x00-\x7F]").mean()
    compound = text["family"].str.contains(r"[ -]").mean()
    assert isinstance(marked, float) and marked > 0.03
    assert isinstance(compound, float) and compound > 0.03
    families = set(text["family"])
    assert {"Nowak", "Khan", "Patel", "Chen", "Popescu", "Yılmaz"} <= families  # noqa: RUF001
    assert any(name.endswith("ska") for name in families)


@pytest.mark.parametrize("citizens", [60, 1_000])
def test_the_awkward_surnames_are_in_every_borough(citizens: int) -> None:
    families = build_population(citizens, window_of(6), seed=3).text["family"]
    assert {"Null", "Hernandez"} <= set(families)


def test_names_and_addresses_change_on_their_day() -> None:
    people = _people()
    renamed = np.flatnonzero(people.renamed < NEVER)
    assert renamed.size > 50
    before = people.family_name(renamed, people.renamed[renamed] - 1)
    after = people.family_name(renamed, people.renamed[renamed])
    assert (before == people.text["family"].gather(renamed)).all()
    assert (after == people.text["family_later"].gather(renamed)).all()
    moved = np.flatnonzero((people.household_moved < NEVER) & (people.left_home == NEVER))
    day = people.household_moved[moved]
    assert (people.address(moved, day - 1) == people.home[moved]).all()
    assert (people.address(moved, day) == people.second_home[moved]).all()
    assert (people.home[moved] != people.second_home[moved]).all()


def test_nobody_is_present_before_birth_or_after_death() -> None:
    people = _people()
    dead = np.flatnonzero(people.death < NEVER)
    born = np.flatnonzero(people.birth > people.window.start)
    assert dead.size > 100 and born.size > 100
    assert not people.present(dead, people.death[dead] + 1).any()
    assert not people.present(born, people.birth[born] - 1).any()


def test_postcodes_and_property_references_are_well_formed() -> None:
    addresses = _people().places.addresses
    assert addresses["postcode"].str.contains(r"^ZA[0-9]{1,2} [0-9][A-Z]{2}$").all()
    assert not addresses["postcode"].str.contains(r"[CIKMOV][A-Z]?$").any()
    assert addresses["uprn"].str.contains(r"^[0-9]{12}$").all()
    assert addresses["uprn"].is_unique().all()
    wards = addresses.group_by("postcode").agg(pl.col("ward").n_unique())["ward"]
    assert wards.max() == 1


def test_everybody_has_one_of_the_ten_wards(borough: Borough) -> None:
    assert set(borough.table("person")["area_code"]) == {ward.code for ward in WARDS}


def test_about_one_person_in_a_hundred_has_opted_out() -> None:
    share = _people().opted_out_at_end().mean()
    assert 0.005 < share < 0.016


def test_children_share_a_contact_with_the_head_of_their_household() -> None:
    people = _people()
    young = people.birth > people.window.start - 10 * 365
    heads = np.flatnonzero(people.is_head)[people.household]
    phones = people.text["phone"]
    assert (phones.filter(young) == phones.gather(heads).filter(young)).all()
