"""Names of checks are stable, readable and each their own; their words are a sentence."""

from __future__ import annotations

import re
from typing import Any

import pytest

from insight_pipeline.kernel.strict import validate
from insight_pipeline.sql import check_names
from insight_pipeline.sql.header_tests import TableTest

CODES = {"column": "sex_code", "values": ["F", 1]}
LIST = {"column": "sex_code", "vocabulary": "sex"}
KEY = {"column": "citizen_id", "to": "core.dim_citizen"}
PAIR = {"columns": ["a", "b"], "to": "core.x", "fields": ["c", "d"]}
FRESH = {"column": "period_to", "max_days": 100, "against": "reference.feed_period.period_to"}
WRITTEN: list[tuple[dict[str, Any], str, str]] = [
    ({"not_null": ["a", "b"]}, "not_null_a_b", "Never NULL: a, b."),
    ({"unique": ["a", "b"]}, "unique_a_b", "At most one row for each a and b."),
    (
        {"accepted_values": CODES},
        "accepted_values_sex_code",
        "Every sex_code is one of: F, 1.",
    ),
    (
        {"accepted_values": LIST},
        "accepted_values_sex_code",
        "Every sex_code is a code of the list sex.",
    ),
    (
        {"relationships": KEY},
        "relationships_citizen_id_in_core_dim_citizen",
        "Every citizen_id stands in core.dim_citizen (citizen_id).",
    ),
    (
        {"relationships": PAIR},
        "relationships_a_b_in_core_x",
        "Every a, b stands in core.x (c, d).",
    ),
    (
        {"expression": "a_from <= a_to"},
        "expression_a_from_lte_a_to",
        "Holds for every row: a_from <= a_to.",
    ),
    (
        {"freshness": FRESH},
        "freshness_period_to",
        "The newest period_to is at most 100 days older than the newest "
        "reference.feed_period.period_to.",
    ),
    (
        {"row_count_change": {"max_percent": 20}},
        "row_count_change",
        "At most 20 % more or fewer rows than in the build before.",
    ),
]


def of(written: dict[str, Any]) -> TableTest:
    return validate(written, TableTest, "a header")


@pytest.mark.parametrize(("written", "name", "words"), WRITTEN)
def test_a_test_is_called_and_told_as_it_is_written(
    written: dict[str, Any], name: str, words: str
) -> None:
    assert check_names.test_names([of(written)]) == (name,)
    assert check_names.test_words(of(written)) == words


def test_tests_that_would_share_a_name_each_have_their_own() -> None:
    tests = [of(written) for written, _, _ in WRITTEN]
    tests += [of({"expression": f"a {operator} 1"}) for operator in ("<", "<=", ">", "=", "<>")]
    tests += [of({"expression": "f(a, 1)"}), of({"expression": "f(a + 1)"})]
    tests += [of({"not_null": ["a"]}), of({"not_null": ["a"], "severity": "warn"})]
    tests += [of({"expression": f"{'long and ' * 20} {n} > a"}) for n in range(3)]
    names = check_names.test_names(tests)
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_]{1,80}", name) for name in names)


def test_a_test_written_below_takes_its_name_from_none() -> None:
    tests = [of({"accepted_values": CODES}), of({"unique": ["a"]}), of({"accepted_values": LIST})]
    for number in range(len(tests)):
        names = check_names.test_names(tests)
        assert check_names.test_names(tests[:number]) == names[:number]
    assert names[0] == "accepted_values_sex_code"
    assert names[2].startswith("accepted_values_sex_code_")
