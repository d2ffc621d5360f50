"""A delivery judged again from its landed bytes: alone, the same, and never for worse."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from insight_pipeline.contracts.feed import process_feed
from insight_pipeline.contracts.judging import judge
from insight_pipeline.contracts.judging.verdict import Verdict, read_verdict
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.replay import replay_deliveries
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.landing.receipt import read_receipts
from insight_pipeline.landing.reception import blob_path
from insight_pipeline.settings import Settings
from tests.unit.contracts.promises import STEM, column, contract, home
from tests.unit.contracts.test_feed import LAW, deliver, night, promise, told


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("judged")
    deliver(home(folder), ["first", "corrected", "next"])
    night(home(folder), "upsert")
    return folder


@pytest.fixture
def settings(tmp_path: Path, judged: Path) -> Settings:
    """Three deliveries after their night."""
    shutil.copytree(judged, tmp_path, dirs_exist_ok=True)
    return home(tmp_path)


def ids(settings: Settings) -> list[str]:
    return [receipt.delivery_id for receipt in read_receipts(settings.landing, STEM)]


def verdict(settings: Settings, delivery_id: str) -> Verdict:
    found = read_verdict(settings.accepted, STEM, delivery_id)
    assert found
    return found


def stricter() -> Contract:
    """The same promise, but the first version's dates are written otherwise: none is readable."""
    known = promise("upsert")
    first = contract(
        column("Ref", required=True, key=True),
        column("Start", "date", options={"format": "yyyy-MM-dd"}),
        mode="upsert",
        key=("Ref",),
        mark="version 1, stricter",
        inForce={"to": "2025-03-31"},
    )
    return replace(known, earlier=(first,))


def test_one_delivery_alone_is_judged_again_and_all_stands_as_it_was(settings: Settings) -> None:
    before, files = told(settings), written(settings)
    found = replay_deliveries(promise("upsert"), LAW, settings, ids(settings)[:1])
    (one,) = found.deliveries
    assert (one.delivery_id, one.is_same, one.failed) == (ids(settings)[0], True, False)
    assert one.differences == {}
    assert not found.changed
    assert told(settings) == before
    anew = {path.split(".")[0] for path, when in written(settings).items() if files[path] != when}
    assert anew == {ids(settings)[0]}, "no other file was written"


def written(settings: Settings) -> dict[str, int]:
    folder = settings.accepted / STEM
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


def test_what_the_store_lost_or_changed_comes_back_from_landing(settings: Settings) -> None:
    before = told(settings)
    first = ids(settings)[0]
    kept = settings.accepted / STEM / f"{first}.parquet"
    rows = kept.read_bytes()
    kept.write_bytes(b"PAR1 is what it was")
    replay_deliveries(promise("upsert"), LAW, settings, [first])
    assert kept.read_bytes() == rows
    assert told(settings) == before


def test_a_stricter_contract_is_told_with_its_counts(settings: Settings) -> None:
    first = ids(settings)[0]
    accepted = verdict(settings, first).accepted
    found = replay_deliveries(stricter(), LAW, settings, [first])
    (one,) = found.deliveries
    assert not one.is_same
    assert one.differences["accepted"] == (accepted, one.now.accepted)
    assert one.now.accepted < accepted
    assert found.changed
    assert verdict(settings, first) == one.now


def test_where_the_engine_fails_the_verdict_and_its_rows_stand(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, first = told(settings), ids(settings)[0]
    known = verdict(settings, first)

    def failing(*arguments: object) -> None:
        raise RuntimeError("Hernandez")

    monkeypatch.setattr(judge, "keep", failing)
    found = replay_deliveries(promise("upsert"), LAW, settings, [first])
    (one,) = found.deliveries
    assert one.failed
    assert not one.is_same
    assert verdict(settings, first) == known
    assert told(settings) == before


def test_damaged_bytes_are_told_before_anything_is_changed(settings: Settings) -> None:
    before = told(settings)
    receipt = read_receipts(settings.landing, STEM)[0]
    blob = blob_path(settings.landing, receipt.sha256)
    blob.chmod(0o600)
    blob.write_bytes(b"Ref,Start\n")
    with pytest.raises(InsightError, match="other bytes"):
        replay_deliveries(promise("upsert"), LAW, settings, [receipt.delivery_id])
    blob.unlink()
    with pytest.raises(InsightError, match="no file that can be opened"):
        replay_deliveries(promise("upsert"), LAW, settings, [receipt.delivery_id])
    assert told(settings) == before


def test_an_id_that_was_never_received_is_told(settings: Settings) -> None:
    with pytest.raises(InsightError, match="no receipt"):
        replay_deliveries(promise("upsert"), LAW, settings, ["0" * 16])


def test_the_night_judges_stored_landings_again_when_the_contract_changed_without_any_drop(
    settings: Settings,
) -> None:
    first, second, _ = ids(settings)
    assert process_feed(promise("upsert"), LAW, settings).judged_now == frozenset()
    result = process_feed(stricter(), LAW, settings)
    assert result.judged_now == {first, second}, "the version of the third one's period is the same"
    assert verdict(settings, first).accepted == 0
    assert not result.unchanged
    assert process_feed(stricter(), LAW, settings).unchanged
