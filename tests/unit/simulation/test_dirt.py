"""Faults put into columns: each kind does what it says, and no more often than asked."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from stdnum.gb import nhs

from insight_pipeline.simulation import dirt
from insight_pipeline.simulation.identifiers import nhs_numbers

SIZE = 4_000


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(4)


def _names(*names: str) -> pl.Series:
    return pl.Series([names[index % len(names)] for index in range(SIZE)])


def _changed(before: pl.Series, after: pl.Series) -> float:
    return float((before != after).fill_null(True).sum()) / len(before)


def test_a_slip_of_the_keyboard_changes_one_place_of_a_name(rng: np.random.Generator) -> None:
    before = _names("Margaret", "Wójcik", "Khan")
    after = dirt.misspelt(rng, before, 0.5)
    assert 0.3 < _changed(before, after) < 0.5
    lengths = after.str.len_chars().cast(pl.Int64) - before.str.len_chars().cast(pl.Int64)
    assert set(lengths) == {-1, 0, 1}
    assert (after.str.slice(0, 1) == before.str.slice(0, 1)).all()


def test_two_letter_names_and_empty_cells_are_never_misspelt(rng: np.random.Generator) -> None:
    before = pl.Series(["Li", None, "Ng"] * 100)
    assert dirt.misspelt(rng, before, 1.0).equals(before)


def test_no_fault_at_all_at_rate_nought(rng: np.random.Generator) -> None:
    names = _names("Margaret", "García López", "Smith-Jones")
    for fault in (dirt.misspelt, dirt.nicknamed, dirt.plain, dirt.capitalised, dirt.compound_cut,
                  dirt.varied_codes, dirt.emptied):  # fmt: skip
        assert fault(rng, names, 0.0).equals(names)


def test_nicknames_replace_only_names_that_have_one(rng: np.random.Generator) -> None:
    after = dirt.nicknamed(rng, _names("Margaret", "Ifeoma"), 1.0)
    assert set(after) == {"Maggie", "Ifeoma"}


def test_plain_letters_lose_their_marks(rng: np.random.Generator) -> None:
    after = dirt.plain(rng, _names("Łukasz", "Ionuț", "Muñoz", "Yılmaz"), 1.0)  # noqa: RUF001
    assert set(after) == {"Lukasz", "Ionut", "Munoz", "Yilmaz"}


def test_compound_names_are_cut_or_joined(rng: np.random.Generator) -> None:
    after = dirt.compound_cut(rng, _names("García López"), 0.9)
    assert {"García", "López", "García-López", "García López"} == set(after)


def test_names_are_entered_the_wrong_way_round(rng: np.random.Generator) -> None:
    given, family = dirt.swapped(rng, _names("Ann"), _names("Hill"), 0.25)
    wrong = given == "Hill"
    assert 0.2 < float(wrong.sum()) / SIZE < 0.3
    assert ((family == "Ann") == wrong).all()


def test_day_and_month_change_places_only_where_that_gives_another_date(
    rng: np.random.Generator,
) -> None:
    births = pl.Series([date(1980, 3, 9), date(1980, 3, 25), date(1980, 4, 4), None])
    after = dirt.misdated(rng, births, default=0.0, swap=1.0, slip=0.0)
    assert after.to_list() == [date(1980, 9, 3), date(1980, 3, 25), date(1980, 4, 4), None]


def test_default_dates_and_years_one_out(rng: np.random.Generator) -> None:
    births = pl.Series([date(1980, 3, 9)] * SIZE)
    assert set(dirt.misdated(rng, births, 1.0, 0.0, 0.0)) == {date(1900, 1, 1)}
    assert set(dirt.misdated(rng, births, 0.0, 0.0, 1.0)) == {date(1979, 3, 9)}


def test_a_bad_check_digit_never_passes(rng: np.random.Generator) -> None:
    wrong = dirt.bad_check_digit(rng, nhs_numbers(rng, 500), 1.0)
    assert not any(nhs.is_valid(number) for number in wrong)


def test_sex_is_written_in_words_a_list_of_synonyms_knows(rng: np.random.Generator) -> None:
    sex = pl.Series(["M", "F", None] * 1000)
    after = dirt.sex_codes(rng, sex, {"M": "1", "F": "2"}, "9", 0.5)
    known = {"M": {"m", "male", "1"}, "F": {"f", "female", "2"}, None: {"9"}}
    for true, written in zip(sex, after, strict=True):
        assert written.strip().casefold() in known[true]
    assert after.n_unique() > 8


def test_codes_vary_in_case_and_blanks_only(rng: np.random.Generator) -> None:
    after = dirt.varied_codes(rng, _names("Home Care"), 0.9)
    assert after.n_unique() == 4
    assert set(after.str.strip_chars().str.to_lowercase()) == {"home care"}


def test_impossible_dates_are_no_dates(rng: np.random.Generator) -> None:
    days = pl.Series([date(2025, 5, 17)] * SIZE)
    for pattern, wrong in (("%d/%m/%Y", "30/02/2025"), ("%d-%b-%Y", "30-Feb-2025")):
        text = dirt.date_text(rng, days, pattern, 0.3)
        assert set(text) == {date(2025, 5, 17).strftime(pattern), wrong}


def test_repeated_rows_are_exact_copies(rng: np.random.Generator) -> None:
    rows = pl.DataFrame({"key": np.arange(SIZE)})
    after = dirt.repeated_rows(rng, rows, 0.1)
    assert SIZE * 1.05 < after.height < SIZE * 1.15
    assert after["key"].n_unique() == SIZE
