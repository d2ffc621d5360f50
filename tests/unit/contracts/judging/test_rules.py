"""Every kind of rule at its boundaries: what breaks it, and what only just keeps it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.contracts.judging.rules import DELIVERY_RULES, compile_rules, slug
from insight_pipeline.contracts.promise.cell import checked_pattern, strptime_format
from insight_pipeline.contracts.promise.contract import Column
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.kernel.outcome import Severity
from tests.unit.contracts.promises import column, contract, row_rule
from tests.unit.contracts.rows import Row, broken


def kept(made: Column, *texts: str | None) -> list[list[str]]:
    """Codes that each text breaks in a contract of this one column."""
    return broken(contract(made, mode="append"), [{made.name: text} for text in texts])


def bad(made: Column, code: str, good: list[str | None], wrong: list[str]) -> None:
    """Every good text keeps every rule; every wrong one breaks `code` and nothing else."""
    assert dict(zip(good, kept(made, *good), strict=True)) == {text: [] for text in good}
    expected = {text: [f"{slug(made.name)}.{code}"] for text in wrong}
    assert dict(zip(wrong, kept(made, *wrong), strict=True)) == expected


# Missing values


def test_required_means_filled_in() -> None:
    made = column("Ref", required=True)
    assert kept(made, "x", "0", "NULL", "N/A") == [[], [], [], []]
    assert kept(made, None, "", "  ") == [["ref.required"]] * 3


def test_texts_agreed_to_mean_empty_are_empty_in_any_case() -> None:
    made = column("Ref", required=True, emptyValues=["N/K", "unknown"])
    assert kept(made, "n/k", " Unknown ", "N/A") == [["ref.required"], ["ref.required"], []]


def test_an_empty_cell_is_spared_every_other_rule() -> None:
    made = column(
        "Ref",
        "integer",
        options={"minimum": 5, "maximum": 6, "pattern": "[0-9]", "minLength": 1, "maxLength": 1},
        format="nhs_number",
        vocabulary="sex",
    )
    assert kept(made, None, "", " ") == [[], [], []]


def test_a_cell_of_the_wrong_type_is_spared_the_rules_of_its_value() -> None:
    made = column("N", "integer", options={"minimum": 5, "maximum": 6})
    assert kept(made, "x") == [["n.type"]]


# Types


def test_dates_are_written_in_the_agreed_format() -> None:
    good: list[str | None] = ["03/07/2025", "29/02/2024", "31/12/1899"]
    wrong = ["2025-07-03", "31/02/2025", "29/02/2023", "13/13/2025", "03/07/2025x", "today"]
    bad(column("Start", "date", options={"format": "dd/MM/yyyy"}), "type", good, wrong)


@pytest.mark.parametrize("text", ["03/07/25", "03/07/5"])
def test_a_year_of_two_digits_is_not_one_of_four(text: str) -> None:
    made = column("Start", "date", options={"format": "dd/MM/yyyy"})
    assert kept(made, text) == [["start.type"]]


def test_dates_are_iso_when_nothing_else_is_agreed() -> None:
    good: list[str | None] = ["2025-07-03"]
    bad(column("Start", "date"), "type", good, ["03/07/2025", "2025-02-30", "2025-07-03 10:00:00"])


def test_months_may_be_words() -> None:
    made = column("Start", "date", options={"format": "dd-MMM-yyyy"})
    bad(made, "type", ["03-Jul-2025", "03-JUL-2025"], ["03-07-2025", "03-Jux-2025"])


def test_timestamps_have_a_time() -> None:
    wrong = ["2025-07-03", "2025-07-03 24:00:00", "2025-07-03 10:00"]
    bad(column("At", "timestamp"), "type", ["2025-07-03 23:59:59"], wrong)


def test_integers_are_digits_with_a_sign() -> None:
    good: list[str | None] = ["0", "-1", "+5", "007", "9" * 30]
    wrong = ["1.0", "1e3", "1,000", "1 000", "one", "--1", "0x1f", "NaN", "٣", "9" * 60]
    bad(column("N", "integer"), "type", good, wrong)


def test_numbers_are_digits_with_at_most_one_point() -> None:
    good: list[str | None] = ["0", "-1.50", "+0.5", "1234567890123.123456789"]
    wrong = ["1e3", "1,5", ".5", "5.", "NaN", "inf", "-", "1.2.3", "£5", "٣"]
    bad(column("N", "number"), "type", good, wrong)


def test_booleans_are_words_of_agreement() -> None:
    bad(column("B", "boolean"), "type", ["true", "FALSE"], ["maybe", "2"])


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("dd/MM/yyyy", "%d/%m/%Y"),
        ("yyyy-MM-dd'T'HH:mm:ss", "%Y-%m-%dT%H:%M:%S"),
        ("dd-MMM-yy", "%d-%b-%y"),
        ("yyyyMMdd", "%Y%m%d"),
    ],
)
def test_date_formats_become_those_of_the_engine(pattern: str, expected: str) -> None:
    assert strptime_format(column("D", "date", options={"format": pattern})) == expected


# Ranges, lengths, patterns


def test_bounds_are_inclusive() -> None:
    made = column("N", "integer", options={"minimum": 18, "maximum": 120})
    bad(made, "minimum", ["18", "120", "0018"], ["17", "-1"])
    bad(made, "maximum", ["18", "120"], ["121", "9" * 30])


def test_bounds_of_numbers_are_exact() -> None:
    made = column("N", "number", options={"minimum": 0.1, "maximum": 100})
    bad(made, "minimum", ["0.1", "0.10", "100", "100.000"], ["0.09", "0.099999999"])
    bad(made, "maximum", ["100"], ["100.01"])


def test_bounds_of_large_integers_are_exact() -> None:
    made = column("N", "integer", options={"maximum": 9007199254740993})
    bad(made, "maximum", ["9007199254740993"], ["9007199254740994"])


def test_a_cell_of_any_size_can_be_held_against_a_bound() -> None:
    whole, exact = {"minimum": 1, "maximum": 10**37}, {"minimum": 0.000000001, "maximum": 1e28}
    largest = "170141183460469231731687303715884105727"
    bad(column("N", "integer", options=whole), "maximum", ["1"], ["9" * 38, largest])
    wide = "99999999999999999999999999999.999999999"
    bad(column("N", "number", options=exact), "maximum", ["1"], [wide])


def test_bounds_of_dates_are_days() -> None:
    options = {"format": "dd/MM/yyyy", "minimum": "2000-01-01", "maximum": "2025-12-31"}
    made = column("D", "date", options=options)
    bad(made, "minimum", ["01/01/2000", "31/12/2025"], ["31/12/1999", "01/01/1900"])
    bad(made, "maximum", ["31/12/2025"], ["01/01/2026"])


def test_lengths_count_characters_and_are_inclusive() -> None:
    made = column("T", options={"minLength": 2, "maxLength": 4})
    bad(made, "min_length", ["ab", "Zoë!"], ["a", "é"])
    bad(made, "max_length", ["abcd"], ["abcde", "a b c"])


def test_a_pattern_covers_the_whole_text() -> None:
    good: list[str | None] = ["A1", "B99"]
    wrong = ["a1", "A", "A1 x", "xA1", "A1\nB2", "AA1"]
    bad(column("T", options={"pattern": "[A-Z][0-9]+"}), "pattern", good, wrong)


@pytest.mark.parametrize("pattern", ["^[A-Z]|[0-9]$", "^([A-Z]|[0-9])$", "[A-Z]|[0-9]"])
def test_anchors_change_nothing_about_a_whole_match(pattern: str) -> None:
    bad(column("T", options={"pattern": pattern}), "pattern", ["A", "5"], ["A5", "5A", "AA"])


def test_an_escaped_dollar_is_no_anchor() -> None:
    bad(column("T", options={"pattern": r"[0-9]+\$"}), "pattern", ["5$"], ["5", "$"])


@pytest.mark.parametrize(
    "pattern",
    [r"\d+", r"[\w]+", r"\S", r"\bA", r"(A)\1", "(?=A)A", "(?!A)B", "(?<=A)B", "(?<!A)B"],
)
def test_patterns_that_engines_understand_differently_are_refused(pattern: str) -> None:
    with pytest.raises(InsightError) as caught:
        checked_pattern(pattern, "T")
    assert "ASCII classes" in str(caught.value)


@pytest.mark.parametrize("pattern", ["[A-Z]{2}", r"[0-9]+\.[0-9]", "(a|b)?c*", "(?:ab)+"])
def test_plain_patterns_are_kept(pattern: str) -> None:
    assert checked_pattern(pattern, "T") == pattern


# Formats and vocabularies


@pytest.mark.parametrize(
    ("form", "good", "wrong"),
    [
        ("nhs_number", ["9434765919", "943 476 5919"], ["9434765918", "943476591", "0000000000"]),
        ("nino", ["QQ123456C".replace("QQ", "AB")], ["QQ123456C", "AB12345C"]),
        ("postcode", ["ZA1 2BC", "za12bc"], ["ZA1", "12345", "ZA1 2BCD"]),
        ("email", ["a.b@ashmere.example"], ["a.b", "@x", "a b@c.example"]),
    ],
)
def test_a_format_is_what_its_macro_makes_of_a_text(
    form: str, good: list[str | None], wrong: list[str]
) -> None:
    bad(column("Id", format=form), "format", good, wrong)


def test_a_vocabulary_knows_its_spellings_in_any_case() -> None:
    made = column("Sex", vocabulary="sex")
    bad(made, "vocabulary", ["Male", "M", " f ", "MALE"], ["X", "mal", "M F"])


def test_a_vocabulary_does_not_lend_its_words_to_another() -> None:
    assert kept(column("Size", vocabulary="size"), "M") == [["size.vocabulary"]]


# Keys and uniqueness


def test_rows_of_one_key_that_differ_are_in_conflict_all_of_them() -> None:
    made = contract(column("Ref", key=True), column("Name"))
    rows: list[Row] = [
        {"Ref": "1", "Name": "a"},
        {"Ref": "1", "Name": "b"},
        {"Ref": "2", "Name": "a"},
        {"Ref": "1", "Name": "a"},
    ]
    assert broken(made, rows) == [["key_conflict"], ["key_conflict"], [], ["key_conflict"]]


def test_rows_that_repeat_each_other_are_no_conflict() -> None:
    made = contract(column("Ref", key=True), column("Name"))
    rows: list[Row] = [{"Ref": "1", "Name": None}, {"Ref": "1", "Name": " "}]
    assert broken(made, rows) == [[], []]


def test_empty_and_filled_cells_in_crossed_places_are_a_conflict() -> None:
    made = contract(column("Ref", key=True), column("A"), column("B"))
    rows: list[Row] = [{"Ref": "1", "A": "x", "B": None}, {"Ref": "1", "A": None, "B": "x"}]
    assert broken(made, rows) == [["key_conflict"]] * 2


def test_rows_without_a_key_are_never_in_conflict_with_each_other() -> None:
    made = contract(column("Ref", key=True), column("No", key=True), column("Name"))
    rows: list[Row] = [
        {"Ref": None, "No": "1", "Name": "a"},
        {"Ref": None, "No": "1", "Name": "b"},
        {"Ref": "1", "No": None, "Name": "c"},
    ]
    assert broken(made, rows) == [[], [], []]


def test_a_unique_column_counts_every_row_that_shares_its_value() -> None:
    made = contract(column("Ref", key=True), column("Nhs No", unique=True))
    rows: list[Row] = [
        {"Ref": str(n), "Nhs No": value} for n, value in enumerate(["7", "7", None, None, "8"])
    ]
    assert broken(made, rows) == [["nhs_no.unique"], ["nhs_no.unique"], [], [], []]


def test_a_plain_repeat_of_a_row_does_not_break_a_unique_column() -> None:
    made = contract(column("Ref", key=True), column("No", unique=True))
    rows: list[Row] = [{"Ref": "1", "No": "7"}, {"Ref": "1", "No": "7"}]
    assert broken(made, rows) == [[], []]


# Rules of a contract's own


def test_a_row_rule_is_broken_where_it_is_false_and_not_where_it_is_unknown() -> None:
    made = contract(
        column("A"), column("B"), mode="append", rules=(row_rule("a_before_b", '"A" <= "B"'),)
    )
    rows: list[Row] = [{"A": "1", "B": "2"}, {"A": "3", "B": "2"}, {"A": None, "B": "2"}]
    assert broken(made, rows) == [[], ["a_before_b"], []]


def test_a_row_rule_of_two_halves_is_negated_as_a_whole() -> None:
    rule = row_rule("either", "\"A\" = '1' or \"A\" = '2'")
    made = contract(column("A"), mode="append", rules=(rule,))
    assert broken(made, [{"A": "1"}, {"A": "2"}, {"A": "3"}]) == [[], [], ["either"]]


# The compiled rules as a whole


def test_every_contract_has_the_rules_of_every_delivery_first() -> None:
    rules = compile_rules(contract(column("Ref", required=True), mode="append"))
    assert rules[: len(DELIVERY_RULES)] == DELIVERY_RULES
    assert [rule.code for rule in rules[len(DELIVERY_RULES) :]] == ["ref.required"]


def test_a_columns_severity_is_that_of_its_rules() -> None:
    made = column("Sex", required=True, vocabulary="sex", severity="warn")
    rules = compile_rules(contract(made, mode="append"))[len(DELIVERY_RULES) :]
    assert {rule.severity for rule in rules} == {Severity.WARN}


def test_every_rule_has_words_and_a_hint_for_the_provider() -> None:
    options: dict[str, Any] = {"minimum": 1, "maximum": 2, "minLength": 1, "pattern": "[0-9]"}
    made = contract(
        column("Ref", "integer", required=True, unique=True, options=options, format="upn"),
        column("Key", key=True, vocabulary="sex"),
    )
    for rule in compile_rules(made):
        assert rule.sentence.endswith(".") and rule.fix_hint, rule.code


def test_codes_are_unique_also_where_names_are_alike() -> None:
    made = contract(
        column("name.first", required=True),
        column("name first", required=True),
        mode="append",
        rules=(row_rule("same", "true"), row_rule("readable", "true")),
    )
    codes = [rule.code for rule in compile_rules(made)]
    assert sorted(codes) == sorted(set(codes))


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.text(st.sampled_from("ab\"' ;,é.→%_#\\"), min_size=1, max_size=8))
def test_any_column_name_is_a_name_and_nothing_more(name: str) -> None:
    made = column(name, "integer", required=True, options={"minimum": 5}, vocabulary="sex")
    (codes,) = broken(contract(made, mode="append"), [{name: "4"}])
    assert [code.rpartition(".")[2] for code in codes] == ["minimum", "vocabulary"]


# What a cell means


def test_two_spellings_of_a_code_in_a_key_are_one_key() -> None:
    made = contract(column("Sex", key=True, vocabulary="sex"), column("Name"))
    rows: list[Row] = [{"Sex": "male", "Name": "a"}, {"Sex": "M", "Name": "b"}]
    assert broken(made, rows) == [["key_conflict"], ["key_conflict"]]


def test_a_condition_sees_the_code_whatever_its_spelling() -> None:
    made = contract(column("Sex", vocabulary="sex"), column("Note", requiredIf="\"Sex\" = 'M'"))
    rows: list[Row] = [{"Sex": spelling, "Note": None} for spelling in ("M", "male", "F")]
    assert broken(made, rows) == [["note.required_if"], ["note.required_if"], []]


def test_a_column_called_as_the_code_list_calls_its_own_is_no_other() -> None:
    made = contract(column("code", "date"), column("word"), column("Sex", vocabulary="sex"))
    assert broken(made, [{"code": "2025-01-01", "word": "a", "Sex": "M"}]) == [[]]


@pytest.mark.parametrize("around", ["\t", "\n", "\r\n", "\u00a0", "\u200b", "\u2028 "])
def test_what_nobody_sees_around_a_value_is_trimmed(around: str) -> None:
    made = contract(column("Ref", key=True), column("Day", "date"))
    rows: list[Row] = [
        {"Ref": "1", "Day": f"2025-01-01{around}"},
        {"Ref": f"{around}1", "Day": "2025-01-02"},
    ]
    assert broken(made, rows) == [["key_conflict"], ["key_conflict"]]


@pytest.mark.parametrize("year", ["0000", "0001", "0999"])
def test_a_year_before_1000_is_no_date(year: str) -> None:
    assert kept(column("Day", "date"), f"{year}-01-01") == [["day.type"]]
