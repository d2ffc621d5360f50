"""A contract is text from outside: its predicates look at their own row and at nothing else."""

from __future__ import annotations

import pytest

from insight_pipeline.contracts.promise.predicate import predicate_faults
from tests.unit.contracts.promises import column, contract, row_rule


def faults(predicate: str) -> list[str]:
    made = contract(column("Ref"), column("Start Date"), rules=(row_rule("rule", predicate),))
    return [f"{fault.where}\n{fault.found}" for fault in predicate_faults(made)]


@pytest.mark.parametrize(
    "predicate",
    [
        "\"Ref\" <> 'x'",
        '"Ref" is null or "Start Date" is not null',
        'length("Ref") between 1 and 9 and "Ref" like \'A%\'',
        "\"Ref\" in ('a', 'b')",
        'case when "Ref" = \'a\' then "Start Date" is null else true end',
        "try_strptime(\"Start Date\", '%d/%m/%Y') >= date '2000-01-01'",
        "regexp_full_match(\"Ref\", '[A-Z]{2}[0-9]+')",
        'valid_nhs_number("Ref") is not null',
        "coalesce(lower(trim(\"Ref\")), '') <> 'unknown'",
        'try_cast("Ref" as integer) % 2 = 0',
        "\"Ref\" = 'select 1 from t; drop table t -- read_csv()'",
    ],
)
def test_a_plain_predicate_over_its_own_columns_is_allowed(predicate: str) -> None:
    assert faults(predicate) == []


@pytest.mark.parametrize(
    "predicate",
    [
        "exists (select 1)",
        '"Ref" in (select ref from accepted.other)',
        '(select max(ref) from accepted.other) > "Ref"',
        '"Ref" in (from accepted.other)',
        "true) from accepted.other where (true",
        "true), (select 1 from accepted.other",
        "true) union all (select true",
    ],
)
def test_a_query_within_a_predicate_is_refused(predicate: str) -> None:
    assert faults(predicate)


@pytest.mark.parametrize(
    "predicate",
    [
        "read_csv('secrets.csv') is null",
        "read_text('secrets.txt') is null",
        "read_parquet('secrets.parquet') is null",
        "read_blob('secrets') is null",
        "glob('*') is null",
        "getenv('HOME') = 'x'",
        "current_setting('threads') = '1'",
        "getvariable('x') is null",
        "nextval('s') = 1",
        "query_table('t') is null",
        "current_user = 'x'",
        "version() = 'x'",
        "$1 = 1",
        "? = 1",
    ],
)
def test_files_settings_and_the_engine_itself_are_out_of_reach(predicate: str) -> None:
    assert faults(predicate)


@pytest.mark.parametrize(
    "predicate",
    [
        "try_strptime(\"Start Date\", '%d/%m/%Y') <= current_date",
        "now() is not null",
        "today() > date '2025-01-01'",
        "random() < 0.5",
        "uuid() is not null",
    ],
)
def test_the_clock_and_chance_are_out_of_reach(predicate: str) -> None:
    assert faults(predicate), "the same delivery must be judged the same on any day"


@pytest.mark.parametrize(
    "predicate",
    ["count(*) > 1", "count(*) over () > 1", "*", "columns(*) is null", "max(\"Ref\") = 'x'"],
)
def test_a_predicate_looks_at_one_row_only(predicate: str) -> None:
    assert faults(predicate)


@pytest.mark.parametrize(
    "predicate",
    ["\"Reff\" = 'x'", "reff is null", "_row > 5", "_delivery_id is null", "other.\"Ref\" = 'x'"],
)
def test_a_column_that_is_not_promised_is_refused(predicate: str) -> None:
    assert faults(predicate)


def test_a_misspelt_column_is_named_with_the_nearest() -> None:
    (words,) = faults("\"Start Dat\" = 'x'")
    assert "quality rule 'rule'" in words
    assert "did you mean 'Start Date'?" in words


@pytest.mark.parametrize(
    "predicate",
    [
        "",
        '"Ref" =',
        "true; drop table t",
        "true -- ",
        "true /* ",
        "true) /* ",
        "true) -- ",
        "true /* c */",
        "'open",
        "drop table t",
        "((",
    ],
)
def test_text_that_is_no_expression_is_refused(predicate: str) -> None:
    assert faults(predicate)


def test_every_bad_rule_is_told() -> None:
    rules = tuple(row_rule(f"rule_{n}", f'"Reff{n}" is null') for n in range(3))
    assert len(list(predicate_faults(contract(column("Ref"), rules=rules)))) == 3
