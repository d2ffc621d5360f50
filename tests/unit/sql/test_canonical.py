"""A query's meaning: blind to how it is written, and to nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from insight_pipeline.sql.canonical import canonical_query, canonical_text
from insight_pipeline.sql.header import split
from tests.conftest import ROOT

FILES = sorted(
    path for path in (ROOT / "dbt_like_sql").rglob("*.sql") if path.parent.name != "functions"
)
QUERIES = {path.stem: split(path)[1] for path in FILES}
QUERY = (
    "with visit as (select * from core.visit), late as (select visit.day from visit where n > 1) "
    "select late.day::date as day, sum(n) as n from late join visit on late.day = visit.day"
)
COMPARED = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
OTHER_COMPARISON = {
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
    exp.LT: exp.LTE,
    exp.LTE: exp.LT,
    exp.GT: exp.GTE,
    exp.GTE: exp.GT,
}


def meaning(query: str) -> str:
    return canonical_query(sqlglot.parse_one(query, dialect="duckdb"))


@pytest.mark.parametrize(
    "other",
    [
        re.sub(r"(?<!core\.)\bvisit\b", "v", QUERY),
        re.sub(r"(?<!core\.)\bvisit\b", "Visit", QUERY),
        re.sub(r"\blate\b", "after", QUERY),
        # Each takes the other's name.
        re.sub(
            r"(?<!core\.)\b(visit|late)\b",
            lambda found: {"visit": "late", "late": "visit"}[found[0]],
            QUERY,
        ),
        QUERY.replace(" ", "\n  ") + " -- the end",
        QUERY.replace("select", "/* why */ SELECT"),
    ],
)
def test_how_it_is_written_does_not_matter(other: str) -> None:
    assert other != QUERY
    assert meaning(other) == meaning(QUERY)


def test_the_case_of_keywords_and_functions_does_not_matter() -> None:
    assert meaning("SELECT Sum(n) AS n FROM core.a WHERE n IS NOT NULL") == meaning(
        "select sum(n) as n from core.a where n is not null"
    )
    assert meaning("select Known_Sex(a) as b from core.c") == meaning(
        "select known_sex(a) as b from core.c"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("> 1", "> 2"),
        ("> 1", ">= 1"),
        ("> 1", "> '1'"),
        ("late.day::date", "late.day::varchar"),
        ("as day,", "as other_day,"),
        ("sum(n)", "min(n)"),
        ("sum(n)", "sum(m)"),
        ("core.visit", "core.visits"),
        ("from late join visit", "from visit as late join visit"),
        ("join visit", "left join visit"),
        ("select visit.day from visit", "select * from visit"),
        ("late.day = visit.day", "visit.day = late.day and true"),
    ],
)
def test_what_it_means_matters(old: str, new: str) -> None:
    assert old in QUERY
    assert meaning(QUERY.replace(old, new, 1)) != meaning(QUERY)


@pytest.mark.parametrize(
    "query",
    [
        # A table's alias, a schema, a column or another CTE bears the CTE's name.
        "with a as (select 1 as x) select a.x from core.t as a",
        "with a as (select 1 as x) select a.t.x from a, a.t",
        "with a as (select 1 as x) select a.x from core.t",
        "with a as (select 1 as x) select * from (with a as (select 2 as x) select * from a)",
        "with b as (select * from a), a as (select 1 as x) select * from b",
        "select * from (with a as (select 1 as x) select * from a) join a on true",
    ],
)
def test_where_a_name_could_mean_two_things_it_stays(query: str) -> None:
    assert meaning(query) != meaning(re.sub(r"\ba\b", "other", query))
    assert " a" in meaning(query).lower()


def test_two_queries_that_swap_their_steps_differ() -> None:
    one = "with a as (select 1 as x), b as (select 2 as x) select * from a"
    assert meaning(one) != meaning(one.replace("from a", "from b"))


def test_nested_and_recursive_steps_may_be_renamed() -> None:
    query = (
        "with recursive t(n) as (select 1 union all select t.n + 1 from t where t.n < 3), "
        "u as (select * from (with z as (select 1 as q) select z.q from z)) select t.n from t, u"
    )
    for name in "tuz":
        assert meaning(query) == meaning(re.sub(rf"\b{name}\b", "renamed", query))


def test_the_tree_given_is_left_as_it_is() -> None:
    tree = sqlglot.parse_one(QUERY, dialect="duckdb")
    before = tree.sql(dialect="duckdb")
    canonical_query(tree)
    assert tree.sql(dialect="duckdb") == before


def test_a_name_as_canonical_ones_are_is_left_alone() -> None:
    query = 'with a as (select 1 as x) select "cte 0".x from core.t as "cte 0", a'
    assert meaning(query) != meaning(query.replace('"cte 0".x', "a.x"))


STATEMENT = "create macro f(x) as (x || 'A b' + 1)"


def test_a_statement_kept_as_text_is_blind_to_how_it_is_written() -> None:
    other = "CREATE MACRO f(X) as ( -- why\n x||'A b'  + 1 /* so */)"
    assert canonical_text(other) == canonical_text(STATEMENT)


@pytest.mark.parametrize(
    ("old", "new"),
    [("'A b'", "'a b'"), ("'A b'", "'A  b'"), ("1", "2"), ("'A b'", "a_b"), ("'A b'", '"A b"')],
)
def test_a_statement_kept_as_text_sees_what_it_means(old: str, new: str) -> None:
    assert canonical_text(STATEMENT.replace(old, new)) != canonical_text(STATEMENT)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("$$A$$", "$$a$$"),
        ("e'A'", "e'a'"),
        ("$x$A$x$", "$x$a$x$"),
        ("n'A'", "n'a'"),
        ("e'A'", "'A'"),
    ],
)
def test_the_case_of_any_kind_of_text_is_meaning(one: str, other: str) -> None:
    assert canonical_text(f"select {one}") != canonical_text(f"select {other}")


# Every model of the project, with any of its CTEs renamed, any literal or comparison changed.


def renamed(query: str, name: str) -> str:
    """The query with one of its CTEs renamed, by an implementation of its own: on the text."""
    parts = re.split(r"('(?:[^']|'')*'|--[^\n]*)", query)
    pattern = rf"(?<![\w.]){name}(?![\w(])(?=\.)|(?<=from ){name}\b|(?<=join ){name}\b"
    pattern += rf"|(?<![\w.]){name}(?= as \(|\s*\()"
    return "".join(
        part if number % 2 else re.sub(pattern, "quite_another_name", part)
        for number, part in enumerate(parts)
    )


def ctes() -> Iterator[tuple[str, str]]:
    for stem, query in QUERIES.items():
        for cte in sqlglot.parse_one(query, dialect="duckdb").find_all(exp.CTE):
            yield stem, cte.alias


@pytest.mark.parametrize(("stem", "name"), list(ctes()))
def test_any_cte_of_any_model_may_be_renamed(stem: str, name: str) -> None:
    other = renamed(QUERIES[stem], name)
    assert "quite_another_name" in other
    assert meaning(other) == meaning(QUERIES[stem])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_any_changed_literal_or_comparison_of_any_model_counts(data: st.DataObject) -> None:
    query = QUERIES[data.draw(st.sampled_from(sorted(QUERIES)))]
    tree = sqlglot.parse_one(query, dialect="duckdb")
    places = list(tree.find_all(exp.Literal, *COMPARED))
    if not places:
        return
    place = places[data.draw(st.integers(0, len(places) - 1))]
    if isinstance(place, exp.Literal):
        text = f"{place.this}0" if place.is_string else str(float(place.this) + 1)
        place.replace(exp.Literal(this=text, is_string=place.is_string))
    else:
        other = OTHER_COMPARISON[type(place)]
        place.replace(other(this=place.this.copy(), expression=place.expression.copy()))
    assert canonical_query(tree) != meaning(query)
