"""Looking back on a night: it measures, it changes nobody, and it does so once."""

from __future__ import annotations

from pathlib import Path

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.linkage.link import link
from insight_pipeline.linkage.look_back import look_back
from insight_pipeline.linkage.summary import LinkageInputs
from insight_pipeline.settings import Settings
from tests.linkage.making import query, settings_for, town, write_evidence


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    settings = settings_for(tmp_path)
    path = write_evidence(tmp_path / "evidence.parquet", town(40, seed=5))
    link(path, settings.identity, LinkageInputs(), settings)
    return settings


def test_a_night_is_measured_once_and_nobody_is_changed_by_it(home: Settings) -> None:
    people = query(home.identity, "from person order by all")
    found = look_back(home)
    assert not found.unchanged
    assert 0.9 < float(found.quality["estimated_precision"]) <= 1
    assert found.households > 0
    assert query(home.identity, "from person order by all") == people
    measured = query(home.identity, "select distinct night from quality")
    assert measured == [(1,)]

    written = home.identity.stat().st_mtime_ns
    again = look_back(home)
    assert again.unchanged and again.quality == found.quality
    assert home.identity.stat().st_mtime_ns == written


def test_what_is_told_outside_holds_no_value_of_anybody(home: Settings) -> None:
    lines: list[str] = []
    said = repr(look_back(home, lines.append)) + " ".join(lines)
    families = query(home.identity, "select distinct lower(family_name) from person_evidence")
    assert families
    assert not any(family in said.lower() for (family,) in families)


def test_without_a_night_there_is_nothing_to_look_back_on(tmp_path: Path) -> None:
    with pytest.raises(InsightError, match="run linkage first"):
        look_back(settings_for(tmp_path))
