"""`insight gaps`: the worklist of people whom nobody has picked up, for who has to.

Belongs here: arguments, permission before answer, words and exit codes. Does not belong here: which
gaps are open (indicators/gaps.py). Pseudonyms are shown to who may see them, and only after the
audit log has taken the line.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

import click
import polars as pl

from insight_pipeline.cli import permission
from insight_pipeline.cli.formats import form_of, format_options, frame_table, tell
from insight_pipeline.cli.permission import Request, check_purpose, wrong
from insight_pipeline.indicators.catalogue import Catalogue, load_catalogue
from insight_pipeline.indicators.gaps import open_gaps
from insight_pipeline.kernel.errors import Fault, InsightError, nearest, raise_all
from insight_pipeline.settings import Settings, load_settings
from insight_pipeline.sql.engines.duckdb import connect

ACTION = "gaps"


@click.command(name="gaps")
@click.option("--provider", metavar="ID", help="Gaps this provider has to close.")
@click.option("--pathway", metavar="CODE", help="Gaps of one pathway of pathways.yaml.")
@click.option("--purpose", required=True, help="What for: a code of the vocabulary purpose.")
@format_options
def gaps_command(
    provider: str | None, pathway: str | None, purpose: str, form: str | None, output: Path | None
) -> None:
    """List people whom the next service has not taken on in time, longest overdue first.

    Each under a pseudonym, with the pathway, the two providers and the days. Only for accounts
    with a grant in data_contracts/access.yaml; every attempt is logged. Exit codes: 0 the list is
    shown, however long; 1 not permitted, no such provider or pathway, or no night yet.

    \b
    Examples:
      insight gaps --provider PROVIDER --purpose outcome_monitoring
      insight gaps --pathway PATHWAY --purpose outcome_monitoring --format csv
    """
    chosen = form_of(form, output)
    settings = load_settings()
    catalogue = load_catalogue(settings)
    raise_all(_unknown(catalogue, provider, pathway))
    check_purpose(purpose, catalogue)
    _check_warehouse(settings)
    now = datetime.now(UTC)
    request = Request(ACTION, purpose, _about(provider, pathway))
    permission.permit(settings, request, now)
    with connect(settings, settings.warehouse, read_only=True) as connection:
        gaps = open_gaps(connection, provider, pathway)
    permission.note(settings, request, "shown", now, gaps["citizen_id"].n_unique())
    tell(gaps, chosen, output, lambda: _as_text(gaps))


def _unknown(catalogue: Catalogue, provider: str | None, pathway: str | None) -> list[Fault]:
    """Only codes get into the audit log: what somebody types might name a person."""
    providers = {
        contract.provider_id
        for service in catalogue.services.services
        for contract in service.contracts
    }
    pathways = {each.pathway_code for each in catalogue.pathways.pathways}
    return [
        *_not_among("--provider", provider, providers, "services.yaml"),
        *_not_among("--pathway", pathway, pathways, "pathways.yaml"),
    ]


def _not_among(option: str, code: str | None, known: Collection[str], file: str) -> list[Fault]:
    if code is None or code in known:
        return []
    expected = f"one of {', '.join(sorted(known))} (data_contracts/{file})"
    return [wrong(option, expected, "another word", nearest(code, known))]


def _check_warehouse(settings: Settings) -> None:
    if not settings.warehouse.exists():
        raise InsightError(
            [wrong(str(settings.warehouse), "a warehouse", "none yet", "run `insight nightly`")]
        )


def _about(provider: str | None, pathway: str | None) -> str:
    return f"open gaps provider={provider or 'all'} pathway={pathway or 'all'}"


def _as_text(gaps: pl.DataFrame) -> str:
    words = (
        f"{gaps.height:,} open gaps of {gaps['citizen_id'].n_unique():,} citizens. "
        "Not for publication."
    )
    return f"{frame_table(gaps)}\n{words}"
