"""Runs the nightly job headless, in this process, recorded where the UI will show it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import dagster as dg

from insight_pipeline.defs.assembly import build_definitions
from insight_pipeline.defs.guard import safe_description
from insight_pipeline.defs.night_record import ending_of
from insight_pipeline.defs.nightly import JOB
from insight_pipeline.defs.workspace import open_instance
from insight_pipeline.indicators.catalogue import Catalogue, load_catalogue
from insight_pipeline.operations.facts import before_night
from insight_pipeline.operations.incidents.telling import tell_incidents
from insight_pipeline.operations.nights import Outcome, begin_night, end_night
from insight_pipeline.settings import Settings

LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True)
class Night:
    """How a night ended. Failed checks of ERROR severity make it unsound though it finished."""

    succeeded: bool
    run_id: str
    failed_checks: tuple[str, ...]


def run_nightly(settings: Settings) -> Night:
    """Execute the nightly job once, record how it went and tell incidents.

    Progress goes to standard error.
    """
    catalogue = load_catalogue(settings)
    definitions = build_definitions(settings, catalogue)
    with open_instance(settings) as instance:
        run_id = str(uuid4())
        begin_night(settings, run_id, "command", datetime.now(UTC), before_night(settings))
        result = definitions.resolve_job_def(JOB).execute_in_process(
            instance=instance, raise_on_error=False, run_id=run_id
        )
        outcome = Outcome.SUCCEEDED if result.success else Outcome.FAILED
        ending = ending_of(instance, run_id, outcome)
        end_night(settings, run_id, datetime.now(UTC), ending)
    _tell(settings, catalogue)
    failed = tuple(
        f"{'/'.join(check.asset_key.path)}: {check.check_name}"
        for check in result.get_asset_check_evaluations()
        if not check.passed and check.severity is dg.AssetCheckSeverity.ERROR
    )
    return Night(result.success, result.run_id, failed)


def _tell(settings: Settings, catalogue: Catalogue) -> None:
    """Tell incidents; whatever is wrong with that, the night has ended as it has."""
    try:
        tell_incidents(settings, catalogue, datetime.now(UTC))
    except Exception as error:
        LOGGER.warning("incidents were not told: %s", safe_description(error))
