"""release.json: where a release comes from; and the folder as a whole night builds it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from insight_pipeline import settings as settings_module
from insight_pipeline.contracts.promise.contract import ContractProperties
from insight_pipeline.contracts.promise.odcs import load_contracts
from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.kernel.fingerprint import file_sha256
from insight_pipeline.linkage.model.files import ACTIVE
from insight_pipeline.publication.database.dictionary import TABLES
from insight_pipeline.publication.release import publish
from insight_pipeline.publication.releasing import building
from insight_pipeline.publication.releasing.checksums import CHECKSUMS, files_of, wrong_checksums
from insight_pipeline.settings import Settings
from tests.conftest import ROOT
from tests.unit.publication.releasing.publishing import AS_OF

PACKAGE = Path(settings_module.__file__).parent


@pytest.fixture
def release(
    connection: duckdb.DuckDBPyConnection,
    headers: dict[str, IndicatorHeader],
    settings: Settings,
    plant: Callable[..., None],
) -> Callable[[], Path]:
    plant("total", "all", 40, 100)
    return lambda: publish(connection, headers, settings, AS_OF).path


def said(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "release.json").read_text(encoding="utf-8"))
    return found


def test_every_contract_is_named_with_its_version(release: Callable[[], Path]) -> None:
    versions = said(release())["contract_versions"]
    assert set(versions) == {
        path.name.removesuffix(".odcs.yaml")
        for path in (ROOT / "data_contracts").glob("*/*.odcs.yaml")
        if "@" not in path.name
    }
    promised = load_contracts(ROOT / "data_contracts" / "providers", ContractProperties)
    assert {c.stem: c.version for c in promised}.items() <= versions.items()


def test_code_is_told_by_version_and_fingerprint_and_the_model_when_there_is_one(
    release: Callable[[], Path], settings: Settings, connection: duckdb.DuckDBPyConnection
) -> None:
    first = said(release())
    assert first["model_version"] is None
    assert {len(first["code_version"][part]) for part in ("source", "sql")} == {64}
    settings.models.mkdir(parents=True)
    adopted = {"model": "2025-06-30-abc", "adopted_by": "the night", "reason": "the first model"}
    (settings.models / ACTIVE).write_text(json.dumps(adopted), encoding="utf-8")
    connection.execute("update indicators.figure set numerator = 60")
    second = said(release())
    assert second["model_version"] == "2025-06-30-abc"
    assert second["code_version"] == first["code_version"]


def test_rows_and_hashes_are_those_of_the_folder(release: Callable[[], Path]) -> None:
    folder = release()
    description = said(folder)
    assert description["rows"].keys() == TABLES.keys()
    assert description["rows"]["figure"] == 1
    tables = [path for path in files_of(folder) if path.suffix in (".csv", ".parquet")]
    assert description["sha256"] == {path.name: file_sha256(path) for path in tables}


def test_a_release_says_which_came_before_and_what_it_covers(
    release: Callable[[], Path], connection: duckdb.DuckDBPyConnection
) -> None:
    first = release()
    connection.execute("update indicators.figure set numerator = 60")
    description = said(release())
    told = {"predecessor": first.name, "release_no": 2, "frequency": "nightly", "reason": None}
    told |= {"closed_to_date": AS_OF.isoformat(), "is_scheduled": True, "is_preview": False}
    assert told.items() <= description.items()
    assert said(first)["predecessor"] is None


def test_steps_come_in_the_order_in_which_each_needs_the_one_before(
    release: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, set[str]] = {}
    for step in ("write_open_data", "write_site", "write_explore", "read_again", "scan_release"):

        def note(folder: Path, settings: Settings, step: str = step) -> bool:
            seen[step] = {path.relative_to(folder).as_posix() for path in files_of(folder)}
            (folder / f"{step}.txt").write_text(step, encoding="utf-8")
            return step == "write_explore"

        monkeypatch.setattr(building, step, note)
    folder = release()
    assert list(seen) == [
        "write_open_data",
        "write_site",
        "write_explore",
        "read_again",
        "scan_release",
    ]
    assert "indicators.duckdb" in seen["write_open_data"]
    assert {"write_site.txt", "write_explore.txt", "release.json"} <= seen["read_again"]
    assert "release.json" not in seen["write_explore"]
    assert said(folder)["has_explore"] is True


@pytest.mark.whole_release
def test_a_whole_release_has_its_pages_and_every_file_in_its_sums(
    release: Callable[[], Path],
) -> None:
    folder = release()
    assert list(wrong_checksums(folder)) == []
    named = (folder / CHECKSUMS).read_text(encoding="utf-8").splitlines()
    assert len(named) == len(files_of(folder))
    assert not [path for path in folder.rglob("*") if path.is_symlink()]
