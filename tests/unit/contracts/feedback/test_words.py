"""Words for people: dates, shares, places, and what is wrong where a rule is broken.

The tests of wrong.py, steps.py and picture.py stand here as well.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight_pipeline.contracts.feedback import words
from insight_pipeline.contracts.feedback.page import index_page, summary_page
from insight_pipeline.contracts.feedback.picture import PARTS, WIDTH, bar, columns
from insight_pipeline.contracts.feedback.steps import _next_delivery
from insight_pipeline.contracts.feedback.wrong import ABOUT_THE_FILE, rule_words
from insight_pipeline.contracts.judging.rules import DELIVERY_RULES, compile_rules
from insight_pipeline.contracts.promise.contract import ServiceLevels
from insight_pipeline.landing.reading import ROWS_OF_A_PART
from tests.unit.contracts.feedback.statements import full_statement, statement
from tests.unit.contracts.promises import column, contract, row_rule

COUNTS = st.fixed_dictionaries(dict.fromkeys(PARTS, st.integers(0, 10**7)))


def test_dates_and_periods_read_as_people_write_them() -> None:
    assert words.period_words(date(2025, 7, 1), date(2025, 9, 30)) == "1 July to 30 September 2025"
    longer = words.period_words(date(2025, 10, 1), date(2026, 3, 31))
    assert longer == "1 October 2025 to 31 March 2026"
    assert words.period_words(date(2025, 7, 1), date(2025, 7, 1)) == "1 July 2025"
    moment = datetime(2025, 10, 7, 9, 5, tzinfo=UTC)
    assert words.moment_words(moment) == "7 October 2025, 09:05 UTC"


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        (0, 0, "–"),
        (0, 9, "0 %"),
        (9, 9, "100 %"),
        (1, 3, "33.3 %"),
        (1, 10_000, "< 0.1 %"),
        (9_999, 10_000, "> 99.9 %"),
    ],
)
def test_a_share_is_never_all_or_nothing_unless_it_is(part: int, whole: int, told: str) -> None:
    assert words.share_words(part, whole) == told


def test_a_row_of_a_second_sheet_says_so() -> None:
    assert words.place_words(1204) == "1,204"
    assert words.place_words(ROWS_OF_A_PART + 5) == "5 of part 2"


def test_one_row_and_many_rows() -> None:
    told = [words.counted(n, "row") for n in (0, 1, 1204)]
    assert told == ["0 rows", "1 row", "1,204 rows"]


def test_every_rule_about_the_file_says_what_is_wrong() -> None:
    assert set(ABOUT_THE_FILE) == {rule.code for rule in DELIVERY_RULES}


def test_rules_about_columns_say_what_is_wrong_not_what_should_hold() -> None:
    made = contract(
        column("Ref", required=True, key=True, unique=True, options={"minLength": 3}),
        column("NHS", format="nhs_number", requiredIf="\"Ref\" = 'x'"),
        column("Sex", vocabulary="sex"),
        column("Born", "date", options={"format": "dd/MM/yyyy", "minimum": "1900-01-01"}),
        rules=(row_rule("born_late", '"Born" is not null'),),
    )
    told = rule_words(made, compile_rules(made), None)
    assert told["ref.required"][0] == "Ref is empty."
    assert told["ref.min_length"][0] == "Ref does not have at least 3 characters."
    assert told["nhs.format"][0] == "NHS is not a valid NHS number."
    assert told["nhs.required_if"][0].startswith("NHS is empty although ")
    assert told["sex.vocabulary"][0] == "Sex is not one of the agreed codes."
    assert told["born.type"][0] == "Born is not a date."
    assert told["born.minimum"][0].startswith("Born is not at least 1900-01-01")
    assert told["key_conflict"][0] == "Rows with the same Ref differ in other columns."
    assert told["born_late"][0] == "born_late holds."
    assert not [sentence for sentence, _ in told.values() if sentence.startswith("This does not")]


def test_an_unreadable_file_is_told_by_its_own_reason() -> None:
    made = contract(column("Ref"))
    rules = compile_rules(made)
    assert rule_words(made, rules, "empty_file")["readable"][0] == "The file is empty."
    assert "some new way" in rule_words(made, rules, "some_new_way")["readable"][0]
    assert rule_words(made, rules, None)["readable"][0] == "The file cannot be read."


def test_the_next_delivery_is_named_with_its_last_day() -> None:
    made = contract(column("Ref"))
    assert list(_next_delivery(made, date(2025, 9, 30))) == []
    object.__setattr__(made, "service_levels", ServiceLevels(3, 14))
    (told,) = _next_delivery(made, date(2025, 11, 30))
    assert "ends on 28 February 2026, is due by 14 March 2026" in told


@given(COUNTS)
def test_a_bar_is_full_in_proportion_and_shows_every_part(counts: dict[str, int]) -> None:
    shown = statement(**counts, received=sum(counts.values()))
    widths = {shape.kind: shape.width for shape in bar(shown, 36, "rows").shapes}
    assert set(widths) == {name for name, count in counts.items() if count}
    assert all(width > 0 for width in widths.values())
    if widths:
        assert sum(widths.values()) == pytest.approx(WIDTH, abs=0.5)
        largest = max(counts, key=lambda name: counts[name])
        # What the smallest parts need to be seen is taken from the largest.
        assert widths[largest] >= max(widths.values()) - 3 * 4.1


def test_a_delivery_without_rows_still_has_its_column() -> None:
    nothing = statement(**dict.fromkeys(("received", *PARTS), 0))
    assert [shape.kind for shape in columns([nothing], "none").shapes] == ["none"]


def test_whatever_a_contract_says_is_escaped_on_the_pages() -> None:
    evil = '"><script>alert(1)</script>'
    shown = full_statement(title=evil, provider_name=evil, explanation=evil, contact=evil)
    for page in (summary_page(shown), index_page(evil, {"a/b/c": shown})):
        assert "<script" not in page
        assert page.count("<svg") >= 1
        assert "<rect" in page
