"""The only assembly: files in, definitions out. Nothing is listed; everything is discovered."""

from __future__ import annotations

import dagster as dg

from insight_pipeline.contracts.arrival import bare_feeds
from insight_pipeline.defs.contracts import contract_assets
from insight_pipeline.defs.feedback import feedback_assets
from insight_pipeline.defs.landing import landing_assets
from insight_pipeline.defs.linkage import linkage_assets
from insight_pipeline.defs.nightly import LOGGERS, arrival_sensor, nightly_job, nightly_schedule
from insight_pipeline.defs.publication import publication_assets
from insight_pipeline.defs.service_levels import service_level_assets
from insight_pipeline.defs.staging import staging_assets
from insight_pipeline.defs.warehouse import warehouse_assets
from insight_pipeline.indicators.catalogue import load_catalogue
from insight_pipeline.settings import Settings


def build_definitions(settings: Settings) -> dg.Definitions:
    """Definitions of one project folder; needs no database, inbox or home to exist."""
    catalogue = load_catalogue(settings)
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
        ],
        jobs=[nightly_job],
        schedules=[nightly_schedule],
        sensors=[arrival_sensor(settings, bare_feeds(catalogue.contracts))],
        loggers=LOGGERS,
        executor=dg.in_process_executor,
    )
