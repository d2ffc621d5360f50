"""A query up to one of its steps gives that step's rows, in its author's words."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.sql.ctes import cte_names, up_to_cte
from insight_pipeline.sql.header import ModelHeader
from insight_pipeline.sql.model import load_models
from tests.conftest import ROOT
from tests.unit.sql.files import model

QUERY = """with one as (select 1 as x), -- a comment, with ( and ,

"Odd, (name" as materialized (select x + 1 as x, '),(' as y from one),

unused as (select nothing from nowhere),

two (a, b) as (
    select x, (select max(x) from one) from "Odd, (name"
)

select * from two"""


@pytest.mark.parametrize(
    ("name", "rows"),
    [("one", [(1,)]), ("Odd, (name", [(2, "),(")]), ("two", [(2, 1)]), ("TWO", [(2, 1)])],
)
def test_a_step_gives_its_rows(tmp_path: Path, name: str, rows: list[tuple[object, ...]]) -> None:
    query = up_to_cte(model(tmp_path, "core.a", QUERY), name)
    with duckdb.connect() as connection:
        assert connection.execute(query).fetchall() == rows
    assert "nowhere" not in query


def test_the_text_of_a_step_is_its_authors(tmp_path: Path) -> None:
    query = up_to_cte(model(tmp_path, "core.a", QUERY), "two")
    assert 'two (a, b) as (\n    select x, (select max(x) from one) from "Odd, (name"\n)' in query


def test_a_recursive_step_gives_its_rows(tmp_path: Path) -> None:
    query = (
        "with recursive t(n) as (select 1 union all select n + 1 from t where n < 3), "
        "u as (select sum(n) as n from t) select * from u"
    )
    with duckdb.connect() as connection:
        for name, rows in (("t", 3), ("u", 1)):
            text = up_to_cte(model(tmp_path, "core.a", query), name)
            assert len(connection.execute(text).fetchall()) == rows


def test_a_misspelt_step_is_named_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InsightError) as caught:
        up_to_cte(model(tmp_path, "core.a", QUERY), "tow")
    assert "did you mean 'two'?" in str(caught.value)
    assert "one, Odd, (name, unused, two" in str(caught.value)


def test_a_query_without_steps_has_none(tmp_path: Path) -> None:
    plain = model(tmp_path, "core.a", "select 1 as one")
    assert cte_names(plain) == ()
    with pytest.raises(InsightError, match="it has none"):
        up_to_cte(plain, "one")


@pytest.mark.parametrize("folder", ["staging", "core", "journeys", "indicators"])
def test_every_step_of_every_model_parses_alone(folder: str) -> None:
    header = IndicatorHeader if folder == "indicators" else ModelHeader
    for each in load_models(ROOT / "dbt_like_sql" / folder, header):
        for name in cte_names(each):
            with duckdb.connect() as connection:
                (statement,) = connection.extract_statements(up_to_cte(each, name))
                assert statement.type == duckdb.StatementType.SELECT
