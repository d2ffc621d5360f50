"""Columns a query can depend on: those it mentions; all of them where it could use any unnamed."""

from __future__ import annotations

from pathlib import Path

import pytest

from insight_pipeline.sql.header import Materialised
from insight_pipeline.sql.model import load_models
from insight_pipeline.sql.used_columns import used_columns
from tests.conftest import ROOT
from tests.unit.sql.files import model

COLUMNS = {"a": "INTEGER", "B": "INTEGER", "c": "INTEGER", "d": "INTEGER"}
IMPORT = "with t as (select * from core.t) "


@pytest.mark.parametrize(
    ("query", "used"),
    [
        ("select a, b from core.t", "aB"),
        (f"{IMPORT}select a, count(*) as n from t group by a", "a"),
        (f"{IMPORT}select t.a from t where t.d > 0", "ad"),
        (f"{IMPORT}, u as (select * from t where d > 0) select a from u", "ad"),
        (f"{IMPORT}, u as (select t.*, a + 1 as e from t) select e from u", "a"),
        (f"{IMPORT}select a from t join core.s using (c)", "ac"),
        (f"{IMPORT}select a, row_number() over (partition by b order by c) as n from t", "aBc"),
        (f"{IMPORT}select a from t qualify row_number() over (order by d) = 1", "ad"),
        (f"{IMPORT}select distinct a from t union select a from core.s", "a"),
        (f"{IMPORT}select a from (select * from t) as u", "a"),
        ("select a, e from core.t cross join (values (1)) as v (e)", "a"),
        ("select a from core.t order by c limit 1", "ac"),
        (
            "select A from core.t where exists (select 1 from core.t as x where x.d = core.t.a)",
            "ad",
        ),
    ],
)
def test_a_column_that_is_not_mentioned_does_not_matter(
    tmp_path: Path, query: str, used: str
) -> None:
    found = used_columns(model(tmp_path, "core.m", query), COLUMNS)
    assert "".join(found) == used


@pytest.mark.parametrize(
    "query",
    [
        "select * from core.t",
        f"{IMPORT}select t.* from t",
        f"{IMPORT}, u as (select distinct * from t) select a from u",
        f"{IMPORT}, u as (select * from t union all select * from core.s) select a from u",
        f"{IMPORT}, u as (select * from t order by all limit 1) select a from u",
        f"{IMPORT}, u as (select * from t order by 2 limit 1) select a from u",
        f"{IMPORT}, u as (select *, count(*) as n from t group by all) select n from u",
        f"{IMPORT}select a from t natural join core.s",
        f"{IMPORT}select a from t where a in (select * from core.s)",
        f"{IMPORT}select columns('x') from t",
        f"{IMPORT}select #1 as a from t",
        f"{IMPORT}select to_json(t) as a from t",
        f"{IMPORT}select hash(*columns(*)) as a from t",
        "with t (x, y) as (select * from core.t) select x from t",
        "select x from core.t as t (x, y)",
        "select x from (select * from core.t) as t (x, y)",
        f"{IMPORT}select a from t pivot (sum(b) for c in (1))",
    ],
)
def test_where_any_column_could_be_used_unnamed_all_matter(tmp_path: Path, query: str) -> None:
    assert used_columns(model(tmp_path, "core.m", query), COLUMNS) == COLUMNS


def test_the_projects_incremental_models_do_not_depend_on_everything_they_import() -> None:
    for folder in ("core", "journeys"):
        for each in load_models(ROOT / "dbt_like_sql" / folder):
            if each.header.materialised is Materialised.INCREMENTAL:
                assert used_columns(each, {"a_column_of_no_model": "INTEGER"}) == {}
