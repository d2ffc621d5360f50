"""Named formats against libraries that know them, over many random numbers and all edges.

python-stdnum knows NHS numbers and UPNs; the oracle's own functions know every format.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import duckdb
import polars as pl
import pytest
from stdnum.gb import nhs as stdnum_nhs
from stdnum.gb import upn as stdnum_upn

from insight_pipeline.contracts.judging.oracle.formats import FORMATS, UPN_LETTERS
from insight_pipeline.sql.runner import install_macros
from tests.unit.contracts.rows import format_macros

MANY = 100_000
CHECKED = sorted(m.name for m in format_macros() if m.name.startswith("valid_"))


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        install_macros(opened, format_macros())
        yield opened


def made(connection: duckdb.DuckDBPyConnection, form: str, texts: list[str]) -> list[str | None]:
    connection.register("texts", pl.DataFrame({"x": texts}).to_arrow())
    try:
        return [row[0] for row in connection.execute(f"select {form}(x) from texts").fetchall()]
    finally:
        connection.unregister("texts")


def valid(connection: duckdb.DuckDBPyConnection, form: str, texts: list[str]) -> list[bool]:
    return [text is not None for text in made(connection, form, texts)]


def numbers(form: str, count: int) -> list[str]:
    """Random texts of nearly the right shape."""
    draw = random.Random(form)  # noqa: S311
    shapes: dict[str, Callable[[], str]] = {
        "valid_nhs_number": lambda: f"{draw.randrange(10**10):010d}",
        "valid_upn": lambda: draw.choice(UPN_LETTERS + "IOS") + f"{draw.randrange(10**12):012d}",
        "valid_nino": lambda: (
            "".join(draw.choices("ABCDEFGKNTZO", k=2))
            + f"{draw.randrange(10**6):06d}{draw.choice('ABCDEF')}"
        ),
        "valid_uprn": lambda: str(draw.randrange(10 ** draw.randrange(1, 14))),
        "valid_postcode": lambda: "".join(draw.choices("A1 ", k=draw.randrange(5, 9))),
        "valid_email": lambda: "".join(draw.choices("ab.@ -", k=draw.randrange(3, 12))),
        "valid_phone": lambda: "".join(draw.choices("0047 +()", k=draw.randrange(9, 16))),
        "valid_sde_date": lambda: (
            f"{draw.randrange(900, 2100):04d}{draw.choice(['', '-'])}"
            f"{draw.randrange(14):02d}{draw.choice(['', '-'])}{draw.randrange(33):02d}"
        ),
        "valid_ukprn": lambda: str(draw.randrange(10**6, 10**9)),
    }
    return [shapes[form]() for _ in range(count)]


EDGES = [
    *("9434765919", "943 476 5919", "943-476-5919", "9434765918", "943476591", "94347659190"),
    *("0000000000", "4444444444", "9999999999", "1111111111", "0101000009", "5000000009"),
    *(
        "A123456789012",
        "T1234567890",
        "I123456789012",
        "",
        " ",
        "x",
        "\t",
        "é",
        "\uff19" * 10,
        "\u0663" * 10,
    ),
    *("20240229", "2023-02-29", "2024-02-29", "2024-0229", "0000-01-01", "0001-01-01", "20241301"),
    *("10012345", " 10012345 ", "20012345", "1001234", "07700 900123", "+44 (0)7700 900123"),
    *("GIR 0AA", "gir0aa", "GIR 0AB", "GIR 1AA", "GIR0AAA", "AGIR 0AA"),
    *("ZA1 2BC", "za12bc", "AB123456C", "gb123456c", "a@b.example", "a@@b.example", "0", "00012"),
]


@pytest.mark.parametrize("form", CHECKED)
def test_a_format_says_the_same_in_sql_and_in_python(
    form: str, connection: duckdb.DuckDBPyConnection
) -> None:
    texts = [*numbers(form, 20_000), *EDGES, *(f" {text} " for text in EDGES)]
    expected = [FORMATS[form.removeprefix("valid_")](text) for text in texts]
    found = valid(connection, form, texts)
    assert [t for t, a, b in zip(texts, found, expected, strict=True) if a != b] == []
    assert 0 < sum(found) < len(texts)


def test_nhs_numbers_are_those_of_stdnum_less_the_ranges_never_issued(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    texts = [*numbers("valid_nhs_number", MANY), *EDGES]
    # stdnum takes other scripts' digits for digits.
    right = [text.isascii() and stdnum_nhs.is_valid(text) for text in texts]
    known = [
        ok and (bare := stdnum_nhs.compact(text))[0] in "34679" and len(set(bare)) > 1
        for text, ok in zip(texts, right, strict=True)
    ]
    assert valid(connection, "valid_nhs_number", texts) == known
    assert sum(known) > MANY / 30


def test_pupil_numbers_are_those_of_stdnum_less_the_temporary_ones(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    texts = [*numbers("valid_upn", MANY), *EDGES]
    # stdnum also asks for a known local authority, which changes with every reorganisation.
    expected = [_upn(text) for text in texts]
    assert valid(connection, "valid_upn", texts) == expected
    assert sum(expected) > MANY / 40


def _upn(text: str) -> bool:
    number = stdnum_upn.compact(text)
    shaped = len(number) == 13 and number[1:].isascii() and number[1:].isdecimal()
    return (
        shaped and number[0] in UPN_LETTERS and stdnum_upn.calc_check_digit(number[1:]) == number[0]
    )


@pytest.mark.parametrize(
    ("written", "made_of_it"),
    [
        ("ZA1 2BC", "ZA12BC"),
        ("za1a 2bc", "ZA1A2BC"),
        ("GIR 0AA", "GIR0AA"),
        ("gir0aa", "GIR0AA"),
        ("GIR 0AB", None),
        ("GIR 1AA", None),
        ("GIR 0AA 1", None),
        ("ZAB 0AA", None),
    ],
)
def test_a_postcode_follows_the_pattern_or_is_the_one_that_does_not(
    connection: duckdb.DuckDBPyConnection, written: str, made_of_it: str | None
) -> None:
    assert made(connection, "valid_postcode", [written]) == [made_of_it]


def test_a_date_of_a_national_return_becomes_an_iso_date(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    texts = ["20240229", "2024-02-29", " 19991231 ", "20230229", "240229"]
    iso = ["2024-02-29", "2024-02-29", "1999-12-31", None, None]
    assert made(connection, "valid_sde_date", texts) == iso
