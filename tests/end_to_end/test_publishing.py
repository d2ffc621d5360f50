"""From a night to the public: a release a month, previews between, the same on any machine."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from insight_pipeline.cli.main import main
from insight_pipeline.defs.launch import run_nightly
from insight_pipeline.kernel.fingerprint import file_sha256
from insight_pipeline.landing.manifest import MANIFEST_SUFFIX
from insight_pipeline.publication.history import previous_releases
from insight_pipeline.publication.release import latest_release
from insight_pipeline.publication.releasing.checksums import wrong_checksums
from insight_pipeline.settings import Settings
from insight_pipeline.simulation.borough import simulate
from tests.end_to_end.project import copy_project, settings_for
from tests.end_to_end.test_arrival import deliver
from tests.end_to_end.test_revisions import REFERRALS, Borough, late_delivery

pytestmark = [pytest.mark.end_to_end, pytest.mark.slow]

REASON = "Referrals of one clinic had been left out."


@pytest.fixture
def drops(tmp_path: Path) -> Path:
    simulate(tmp_path / "drops", tmp_path / "truth", citizens=700, months=9, seed=11)
    return tmp_path / "drops"


@pytest.fixture
def borough(drops: Path, tmp_path: Path) -> Borough:
    """Before its first night; of so few people hardly a figure is shown but without disclosure."""
    settings = settings_for(tmp_path / "home", copy_project(tmp_path / "project"))
    policies = settings.contracts / "publication/disclosure.yaml"
    text = policies.read_text(encoding="utf-8")
    policies.write_text(text.replace("default: nhs_hes", "default: none"), encoding="utf-8")
    deliver(drops, settings, sorted(drops.rglob(f"*{MANIFEST_SUFFIX}")))
    rows = map(json.loads, (drops / REFERRALS).read_text(encoding="utf-8").splitlines())
    known = {row["LocalPatientId"]: row for row in rows if row["NHSNumber"]}
    return Borough(settings, [known[name] for name in sorted(known)[:6]])


def insight(settings: Settings, *arguments: str) -> Result:
    return CliRunner(env=settings.environment()).invoke(main, list(arguments))


def hashes(settings: Settings) -> dict[str, str]:
    release = (settings.published / "latest").resolve()
    files = [path for path in release.iterdir() if path.suffix in (".csv", ".parquet")]
    return {"release": release.name, **{path.name: file_sha256(path) for path in files}}


def test_one_and_two_threads_publish_the_same_bytes(
    borough: Borough, drops: Path, tmp_path: Path, unrecorded: None
) -> None:
    alone = replace(borough.settings, home=tmp_path / "alone", threads=1)
    deliver(drops, alone, sorted(drops.rglob(f"*{MANIFEST_SUFFIX}")))
    for settings in (borough.settings, alone):
        assert run_nightly(settings).succeeded
    found = hashes(alone)
    assert len(found) >= 9
    assert found == hashes(borough.settings)


def test_a_night_between_two_releases_is_a_preview_until_somebody_gives_a_reason(
    borough: Borough, unrecorded: None, second_opinion_taken_as_given: None
) -> None:
    settings = borough.settings
    borough.night()
    first = latest_release(settings.published)
    late_delivery(borough)
    borough.night()
    assert [path.name for path in previous_releases(settings.published)] == [first]
    preview = (settings.preview / "latest").resolve()
    assert list(wrong_checksums(preview)) == []
    said = insight(settings, "figures")
    assert said.exit_code == 0
    (line,) = [line for line in said.output.splitlines() if "due when the data reach" in line]
    assert "preview only" in line and "2026-10-31" in line

    done = insight(settings, "release", "--now", "--reason", REASON)
    assert done.exit_code == 0, done.output
    newest = (settings.published / "latest").resolve()
    assert newest.name == latest_release(settings.published) != first
    described = json.loads((newest / "release.json").read_text(encoding="utf-8"))
    assert (described["reason"], described["is_scheduled"]) == (REASON, False)
    assert described["model_version"] and described["contract_versions"]
    assert list(wrong_checksums(newest)) == []
    assert latest_release(settings.preview) is None
    for name in ("indicators.csv", "indicators.parquet"):
        assert file_sha256(newest / name) == described["sha256"][name]
