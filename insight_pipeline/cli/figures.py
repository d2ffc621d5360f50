"""`insight figures`: published figures, chosen without SQL.

Belongs here: arguments, words and exit codes. Does not belong here: finding figures, or how a table
of them looks (figure_table.py).
"""

from __future__ import annotations

from pathlib import Path

import click
import polars as pl

from insight_pipeline.cli.asked import (
    NOT_PUBLIC,
    release_name,
    release_options,
    wrong_use_ends_with_two,
)
from insight_pipeline.cli.figure_table import figure_table
from insight_pipeline.cli.formats import TABLE, form_of, format_options, tell
from insight_pipeline.cli.release import say_next
from insight_pipeline.publication.querying.choosing import choose
from insight_pipeline.publication.querying.figures import Wanted, find_figures
from insight_pipeline.settings import load_settings


@click.command(name="figures")
@click.option("--indicator", "indicators", multiple=True, metavar="ID", help="Can be repeated.")
@click.option("--provider", metavar="ID", help="Figures about one provider.")
@click.option("--area", metavar="CODE", help="Figures about one ward, by code or name.")
@click.option(
    "--breakdown",
    metavar="KIND",
    help="A kind as total, area, provider, sex, age_band, pathway; sex=F; or all.",
)
@click.option("--theme", metavar="CODE", help="Indicators of one outcome theme.")
@click.option("--period", metavar="WHEN", help="Its first day, or 2025/26, or '2025/26 Q2'.")
@click.option("--all-periods", is_flag=True, help="Not the latest complete period alone.")
@release_options
@format_options
def figures_command(
    indicators: tuple[str, ...],
    provider: str | None,
    area: str | None,
    breakdown: str | None,
    theme: str | None,
    period: str | None,
    all_periods: bool,
    release: str | None,
    preview: bool,
    form: str | None,
    output: Path | None,
) -> None:
    """Show published figures: totals of the latest complete period, or those asked for.

    Each with its 95 % interval, the counts behind it, what it was judged to be beside its
    benchmark, and the symbols that say why it is withheld or uncertain. The first column names the
    figure, for `insight explain`.

    \b
    Examples:
      insight figures
      insight figures --indicator INDICATOR_ID --all-periods
      insight figures --theme homelessness --breakdown provider
      insight figures --area Abbey --period 2025/26 --format csv --output abbey.csv
    """
    if [provider, area, breakdown].count(None) < 2:
        raise click.UsageError("name one of --provider, --area and --breakdown.")
    if period is not None and all_periods:
        raise click.UsageError("name one of --period and --all-periods.")
    chosen, settings = form_of(form, output), load_settings()
    wanted = Wanted(indicators, provider, area, breakdown, period, theme, all_periods)
    with wrong_use_ends_with_two():
        folder = choose(settings, release_name(release, preview))
        found = find_figures(settings, folder, wanted)
    tell(found, chosen, output, lambda: _words(found, folder.name, preview))
    if chosen == TABLE and output is None and release is None and not preview:
        say_next(settings)


def _words(found: pl.DataFrame, release: str, preview: bool) -> str:
    ending = f"\n{NOT_PUBLIC}" if preview else ""
    if found.is_empty():
        return f"Release {release} has no figure of these all together.{ending}"
    return f"Release {release}\n{figure_table(found)}{ending}"
