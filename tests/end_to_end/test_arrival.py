"""What is published depends on what was delivered: not on when, in which order or how often."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from insight_pipeline.defs.launch import run_nightly
from insight_pipeline.kernel.fingerprint import file_sha256, fingerprint
from insight_pipeline.landing.manifest import MANIFEST_SUFFIX
from insight_pipeline.settings import Settings
from insight_pipeline.simulation.borough import simulate
from tests.end_to_end.project import query, settings_for

# Many whole nights. The fast run holds order feed by feed: tests/unit/contracts/test_feed.py.
pytestmark = [pytest.mark.end_to_end, pytest.mark.slow]


def deliver(source: Path, settings: Settings, manifests: list[Path]) -> None:
    """Copy drops into a home's inbox under other names: names and times mean nothing."""
    for manifest in manifests:
        data = manifest.with_name(manifest.name.removesuffix(MANIFEST_SUFFIX))
        target = settings.inbox / manifest.relative_to(source).parent
        target.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(data, target / data.name)
        shutil.copyfile(manifest, target / manifest.name)


def unsuppressed(settings: Settings) -> list[tuple[Any, ...]]:
    return query(settings.warehouse, "select * from indicators.figure order by all")


@pytest.mark.parametrize(
    ("months", "nights", "shuffle"),
    [
        (9, 2, "one order"),
        (18, 2, "another"),
        (18, 4, "a third"),
        (18, 6, "a fourth"),
    ],
)
def test_several_nights_in_any_order_publish_what_one_night_publishes(
    tmp_path: Path, months: int, nights: int, shuffle: str
) -> None:
    source = tmp_path / "drops"
    simulate(source, tmp_path / "truth", citizens=1_000, months=months, seed=11)
    manifests = sorted(source.rglob(f"*{MANIFEST_SUFFIX}"))
    shuffled = sorted(manifests, key=lambda path: fingerprint(path.name, shuffle))
    assert shuffled != manifests

    at_once = settings_for(tmp_path / "at_once")
    deliver(source, at_once, manifests)
    assert run_nightly(at_once).succeeded

    in_parts = settings_for(tmp_path / "in_parts", threads=1, frequency="nightly")
    # Which model links is a decision of people: both homes go by the same one.
    shutil.copytree(at_once.models, in_parts.models)
    for part in (shuffled[first::nights] for first in reversed(range(nights))):
        deliver(source, in_parts, part)
        assert run_nightly(in_parts).succeeded

    assert unsuppressed(in_parts) == unsuppressed(at_once)
    releases = [(home.published / "latest").resolve() for home in (at_once, in_parts)]
    assert releases[0].name == releases[1].name
    for name in ("indicators.csv", "indicators.parquet", "scorecard.csv", "scorecard.parquet"):
        assert file_sha256(releases[0] / name) == file_sha256(releases[1] / name)
    counted = "select count(*), sum(denominator) from indicators.figure"
    figures, cases = query(at_once.warehouse, counted)[0]
    assert figures > 20 and cases > 20
