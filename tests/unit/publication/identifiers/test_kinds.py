"""Every kind is known in every usual spelling, and what only looks like one is not."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from stdnum.gb import nhs

from insight_pipeline.publication.identifiers.folding import folded
from insight_pipeline.publication.identifiers.kinds import KINDS

BY_CODE = {kind.code: kind for kind in KINDS}
SEPARATORS = ["", " ", "  ", "-", " - ", "\u00a0", "\u2009", "\u202f", "\u2011", "\u2013", "\u00ad"]

CAUGHT = {
    "nhs_number": [
        "943.476.5919", "943/476/5919", "9,434,765,919", "9434765919.0", "NHS9434765919",
        "9 4 3 4 7 6 5 9 1 9", "ward 2 943 476 5919 3", "94347 65919", "(943) 476 5919",
        "٩٤٣٤٧٦٥٩١٩", "x=9434765919;y", "1234567890 9434765919",
        "NHS no.9434765919",
    ],
    "nino": ["AB123456C", "ab 12 34 56 c", "AB-12-34-56-C", "no. AB12 34 56D", "AB 12 34 56",
             "of_AB123456C_2025"],
    "postcode": ["ZA1 2BD", "za12bd", "Za1 2bd", "M1 1AE", "SW1A1AA", "EC1A-1BB", "GIR 0AA",
                 "B33  8TH", "Z A 1 2 B D", "CR2 6XH.", "DN551PT", "home_za12bd",
                 "ZA1_2BD", "ZA12BD_2"],
    "email": ["a.b+c@d-e.example.org", "A@B.CO", "mailto:x@y.example", "x [at] y.org", "é@ü.fr"],
    "phone": ["020 7946 0958", "(020) 7946 0958", "+44 20 7946 0958", "00442079460958",
              "+44 (0)7700 900123", "07100123456", "07100 123456",
              "01632.960.001", "7911123456", "0 7 7 0 0 9 0 0 1 2 3"],
    "uprn": ["100023336956", "10033544614", "UPRN: 12345678", "000012345678",
             "unique property reference number 1234 5678"],
    "person_key": ["00001FB1f6ee8d6d7d8c6c6f", "d41d8cd98f00b204e9800998ecf8427e",
                   "123e4567-e89b-12d3-a456-426614174000",
                   "citizen_00001fb1f6ee8d6d7d8c6c6f", "13835058055282163712",
                   "-5188146770730811392"],
    "hash": ["a" * 39 + "1", "0" * 63 + "f", "f1" * 64,
             "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=", "XrY7u+Ae7tCTyyK7j1rNww==",
             "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"],
    "day": ["2025-03-14", "2025/3/14", "14.03.2025", "3/14/2025", "14/03/25", "14th March 2025",
            "14 Mar, 2025", "March 14, 2025", "14-MAR-25", "20250314", "2025-03-14T10:00:00Z",
            "the 2nd of March 2025", "2025 Mar 14", "2025_03_14", "of_2025-03-14", "14MAR2025",
            "20250314T0930", "20250314093000", "visits_20250314.csv"],
}  # fmt: skip
HARMLESS = {
    "nhs_number": [
        "0000000000", "4444444444", "9434765918", "1434765918", "94347659191", "943 476 591",
        "18-64 65-74 75-84 85+", "2024-06-30 2024-07-01", "3.4505577104", "4505577104ab",
        "2026-09-30 09:00", "43 476 5919 and 9", "1,200 of 10,670",
    ],
    "nino": ["BG123456C", "DA123456C", "AB123456E", "#ab123456c", "TO 12 34 56 A", "E05900001",
             "MB702718", "L 12 34 56 C"],
    "postcode": ["E05900001", "ZA1", "#aa11ab", "Table S1 2nd", "2025 Q2", "W00-W19", "0 1rem",
                 "h1 2em", "per 100 000", "M25", "table A1 2CM", "rule_a1_2nd"],
    "email": ["hosp_falls_65@2025-04-01", "@media print", "package@1.29.0", "at example.org"],
    "phone": ["0-17 18-64 65-74", "2024-01 2025-02", "01 April 2024", "0.01632960001", "100000",
              "00001234", "020 per 100"],
    "uprn": ["UPRN (12 digits)", "1200", "123456789", "1234567890123", "07700900123", "0000000"],
    "person_key": ["03b8c90e4202", "d41d8cd98f00b204e9800998ecf8427", "hosp_falls_65_2025",
                   "1,234,567,890,123,456", "0.1234567890123456", "100000000000000"],
    "hash": ["disclosure_rules_of_indicators_and_revision", "a" * 41, "health_to_care_pickup_28d"],
    "day": ["2025-03-31", "1 April 2025", "2024-02-29", "2025-13-14", "2024/25", "30 June 2025",
            "2025 Q2 (Jul to Sep)", "20101000", "2025-02-30", "14 March", "1.2.2025.4",
            "20250314.50", "20250331T0930", "202503141234", "31MAR2025"],
}  # fmt: skip


def found(code: str, *texts: str) -> pl.DataFrame:
    frame = pl.DataFrame({"text": list(texts)}).select(text=folded(pl.col("text")))
    return BY_CODE[code].find(frame.with_row_index("text_id"))


@pytest.mark.parametrize("code", [kind.code for kind in KINDS])
def test_every_kind_has_spellings_that_are_caught_and_some_that_are_harmless(code: str) -> None:
    caught = set(found(code, *CAUGHT[code])["text_id"].to_list())
    assert [text for place, text in enumerate(CAUGHT[code]) if place not in caught] == []
    wrong = set(found(code, *HARMLESS[code])["text_id"].to_list())
    assert [HARMLESS[code][place] for place in wrong] == []


def test_the_kinds_have_distinct_codes_and_words() -> None:
    assert len({kind.code for kind in KINDS}) == len({kind.words for kind in KINDS}) == len(KINDS)


@st.composite
def spaced_numbers(draw: st.DrawFn) -> tuple[str, str]:
    """A valid NHS number of an issued range, and the same with signs between its digits."""
    first = draw(st.sampled_from("34679"))
    body = first + draw(st.text("0123456789", min_size=8, max_size=8))
    check = (11 - sum((10 - i) * int(digit) for i, digit in enumerate(body)) % 11) % 11
    number = f"{body}{check}"
    assume(check < 10 and len(set(number)) > 1)
    gaps = draw(st.lists(st.sampled_from(SEPARATORS), min_size=9, max_size=9))
    return number, number[0] + "".join(a + b for a, b in zip(gaps, number[1:], strict=True))


@settings(deadline=None)
@given(spaced_numbers(), st.sampled_from(["", "No. ", "NHS: ", "seen by ward A, "]))
def test_an_nhs_number_is_found_whatever_stands_between_its_digits(
    numbers: tuple[str, str], before: str
) -> None:
    number, written = numbers
    assert number in found("nhs_number", f"{before}{written}; no more")["found"].to_list()


@settings(deadline=None)
@given(st.integers(0, 9_999_999_999))
def test_ten_digits_are_an_nhs_number_exactly_where_check_digit_and_range_say_so(
    number: int,
) -> None:
    text = f"{number:010}"
    expected = nhs.is_valid(text) and text[0] in "34679" and len(set(text)) > 1
    assert bool(found("nhs_number", text).height) == expected


@settings(deadline=None)
@given(st.lists(st.integers(0, 999_999_999), min_size=1, max_size=20))
def test_no_count_below_a_thousand_million_is_an_identifier(counts: list[int]) -> None:
    texts = [str(count) for count in counts]
    kinds = [code for code in BY_CODE if code != "day" and found(code, *texts).height]
    assert kinds == []
