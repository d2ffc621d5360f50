"""The hospital's file: monthly, in national codes, with traps for whoever looks for falls."""

from __future__ import annotations

from collections import Counter

import numpy as np
import polars as pl

from insight_pipeline.simulation.feeds.diagnoses import diagnoses
from tests.unit.simulation.drops_read import Borough
from tests.unit.simulation.oracle import Oracle

KEY = ("Hospital Provider Spell Number",)


def test_there_is_a_file_a_month_with_what_is_new_or_has_changed(borough: Borough) -> None:
    deliveries = borough.deliveries("merebank", "spells")
    assert len(deliveries) == 30
    assert [row["submitted_at"][8:10] for row in deliveries] == ["07"] * 30
    for row in deliveries:
        spells = borough.rows(row)
        days = ("Start Date", "Discharge Ready Date", "Discharge Date")
        for spell in spells:
            told = [spell[day] for day in days if spell[day] and spell[day][5:] != "02-30"]
            assert spell["Start Date"][5:] == "02-30" or max(told) >= row["period_from"]


def test_a_spell_that_goes_on_is_sent_again_when_it_ends(borough: Borough) -> None:
    sent: Counter[str] = Counter()
    open_first = set()
    for delivery in borough.deliveries("merebank", "spells"):
        for row in borough.rows(delivery):
            sent[row[KEY[0]]] += 1
            if row["Discharge Date"] is None:
                assert row["Discharge Method Code"] is None
                assert row["Discharge Destination Code"] is None
                open_first.add(row[KEY[0]])
    ended = {row[KEY[0]] for row in borough.standing("merebank", "spells", KEY)
             if row["Discharge Date"]}  # fmt: skip
    assert len(open_first & ended) > 5
    assert all(sent[spell] > 1 for spell in open_first & ended)


def test_names_are_in_capitals_and_few_nhs_numbers_are_missing(borough: Borough) -> None:
    rows = borough.standing("merebank", "spells", KEY)
    names = [row["Person Given Name"] + (row["Person Family Name"] or "") for row in rows]
    assert all(name == name.upper() for name in names)
    missing = sum(row["NHS Number"] is None for row in rows) / len(rows)
    assert 0 < missing < 0.08


def test_the_codes_of_a_fall_mean_a_fall_and_nothing_else_does(oracle: Oracle) -> None:
    rows = oracle.borough.standing("merebank", "spells", KEY)
    fainted = [row for row in rows if row["External Cause"] and row["Primary Diagnosis"][0] == "R"]
    planned = [
        row for row in rows if row["External Cause"] and row["Admission Method Code"][0] == "1"
    ]
    assert fainted and planned
    assert sum(spell.fell for spell in oracle.spells()) > 5


def test_diagnoses_follow_age_and_kind_of_spell() -> None:
    age = np.array([5.0, 40.0, 85.0, 85.0] * 300)
    emergency = pl.Series([True, True, True, False] * 300)
    fall = pl.Series([False, False, True, False] * 300)
    primary, cause, specialty = diagnoses(np.random.default_rng(1), age, emergency, fall)
    fell = fall.to_numpy()
    assert set(primary.filter(fall).str.slice(0, 1)) <= {"S", "T"}
    assert cause.filter(fall).str.contains("^W[01][0-9]").all()
    assert cause.filter(pl.Series(~fell)).drop_nulls().len() < 30
    assert set(specialty.filter(fall)) == {"110"}
    assert set(specialty.filter(pl.Series(age == 5.0))) == {"420"}
    assert primary.str.contains(r"^[A-Z][0-9]{2}\.?[0-9X]$").all()
