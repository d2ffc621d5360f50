"""Publishing refuses what discloses beside all releases before it, release and preview alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.publication import release
from insight_pipeline.publication.disclosure import step
from insight_pipeline.publication.disclosure.cells import hide
from insight_pipeline.publication.disclosure.policy import load_policies, only
from insight_pipeline.publication.release import latest_release, publish
from insight_pipeline.settings import Settings
from tests.conftest import ROOT
from tests.unit.publication.releasing.publishing import AS_OF

Headers = Mapping[str, IndicatorHeader]
# A is small; without it, the total less the others would tell it: one more goes with it.
AREAS = {"A": (3, 50), "B": (20, 60), "C": (30, 70), "D": (40, 80)}
WITHHELD_FIRST, WITHHELD_NEXT = "B", "C"


@pytest.fixture
def areas(
    connection: duckdb.DuckDBPyConnection,
    plant: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, counts in AREAS.items():
        plant("area", name, *counts)
    plant("total", "all", *(sum(counts[i] for counts in AREAS.values()) for i in (0, 1)))
    exact = load_policies(ROOT / "data_contracts" / release.POLICY_FILE).policies["under_5"]
    monkeypatch.setattr(release, "load_policies", lambda path: only(exact))


def withhold(monkeypatch: pytest.MonkeyPatch, other: str) -> None:
    """Secondary suppression that goes for this area besides, whatever was published before."""

    def careless(connection: Any, blocks: Mapping[Any, Any], *rest: Any) -> int:
        for key, figures in blocks.items():
            hide(connection, {key: [c.told for c in figures if c.told.breakdown == other]})
        return 1

    monkeypatch.setattr(step, "_hide_further", careless)


def state(folder: Path) -> dict[str, int]:
    return {str(path): path.lstat().st_mtime_ns for path in folder.rglob("*")}


@pytest.mark.parametrize(
    ("frequency", "as_of"), [("nightly", AS_OF), ("monthly", date(2025, 7, 9))]
)
def test_two_releases_that_are_safe_alone_and_disclose_by_difference_are_not_both_published(
    connection: duckdb.DuckDBPyConnection,
    headers: Headers,
    settings: Settings,
    areas: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    frequency: str,
    as_of: date,
) -> None:
    settings = replace(settings, release_frequency=frequency)
    withhold(monkeypatch, WITHHELD_FIRST)
    first = publish(connection, headers, settings, AS_OF)
    before = state(settings.published)

    withhold(monkeypatch, WITHHELD_NEXT)
    with pytest.raises(InsightError, match="can be worked out") as refused:
        publish(connection, headers, settings, as_of)
    assert "kept, 2025-01-01" in str(refused.value)
    assert state(settings.published) == before
    assert latest_release(settings.published) == first.release
    assert not settings.preview.exists()
    # By itself it would have been safe.
    alone = replace(settings, home=tmp_path / "alone")
    assert publish(connection, headers, alone, as_of).suppressed == first.suppressed == 2


def test_the_same_release_again_discloses_nothing(
    connection: duckdb.DuckDBPyConnection,
    headers: Headers,
    settings: Settings,
    areas: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    withhold(monkeypatch, WITHHELD_FIRST)
    publish(connection, headers, settings, AS_OF)
    assert publish(connection, headers, settings, AS_OF).unchanged
