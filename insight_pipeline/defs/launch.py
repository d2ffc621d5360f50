"""Runs the nightly job headless, in this process, recorded where the UI will show it."""

from __future__ import annotations

from dataclasses import dataclass

import dagster as dg

from insight_pipeline.defs.assembly import build_definitions
from insight_pipeline.defs.nightly import JOB
from insight_pipeline.defs.workspace import open_instance
from insight_pipeline.settings import Settings


@dataclass(frozen=True)
class Night:
    """How a night ended. Failed checks of ERROR severity make it unsound though it finished."""

    succeeded: bool
    run_id: str
    failed_checks: tuple[str, ...]


def run_nightly(settings: Settings) -> Night:
    """Execute the nightly job once; progress goes to standard error."""
    definitions = build_definitions(settings)
    with open_instance(settings) as instance:
        result = definitions.resolve_job_def(JOB).execute_in_process(
            instance=instance, raise_on_error=False
        )
    failed = tuple(
        f"{'/'.join(check.asset_key.path)}: {check.check_name}"
        for check in result.get_asset_check_evaluations()
        if not check.passed and check.severity is dg.AssetCheckSeverity.ERROR
    )
    return Night(result.success, result.run_id, failed)
