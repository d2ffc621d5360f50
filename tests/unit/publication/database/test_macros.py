"""Macros and views answer what they promise, in the columns they promise."""

from __future__ import annotations

import pytest

from insight_pipeline.publication.database.dictionary import TABLES, VIEWS
from insight_pipeline.publication.database.macro_columns import MACROS
from tests.unit.publication.database.conftest import HANDED_OFF, REVISED, Sample

CALLS = {
    "trend": f"trend('{REVISED}')",
    "compare_providers": f"compare_providers('{REVISED}')",
    "what_changed": "what_changed()",
    "caveats": f"caveats('{HANDED_OFF}')",
}


@pytest.mark.parametrize("name", MACROS)
def test_a_macro_has_its_documented_columns_and_parameters(name: str, sample: Sample) -> None:
    found = sample.ask(f"describe from {CALLS[name]}")
    assert [row[:2] for row in found] == [
        (column, kind) for column, (kind, _) in MACROS[name].columns.items()
    ]
    said = sample.ask(
        "select parameters, comment from duckdb_functions() "
        f"where function_name = '{name}' and not internal"
    )
    assert said == [(list(MACROS[name].parameters), MACROS[name].description)]


def test_no_column_bears_the_name_of_a_parameter() -> None:
    parameters = {parameter for macro in MACROS.values() for parameter in macro.parameters}
    columns = {c for table in (TABLES | VIEWS).values() for c in table.columns}
    assert parameters & columns == set()


def test_a_trend_is_a_row_a_period_with_limits_and_the_revised_one_marked(sample: Sample) -> None:
    rows = sample.ask(f"select period_from::varchar, value, shorthand from {CALLS['trend']}")
    assert len(rows) == 14 and rows == sorted(rows, key=lambda row: row[0])
    marks = {start: mark for start, _, mark in rows if mark}
    assert marks == {"2025-04-01": "[r]", "2026-04-01": "[x]"}
    assert sample.ask(f"select count(spc_upl) from {CALLS['trend']}")[0][0] >= 12


def test_the_mark_of_a_revision_is_in_the_views_alone(sample: Sample) -> None:
    marked = "select count(*) from {} where contains(shorthand, '[r]')"
    assert sample.ask(marked.format("figure")) == [(0,)]
    assert sample.ask(marked.format("marked_figures")) == [(1,)]
    assert sample.ask(marked.format("marked_figures"), sample.first) == [(0,)]


def test_providers_stand_beside_the_total_of_their_period(sample: Sample) -> None:
    rows = sample.ask(
        "select provider_id, value::integer, total_value is not null, funnel_flag "
        f"from {CALLS['compare_providers']}"
    )
    assert [(provider, value, has_total) for provider, value, has_total, _ in rows] == [
        ("homestead", 90, True),
        ("otherhomes", 30, True),
    ]
    assert [flag.split()[0] for *_, flag in rows] == ["High", "Low"]


def test_what_changed_tells_the_one_figure_that_did(sample: Sample) -> None:
    rows = sample.ask(
        f"select change, series_id, period, status from {CALLS['what_changed']} "
        f"where indicator_id = '{REVISED}'"
    )
    assert rows == [("revised", REVISED, "2025/26 Q1 (Apr to Jun)", "revised")]
    assert sample.ask(f"from {CALLS['what_changed']}", sample.first) == []


def test_caveats_say_those_of_the_definition_first_then_those_of_the_data(sample: Sample) -> None:
    rows = sample.ask(f"from caveats('{REVISED}')")
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    assert [row[2] for row in rows[:2]] == ["First.", "Second."]
    assert [row[1] for row in rows] == ["definition", "definition", "withheld", "linkage"]
    assert rows[2][2].startswith("2 of 8 figures")


def test_an_unknown_name_gives_no_rows(sample: Sample) -> None:
    for name, macro in MACROS.items():
        if macro.parameters:
            assert sample.ask(f"from {name}('nobody')") == []
