"""Cleaning: what a value becomes, and that nothing becomes of values which are no evidence."""

from __future__ import annotations

import random
from datetime import date

import duckdb
import pytest
from stdnum.gb import nhs

from insight_pipeline.linkage.evidence.cleaning import (
    CHECKED,
    CLEANING,
    TRUSTED_ID,
    Step,
    clean_sql,
)


def cleaned(column: str, value: object, kind: str = "varchar") -> object:
    with duckdb.connect() as con:
        return con.execute(
            f"select {clean_sql(column, CLEANING[column])} "
            f"from (select ?::{kind} as {column}, date '2020-06-01' as death_date) as given",
            [value],
        ).fetchall()[0][0]


@pytest.mark.parametrize(
    ("column", "raw", "expected"),
    [
        ("family_name", "  O'Neill ", "oneill"),
        ("family_name", "ÅSTRÖM-Müller", "astrom muller"),
        ("family_name", "Łukasiewicz", "lukasiewicz"),
        ("family_name", "Hernández   López", "hernandez lopez"),
        ("family_name", "Smith Jr.", "smith"),
        ("family_name", "Null", "null"),
        ("family_name", "None", "none"),
        ("family_name", "UNKNOWN", None),
        ("family_name", "...", None),
        ("family_name", "1st Baronet", None),
        ("given_name", "1st", None),
        ("family_name", "Rhys 3rd Bt", "rhys"),
        ("family_name", "c0llins", "collins"),
        ("given_name", "5imon2", "simon"),
        ("family_name", "Lord", "lord"),
        ("family_name", "Test", None),
        ("given_name", "Mrs. Dilys", "dilys"),
        ("given_name", "BABY GIRL", None),
        ("given_name", "Resident", None),
        ("given_name", "Ольга", "ольга"),
        ("sex_code", "M", "M"),
        ("sex_code", "unknown", None),
        ("postcode", "za1 2bc", "ZA12BC"),
        ("postcode", "ZZ99 3VZ", None),
        ("postcode", "", None),
        ("address_line", "Flat 3, 12 High St., Ashmere ZA1 2BC", "3 12 high street ashmere"),
        ("address_line", "No fixed abode", None),
        ("uprn", "0100 2345", "1002345"),
        ("phone", "+44 7700 900123", "7700900123"),
        ("phone", "07700 900123", "7700900123"),
        ("phone", "0000000000", None),
        ("phone", "1234", None),
        ("phone", "07777 777777", None),
        ("phone", "01234567890", None),
        ("email", " Dilys@Example.ORG", "dilys@example.org"),
        ("email", "noemail@example.org", None),
        ("email", "not an address", None),
    ],
)
def test_a_value_is_cleaned_to_what_can_be_compared(
    column: str, raw: str, expected: str | None
) -> None:
    assert cleaned(column, raw) == expected


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (date(1984, 2, 29), date(1984, 2, 29)),
        (date(1900, 1, 1), None),
        (date(1, 1, 1), None),
        (date(2020, 6, 2), None),
        (None, None),
    ],
)
def test_default_impossible_and_posthumous_birth_dates_are_missing(
    born: date | None, expected: date | None
) -> None:
    assert cleaned("birth_date", born, "date") == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("943 476 5919", "9434765919"), ("qq 12 34 56 c", "QQ123456C"), ("0000000000", None)],
)
def test_trusted_numbers_lose_their_spacing_and_never_repeat_one_sign(
    raw: str, expected: str | None
) -> None:
    with duckdb.connect() as con:
        found = con.execute(
            f"select {clean_sql('x', TRUSTED_ID)} from (select ?::varchar as x) as given", [raw]
        ).fetchall()
    assert found[0][0] == expected


def checked(*numbers: str) -> list[str | None]:
    steps = (*TRUSTED_ID, *CHECKED["nhs_number"])
    with duckdb.connect() as con:
        return [
            row[0]
            for row in con.execute(
                f"select {clean_sql('x', steps)} from (select unnest(?::varchar[]) as x) as given",
                [list(numbers)],
            ).fetchall()
        ]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("943 476 5919", "9434765919"),
        ("943 476 5918", None),
        ("493 476 5919", None),
        ("0000000000", None),
        ("4444444444", None),
        ("94347659199", None),
        ("943476591A", None),
    ],
)
def test_an_nhs_number_proves_itself_or_is_no_number(raw: str, expected: str | None) -> None:
    assert checked(raw) == [expected]


def test_the_check_digit_agrees_with_stdnum_on_every_issued_range() -> None:
    rng = random.Random(5)  # noqa: S311
    numbers = [f"{rng.randrange(10**10):010d}" for _ in range(2_000)]
    valid = {n for n in numbers if nhs.is_valid(n) and n[0] in "34679"}
    assert {n for n in checked(*numbers) if n} == valid
    assert len(valid) > 50


def test_every_step_has_a_name_and_a_reason_and_uses_its_value() -> None:
    steps = [
        step for steps in (*CLEANING.values(), *CHECKED.values(), TRUSTED_ID) for step in steps
    ]
    assert all(step.name and len(step.reason) > 10 and "{x}" in step.sql for step in steps)
    assert Step("n", "r", "lower({x})").applied_to("a") == "lower(a)"
