"""Feedback follows a dataset that a replay changed; after a night there is nothing to follow."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from insight_pipeline.defs.contracts import contract_assets
from insight_pipeline.defs.feedback import feedback_assets, feedback_automation
from tests.dagster.test_delivery_partitions import catalogue_of
from tests.unit.contracts.promises import STEM, home
from tests.unit.contracts.test_feed import promise

LANDING, ACCEPTED, FEEDBACK = (
    dg.AssetKey([room, STEM]) for room in ("landing", "accepted", "feedback")
)


def test_feedback_is_asked_for_after_a_replay_and_not_after_a_night(tmp_path: Path) -> None:
    catalogue, settings = catalogue_of(promise("upsert")), home(tmp_path)
    definitions = dg.Definitions(
        assets=[*contract_assets(catalogue, settings), *feedback_assets(catalogue, settings)],
        sensors=[feedback_automation()],
    )
    with dg.DagsterInstance.ephemeral() as instance:
        cursor = None

        def asked(*made: dg.AssetKey) -> int:
            """Assets asked for at a look after these were made."""
            nonlocal cursor
            for key in made:
                instance.report_runless_asset_event(dg.AssetMaterialization(key))
            found = dg.evaluate_automation_conditions(definitions, instance, cursor=cursor)
            cursor = found.cursor
            return found.total_requested

        assert asked() == 0, "a fresh home has nothing to tell"
        assert asked(LANDING, ACCEPTED, FEEDBACK) == 0
        assert asked() == 0
        assert asked(ACCEPTED) == 1
        assert asked() == 0, "asked for once"
        assert asked(FEEDBACK) == 0
        assert asked(LANDING, ACCEPTED, FEEDBACK) == 0
    (sensor,) = definitions.sensors or []
    assert isinstance(sensor, dg.AutomationConditionSensorDefinition)
    assert sensor.default_status is dg.DefaultSensorStatus.RUNNING
