"""`insight records`: Dagster's own records of past runs.

Belongs here: arguments and words. Does not belong here: forgetting (defs/records.py).
"""

from __future__ import annotations

import click

from insight_pipeline.settings import load_settings

KEEP = 60
MEGABYTE = 1_000_000


@click.group(name="records")
def records_command() -> None:
    """Dagster's own records of past runs."""


@records_command.command()
@click.option("--keep", type=click.IntRange(min=1), default=KEEP, show_default=True, help="Nights.")
def prune(keep: int) -> None:
    """Forget all runs before the newest nights, with events and logs. The home's stores stay.

    Example: insight records prune --keep 60
    """
    from insight_pipeline.defs.records import prune_records

    done = prune_records(load_settings(), keep)
    click.echo(
        f"{done.forgotten:,} runs forgotten, {done.kept:,} kept; "
        f"Dagster's records take {done.size_bytes / MEGABYTE:,.1f} MB."
    )
