"""The database of a release: what its tables say, and what beside them."""

from __future__ import annotations

from insight_pipeline.publication.database.dictionary import TABLES, VIEWS
from insight_pipeline.publication.database.macro_columns import MACROS
from tests.unit.publication.database.conftest import (
    HANDED_OFF,
    HEADERS,
    MISSED,
    REVISED,
    SHARED,
    Sample,
)


def test_every_table_column_view_and_macro_has_its_comment(sample: Sample) -> None:
    said = dict(
        sample.ask(
            "select table_name, comment from duckdb_tables() union all "
            "select view_name, comment from duckdb_views() where not internal union all "
            "select function_name, comment from duckdb_functions() where not internal"
        )
    )
    assert said == {name: each.description for name, each in (TABLES | VIEWS | MACROS).items()}
    columns = sample.ask("select comment from duckdb_columns() where not internal")
    assert len(columns) == sum(len(table.columns) for table in (TABLES | VIEWS).values())
    assert all(comment for (comment,) in columns)


def test_there_is_no_key_and_no_index(sample: Sample) -> None:
    assert sample.ask("select * from duckdb_constraints()") == []
    assert sample.ask("select * from duckdb_indexes()") == []


def test_a_series_is_named_by_its_indicator_and_breakdown(sample: Sample) -> None:
    rows = sample.ask("select series_id, label, points, shown from series order by series_id")
    assert [row for row in rows if not row[0].startswith(SHARED)] == [
        (MISSED, "Ashmere", 1, 1),
        (f"{MISSED}/provider_pair/wellpath_to_brightcare", "Wellpath to BrightCare", 1, 1),
        (REVISED, "Ashmere", 14, 13),
        (f"{REVISED}/age_band/85+", "Aged 85 and over", 1, 1),
        (f"{REVISED}/area/E05900001", "Abbey", 1, 1),
        (f"{REVISED}/area/E05900002", "Bankside", 1, 1),
        (f"{REVISED}/provider/homestead", "Homestead Homes", 1, 1),
        (f"{REVISED}/provider/otherhomes", "Other Homes", 1, 1),
        (f"{REVISED}/sex/F", "Female", 1, 0),
        (f"{REVISED}/sex/M", "Male", 1, 0),
        (HANDED_OFF, "Ashmere", 2, 2),
    ]


def test_a_series_and_a_first_day_name_one_figure(sample: Sample) -> None:
    assert sample.ask("select count(*) from figure") == sample.ask(
        "select count(distinct series_id || '@' || period_from) from figure"
    )
    assert sample.ask("select count(*) from figure anti join series using (series_id)") == [(0,)]


def test_every_period_of_a_figure_has_its_words(sample: Sample) -> None:
    assert sample.ask(
        "select count(*) from figure anti join period using (period_from, period_to)"
    ) == [(0,)]
    labels = dict(sample.ask("select period_from::varchar || period_type, label from period"))
    assert labels["2022-10-01quarter"] == "2022/23 Q3 (Oct to Dec)"
    assert labels["2025-01-01quarter"] == "2024/25 Q4 (Jan to Mar)"
    assert labels["2025-04-01quarter"] == "2025/26 Q1 (Apr to Jun)"
    assert labels["2025-04-01financial_year"] == "2025/26"


def test_an_indicator_says_its_theme_and_its_caveats_one_by_one(sample: Sample) -> None:
    themes = sample.ask("select theme_code, theme from indicator order by indicator_id")
    assert themes == [
        ("multiple_disadvantage", "Multiple disadvantage"),
        ("between_services", "What happens between services"),
        ("homelessness", "Homelessness and rough sleeping"),
        ("multiple_disadvantage", "Multiple disadvantage"),
    ]
    rows = sample.ask(f"select caveat_no, caveat from caveat where indicator_id = '{REVISED}'")
    assert rows == list(enumerate(HEADERS[REVISED].caveats, start=1))


def test_services_have_contracts_without_end_and_roles_in_indicators(sample: Sample) -> None:
    rows = sample.ask(
        "select provider_id, to_date::varchar, annual_price_gbp::integer from service "
        "where service_code = 'substance_misuse' order by from_date"
    )
    assert rows == [("newleaf", "2025-09-30", 410_000), ("recoverwell", None, 465_000)]
    roles = sample.ask(
        "select indicator_id, role, service_title from indicator_service "
        "order by indicator_id, role desc"
    )
    homelessness = "Homelessness prevention and relief"
    assert [role for role in roles if role[0] != SHARED] == [
        (MISSED, "index", "Community health"),
        (MISSED, "followed", "Adult social care"),
        (REVISED, "index", homelessness),
        (REVISED, "followed", homelessness),
        (HANDED_OFF, "index", "Drug and alcohol treatment"),
        (HANDED_OFF, "followed", "Council housing management"),
    ]


def test_a_service_that_changed_hands_breaks_the_series_in_every_form(sample: Sample) -> None:
    query = f"select shorthand from {{}} where indicator_id = '{HANDED_OFF}' order by period_from"
    for form in ("figure", f"'{sample.second}/indicators.csv'"):
        assert sample.ask(query.format(form)) == [(None,), ("[b]",)]
