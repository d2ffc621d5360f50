"""Every table that is read is made by somebody, and every query binds to what it is promised.

Dagster does not see a misspelt table: it invents an external asset and its own check passes.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from insight_pipeline.indicators.catalogue import check_types, load_catalogue
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.settings import Settings
from tests.conftest import ROOT


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A copy of the contracts and the SQL, to break; no home folder exists."""
    project = tmp_path / "project"
    for folder in ("data_contracts", "dbt_like_sql"):
        shutil.copytree(ROOT / folder, project / folder)
    return Settings(home=tmp_path / "home", project=project)


def replace_once(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def faults_of(settings: Settings) -> str:
    """What is said of the project's files; nothing when all is well."""
    try:
        check_types(load_catalogue(settings), settings)
    except InsightError as error:
        return str(error)
    return ""


def test_every_table_read_is_made_by_somebody(settings: Settings) -> None:
    assert faults_of(settings) == ""


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("core/fct_service_event.sql", "internal.service_event", "internal.service_evnt"),
        ("journeys/fct_onward_referral.sql", "core.fct_service_event", "core.fct_servic_event"),
        ("indicators/asc_care_home_65.sql", "core.dim_citizen", "core.dim_citzen"),
        ("staging/stg_activelife__visits.sql", "accepted.activelife", "accepted.activlife"),
    ],
)
def test_a_misspelt_table_is_named_with_the_nearest_that_exists(
    settings: Settings, file: str, old: str, new: str
) -> None:
    replace_once(settings.sql / file, old, new)
    words = faults_of(settings)
    assert Path(file).name in words
    assert f"'{new}" in words
    assert f"did you mean '{old}" in words


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("core/dim_citizen.sql", "birth_month::date", "birth_mnth::date"),
        ("indicators/asc_care_home_65.sql", "age_band(", "age_bnd("),
        ("staging/stg_activelife__visits.sql", "visit_id", "visit_identity"),
    ],
)
def test_a_misspelt_column_or_function_is_named(
    settings: Settings, file: str, old: str, new: str
) -> None:
    text = (settings.sql / file).read_text(encoding="utf-8")
    header, _, query = text.partition("*/")
    (settings.sql / file).write_text(header + "*/" + query.replace(old, new, 1), encoding="utf-8")
    words = faults_of(settings)
    assert Path(file).name in words
    assert new.partition("::")[0].rstrip("()") in words


def test_a_feed_of_an_internal_contract_that_does_not_exist_is_named(settings: Settings) -> None:
    file = settings.sql / "staging" / "stg_activelife__visits.sql"
    replace_once(file, "service_event", "service_evnt")
    assert "did you mean 'service_event'?" in faults_of(settings)


def test_a_contract_whose_rows_would_reach_nobody_is_named(settings: Settings) -> None:
    (settings.sql / "staging" / "stg_activelife__visits.sql").unlink()
    assert "activelife__visits.odcs.yaml" in faults_of(settings)
