"""One feed's bad night never stops the others, and what failed never quotes data."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from insight_pipeline.contracts.feed import FeedResult, process_feed
from insight_pipeline.contracts.judging.judge import Law
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.defs import contracts as room
from insight_pipeline.defs.guard import guarded
from insight_pipeline.defs.landing import landing_assets
from insight_pipeline.indicators.catalogue import load_catalogue
from insight_pipeline.settings import Settings

REPOSITORY = Path(__file__).parents[2]
BROKEN = "wellpath__referrals"
QUOTED = "Jane Canary-Featherstone"


def fail_for_one(contract: Contract, law: Law, settings: Settings) -> FeedResult:
    if contract.stem == BROKEN:
        raise RuntimeError(f"could not convert '{QUOTED}'")
    return process_feed(contract, law, settings)


def test_an_engine_failure_in_one_feed_is_an_error_there_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "process_feed", fail_for_one)
    settings = Settings(home=tmp_path, project=REPOSITORY)
    catalogue = load_catalogue(settings)
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize(
            [*landing_assets(catalogue, settings), *room.contract_assets(catalogue, settings)],
            instance=instance,
        )
        told = str([event.message for event in result.all_events])
        told += str([e.user_message for e in instance.all_logs(result.run_id)])
    assert result.success
    failed = {
        check.asset_key.path[-1]
        for check in result.get_asset_check_evaluations()
        if not check.passed
    }
    assert failed == {BROKEN}
    assert "RuntimeError" in told
    assert QUOTED not in told


def test_a_step_that_fails_tells_dagster_the_kind_and_the_place_but_no_value(
    tmp_path: Path,
) -> None:
    settings = Settings(home=tmp_path, project=REPOSITORY)
    with pytest.raises(dg.Failure) as caught, guarded(settings):
        raise ValueError(QUOTED)
    assert "ValueError" in str(caught.value.description)
    assert QUOTED not in str(caught.value.description)
    assert caught.value.__suppress_context__
