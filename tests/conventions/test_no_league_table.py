"""Never a bare league table: nothing that names wards, providers or units puts them in order of
their figures, which would rank chance and case-mix as if they were merit."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from insight_pipeline.publication.database.macros import MACRO_SQL
from insight_pipeline.publication.database.questions.book import Question, load_questions
from insight_pipeline.publication.querying.figure_sql import FIGURES
from tests.conftest import ROOT

FIGURES_OF = frozenset(
    {"value", "lower95", "upper95", "lower998", "upper998", "numerator", "denominator", "basis"}
    | {"funnel_flag", "compared_outcome", "quintile", "difference", "median_days", "rate"}
)
PAGES = (
    *sorted((ROOT / "insight_pipeline" / "publication" / "site").rglob("*.py")),
    *sorted((ROOT / "insight_pipeline" / "publication" / "open_data").rglob("*.py")),
)
# Where figures are put in order and no list comes of it, with the reason.
NO_LIST = {("compared_words.py", "_range"): "the lowest and the highest, said to be untested"}


def ordered_by(sql: str) -> set[str]:
    """Columns by which the rows of the last select stand in order."""
    statement = sqlglot.parse_one(sql, dialect="duckdb")
    query = statement.expression if isinstance(statement, exp.Create) else statement
    order = query.args.get("order") if query else None
    return {column.name for column in order.find_all(exp.Column)} if order else set()


def ranked_in(path: Path, text: str) -> Iterator[tuple[str, str]]:
    """(file, function) of each place that sorts by a figure."""
    for function in ast.walk(ast.parse(text)):
        if isinstance(function, ast.FunctionDef):
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and _sorts(call.func) and _reads_figures(call):
                    yield path.name, function.name


def _sorts(called: ast.expr) -> bool:
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name in ("sorted", "sort", "nlargest", "nsmallest", "sort_by")


def _reads_figures(call: ast.Call) -> bool:
    return any(isinstance(n, ast.Attribute) and n.attr in FIGURES_OF for n in ast.walk(call))


@pytest.mark.parametrize("question", load_questions(), ids=lambda each: each.question_id)
def test_no_question_puts_its_answer_in_order_of_figures(question: Question) -> None:
    sql = question.sql
    assert ordered_by(sql), "an answer has an order"
    assert ordered_by(sql).isdisjoint(FIGURES_OF)


def test_no_macro_of_the_release_does_and_providers_stand_by_their_codes() -> None:
    by_name = {sql.split("create macro ")[1].split("(")[0]: sql for sql in MACRO_SQL}
    orders = {name: _last_order(sql) for name, sql in by_name.items()}
    assert orders["compare_providers"] == {"provider_id"}
    assert all(FIGURES_OF.isdisjoint(columns) for columns in orders.values())
    assert ordered_by(FIGURES) and ordered_by(FIGURES).isdisjoint(FIGURES_OF)


def _last_order(macro: str) -> set[str]:
    return ordered_by(macro.split(" as table", 1)[1])


def test_no_page_and_no_workbook_does() -> None:
    found = {place for path in PAGES for place in ranked_in(path, path.read_text("utf-8"))}
    assert found == set(NO_LIST)


@pytest.mark.parametrize(
    "sql",
    [
        "select a from b order by value desc",
        "with c as (select 1) select a, rate from c order by rate",
    ],
)
def test_a_league_table_in_sql_would_be_seen(sql: str) -> None:
    assert not ordered_by(sql).isdisjoint(FIGURES_OF)


@pytest.mark.parametrize(
    "body",
    [
        "return sorted(figures, key=lambda each: each.value)",
        "return figures.sort(key=lambda each: -(each.numerator or 0))",
        "return sorted((each.value, label) for each, label in figures)",
    ],
)
def test_a_league_table_on_a_page_would_be_seen(body: str) -> None:
    source: Iterable[tuple[str, str]] = ranked_in(
        Path("page.py"), f"def _rows(figures):\n    {body}"
    )
    assert list(source) == [("page.py", "_rows")]
