"""The only assembly: files in, definitions out. Nothing is listed; everything is discovered."""

from __future__ import annotations

import dagster as dg

from insight_pipeline.contracts.arrival import bare_feeds
from insight_pipeline.defs.arrivals import arrival_sensor
from insight_pipeline.defs.contracts import contract_assets
from insight_pipeline.defs.deliveries import trails_asset
from insight_pipeline.defs.feedback import feedback_assets, feedback_automation
from insight_pipeline.defs.incidents import digest_schedule, incident_sensor
from insight_pipeline.defs.landing import landing_assets
from insight_pipeline.defs.linkage import linkage_assets
from insight_pipeline.defs.nightly import LOGGERS, nightly_job, nightly_schedule
from insight_pipeline.defs.publication import publication_assets
from insight_pipeline.defs.replays import replay_assets
from insight_pipeline.defs.service_levels import service_level_assets
from insight_pipeline.defs.staging import staging_assets
from insight_pipeline.defs.warehouse import warehouse_assets
from insight_pipeline.indicators.catalogue import Catalogue, load_catalogue
from insight_pipeline.operations.policy import load_operations
from insight_pipeline.settings import Settings


def build_definitions(settings: Settings, known: Catalogue | None = None) -> dg.Definitions:
    """Definitions of one project folder; needs no database, inbox or home to exist.

    `known`: the folder's catalogue, where it was read already.
    """
    catalogue, policy = known or load_catalogue(settings), load_operations(settings)
    return dg.Definitions(
        assets=[
            *landing_assets(catalogue, settings),
            *contract_assets(catalogue, settings),
            *feedback_assets(catalogue, settings),
            *staging_assets(catalogue, settings),
            *service_level_assets(catalogue, settings),
            *linkage_assets(catalogue, settings),
            *warehouse_assets(catalogue, settings),
            *publication_assets(catalogue, settings),
            trails_asset(catalogue, settings),
            *replay_assets(catalogue, settings),
        ],
        jobs=[nightly_job],
        schedules=[nightly_schedule(policy.night), digest_schedule(catalogue, settings)],
        sensors=[
            arrival_sensor(settings, policy.arrivals.settle_looks, bare_feeds(catalogue.contracts)),
            incident_sensor(catalogue, settings),
            feedback_automation(),
        ],
        loggers=LOGGERS,
        executor=dg.in_process_executor,
    )
