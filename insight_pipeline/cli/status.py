"""`insight status`: the morning digest for now.

Belongs here: arguments, words and exit codes. Does not belong here: what there is to tell
(operations/digest/). Reads only: it may be asked while a night is at work, and holds nobody up.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime

import click

from insight_pipeline.cli.table import printable
from insight_pipeline.indicators.catalogue import load_catalogue
from insight_pipeline.operations.digest.digest import digest
from insight_pipeline.operations.digest.rendering import as_json, as_text, is_well
from insight_pipeline.settings import load_settings

FORMATS = ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d")


@click.command(name="status")
@click.option("--json", "as_values", is_flag=True, help="For programs.")
@click.option(
    "--at", type=click.DateTime(FORMATS), help="As if it were then (UTC).  [default: now]"
)
def status_command(as_values: bool, at: datetime | None) -> None:
    """Say how things stand: last night, arrivals, late feeds, open incidents, what changed.

    It says the same as the morning digest. Exit code 1: an incident of severity error is open.

    \b
    Examples:
      insight status
      insight status --json
      insight status --at 2026-10-20
    """
    settings, now = load_settings(), _moment(at)
    told = digest(settings, load_catalogue(settings), now)
    if as_values:
        click.echo(json.dumps(as_json(told), indent=2))
    else:
        click.echo("\n".join(printable(line) for line in as_text(told).splitlines()))
    if not is_well(told):
        sys.exit(1)


def _moment(at: datetime | None) -> datetime:
    if at is None:
        return datetime.now(UTC)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
