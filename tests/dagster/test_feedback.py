"""Feedback in the graph: after judging, one asset a feed, and no failure reaches another feed."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from insight_pipeline.contracts.feedback.outbox import Told, write_feedback
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.staging import accepted_relation
from insight_pipeline.defs import feedback as room
from insight_pipeline.defs.describe import key_of
from insight_pipeline.indicators.catalogue import load_catalogue
from insight_pipeline.settings import Settings
from tests.conftest import ROOT

BROKEN = "wellpath__referrals"
QUOTED = "Jane Canary-Featherstone"


def fail_for_one(contract: Contract, settings: Settings) -> Told:
    if contract.stem == BROKEN:
        raise RuntimeError(f"could not write '{QUOTED}'")
    return write_feedback(contract, settings)


def test_feedback_that_fails_is_a_failed_check_there_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "write_feedback", fail_for_one)
    settings = Settings(home=tmp_path, project=ROOT)
    assets = room.feedback_assets(load_catalogue(settings), settings)
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize(assets, instance=instance)
        told = str([event.message for event in result.all_events])
        told += str([entry.user_message for entry in instance.all_logs(result.run_id)])
    assert result.success
    failed = {c.asset_key.path[-1] for c in result.get_asset_check_evaluations() if not c.passed}
    assert failed == {BROKEN}
    assert "RuntimeError" in told and QUOTED not in told


def test_every_feed_is_answered_after_it_was_judged(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, project=ROOT)
    catalogue = load_catalogue(settings)
    specs = {s.key: s for a in room.feedback_assets(catalogue, settings) for s in a.specs}
    for contract in catalogue.contracts:
        spec = specs[key_of(room.feedback_relation(contract))]
        assert {dep.asset_key for dep in spec.deps} == {key_of(accepted_relation(contract))}
