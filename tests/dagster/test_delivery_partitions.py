"""Deliveries as partitions: told once each, in order of period, and judged again alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import dagster as dg
import pytest

from insight_pipeline.contracts.judging import judge
from insight_pipeline.contracts.judging.verdict import verdict_path
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.defs.deliveries import (
    TRAILS,
    delivery_key,
    ensure_partitions,
    partitions_name,
    trails_asset,
)
from insight_pipeline.defs.replays import SAME, replay_assets
from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.settings import Settings
from tests.unit.contracts.promises import home
from tests.unit.contracts.test_feed import LAW, deliver, night, promise

Materialisation = tuple[str, dict[str, Any]]


def catalogue_of(contract: Contract) -> Catalogue:
    """One contract that nothing reads."""
    nothing = cast("Any", None)
    return Catalogue(
        (contract,), (), LAW.vocabularies, nothing, nothing, nothing, nothing, LAW.macros, (), ()
    )


class Told:
    """A home, and a Dagster that remembers."""

    def __init__(self, settings: Settings, instance: dg.DagsterInstance) -> None:
        self.settings, self.instance = settings, instance
        self.contract = promise("upsert")
        catalogue = catalogue_of(self.contract)
        self.definitions = dg.Definitions(
            assets=[trails_asset(catalogue, settings), *replay_assets(catalogue, settings)],
            executor=dg.in_process_executor,
        )

    @property
    def partitions(self) -> list[str]:
        return list(self.instance.get_dynamic_partitions(partitions_name(self.contract)))

    def tell(self) -> list[str]:
        """Partitions that a night tells of."""
        return sorted(partition for partition, _ in self.run([TRAILS]))

    def run(self, assets: list[dg.AssetKey], **asked: Any) -> list[Materialisation]:
        before = {event.storage_id for event in self._events()}
        self.result = self.definitions.resolve_implicit_global_asset_job_def().execute_in_process(
            instance=self.instance, asset_selection=assets, raise_on_error=False, **asked
        )
        return [
            (str(event.partition_key), dict(event.asset_materialization.metadata))
            for event in self._events()
            if event.storage_id not in before and event.asset_materialization
        ]

    def _events(self) -> Sequence[dg.EventLogRecord]:
        key = delivery_key(self.contract)
        return self.instance.fetch_materializations(key, limit=100).records

    def replay(self, first: str, last: str | None = None) -> list[Materialisation]:
        keys = [delivery_key(self.contract)]
        if last is None:
            return self.run(keys, partition_key=first)
        named = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")
        return self.run(keys, tags=dict(zip(named, (first, last), strict=True)))

    def checked(self) -> list[dg.AssetCheckEvaluation]:
        return [c for c in self.result.get_asset_check_evaluations() if c.check_name == SAME]


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield Told(home(tmp_path), instance)


@pytest.fixture(scope="module")
def after_a_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("judged")
    settings = home(folder)
    deliver(settings, ["first", "corrected", "next"])
    night(settings, "upsert")
    return folder


@pytest.fixture
def judged(told: Told, after_a_night: Path) -> Told:
    """Three deliveries that a night told of."""
    shutil.copytree(after_a_night, told.settings.home.parent, dirs_exist_ok=True)
    assert len(told.tell()) == 3
    return told


def test_a_night_tells_of_what_changed_once_and_of_nothing_else(told: Told) -> None:
    assert told.tell() == []
    deliver(told.settings, ["first"])
    night(told.settings, "upsert")
    (first,) = told.tell()
    assert first.startswith("2025-03-31.")
    assert told.tell() == []
    deliver(told.settings, ["next"])
    night(told.settings, "upsert")
    anew = set(told.tell())
    (second,) = set(told.partitions) - {first}
    assert second.startswith("2025-06-30.")
    # Rows of the first are replaced by the next: its account is another.
    assert anew == {first, second}
    assert told.tell() == []


def test_partitions_stay_in_order_of_period_when_an_earlier_one_comes_late(told: Told) -> None:
    instance, contract = told.instance, told.contract
    ensure_partitions(instance, contract, ["2025-03-31.b", "2025-09-30.a"])
    ensure_partitions(instance, contract, ["2025-06-30.c", "2025-03-31.a"])
    assert told.partitions == ["2025-03-31.a", "2025-03-31.b", "2025-06-30.c", "2025-09-30.a"]
    ensure_partitions(instance, contract, ["2025-06-30.c"])
    assert len(told.partitions) == 4


def verdict_of(told: Told, partition: str) -> Path:
    delivery_id = partition.rpartition(".")[2]
    return verdict_path(told.settings.accepted, told.contract.stem, delivery_id)


def test_one_delivery_is_judged_again_at_its_partition(judged: Told) -> None:
    ((partition, metadata),) = judged.replay(judged.partitions[0])
    assert judged.result.success
    assert partition == judged.partitions[0]
    assert metadata["verdict_of_the_replay"].value == "the same"
    assert metadata["rows_received"].value == 9
    (check,) = judged.checked()
    assert (check.passed, check.metadata["judged_again"].value) == (True, 1)
    # With what came of it downstream by then.
    assert judged.tell() == [partition]
    assert judged.tell() == []


def test_the_deliveries_of_some_months_are_a_range_in_one_run(judged: Told) -> None:
    first, last = judged.partitions[0], judged.partitions[1]
    found = judged.replay(first, last)
    assert sorted(partition for partition, _ in found) == [first, last]
    assert len({metadata["submitted_at"].value for _, metadata in found}) == 2, "each its own words"


def test_another_verdict_is_a_warning_with_counts_and_the_dataset_is_told_of(judged: Told) -> None:
    kept = verdict_of(judged, judged.partitions[0])
    kept.write_text(kept.read_text().replace('"received": 9', '"received": 8'))
    ((_, metadata),) = judged.replay(judged.partitions[0])
    (check,) = judged.checked()
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert metadata["verdict_of_the_replay"].value == "another"
    assert "| received | 8 | 9 |" in str(metadata["differences"].value)
    assert judged.result.success


def test_where_our_engine_fails_the_run_fails_and_the_verdict_stands(
    judged: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = verdict_of(judged, judged.partitions[0])
    known = kept.read_bytes()

    def failing(*arguments: object) -> None:
        raise RuntimeError("Hernandez")

    monkeypatch.setattr(judge, "keep", failing)
    judged.replay(judged.partitions[0])
    assert not judged.result.success
    assert kept.read_bytes() == known
    events = str([event.message for event in judged.result.all_events])
    assert "Hernandez" not in events
