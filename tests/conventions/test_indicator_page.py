"""docs/add-an-indicator.md is right: the indicator and the table test on it are put to work."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.indicators.catalogue import check_types, load_catalogue
from insight_pipeline.indicators.header import IndicatorHeader, Statistic
from insight_pipeline.settings import Settings
from insight_pipeline.sql.runner import install_macros
from insight_pipeline.sql.table_tests import load_cases
from insight_pipeline.warehouse.sources import source_columns
from tests.conftest import ROOT
from tests.conventions.test_indicator_shape import MEMBER_COLUMNS, shape_faults
from tests.conventions.test_sql_shape import sql_shape_faults
from tests.sql.table_cases import check_case

PAGE = (ROOT / "docs" / "add-an-indicator.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A copy of the project with the files of the page in it."""
    project = tmp_path / "project"
    for folder in ("data_contracts", "dbt_like_sql"):
        shutil.copytree(ROOT / folder, project / folder)
    for name, text in BLOCK.findall(PAGE):
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        assert not path.exists(), f"{name} is no example: it exists"
        path.write_text(text, encoding="utf-8")
    return Settings(home=tmp_path / "home", project=project)


def test_the_indicator_of_the_page_is_found_has_the_one_shape_and_passes_its_test(
    settings: Settings,
) -> None:
    files = [settings.project / name for name, _ in BLOCK.findall(PAGE)]
    (sql,), (table_test,) = ([f for f in files if f.suffix == s] for s in (".sql", ".yaml"))
    catalogue = load_catalogue(settings)
    assert sql.stem == table_test.stem and sql.stem in catalogue.indicators
    assert [fault for fault in sql_shape_faults(settings.project) if sql.name in fault] == []
    assert [fault for fault in shape_faults(sql.parent) if sql.stem in fault] == []
    (model,) = [each for each in catalogue.models if each.name == sql.stem]
    columns = {**source_columns(catalogue.internal), **check_types(catalogue, settings)}
    with duckdb.connect() as connection:
        install_macros(connection, catalogue.macros)
        for case in load_cases(table_test):
            check_case(connection, model, case, columns)


def test_the_page_names_every_key_every_statistic_and_every_column_of_members() -> None:
    code = set(re.findall(r"`([a-z_0-9]+)`", PAGE))
    keys = set(IndicatorHeader.model_fields) - {"feeds", "columns", "materialised", "key", "track"}
    assert keys - code == set()
    assert {str(statistic) for statistic in Statistic} - code == set()
    assert {*MEMBER_COLUMNS, "is_met", "amount", "stratum", "sum_of_squares"} - code == set()


def test_the_files_the_page_says_to_copy_are_of_that_statistic(settings: Settings) -> None:
    indicators = load_catalogue(settings).indicators
    rows = re.findall(r"^\| `(\w+)`.*\| `(\w+)` \|$", PAGE, re.MULTILINE)
    models = {statistic: name for statistic, name in rows if name in indicators}
    assert {indicators[name].statistic for name in models.values()} == set(Statistic) - {
        Statistic.COUNT
    }
    assert all(indicators[name].statistic == statistic for statistic, name in models.items())
