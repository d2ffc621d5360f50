"""`insight release`, and what every command says of releases: where they are, when the next is due.

Belongs here: arguments and words. Does not belong here: making a release (publication/).
"""

from __future__ import annotations

from pathlib import Path

import click

from insight_pipeline.cli.figure_table import figure_table
from insight_pipeline.indicators.catalogue import load_catalogue
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.kernel.lock import hold
from insight_pipeline.operations.journal.record import journalled
from insight_pipeline.publication.history import made_releases
from insight_pipeline.publication.night import publish_warehouse
from insight_pipeline.publication.querying.choosing import choose
from insight_pipeline.publication.querying.figures import Wanted, find_figures
from insight_pipeline.publication.release import latest_release
from insight_pipeline.publication.releasing.cadence import load_release_policy, next_due
from insight_pipeline.publication.releasing.pointer import LATEST
from insight_pipeline.settings import Settings, load_settings

SITE = Path("site", "index.html")
LONGEST_REASON = 500


@click.command(name="release")
@click.option("--now", is_flag=True, help="Release tonight's figures though none is due.")
@click.option("--reason", help="Why, in a sentence that the release shows to everybody.")
def release_command(now: bool, reason: str | None) -> None:
    """Say when the next release is due, or make one out of turn to correct what is public.

    Example: insight release --now --reason "Visits of March had been counted twice."
    """
    settings = load_settings()
    if now != (reason is not None):
        raise click.UsageError("--now and --reason go together.")
    if reason is not None:
        _release_now(settings, _one_sentence(reason))
    click.echo(_published_words(settings))
    say_next(settings)


def say_figures(settings: Settings) -> None:
    """The latest published total of every indicator, as `insight figures` shows them."""
    if latest_release(settings.published) is None:
        click.echo("\nNothing to publish yet: no indicator has a figure.")
        return
    folder = choose(settings)
    click.echo(f"\nLatest indicators, release {folder.name}\n{_figures(folder, settings)}")
    say_next(settings)


def say_next(settings: Settings) -> None:
    """One line: whether there is a preview only, and when the next release is due."""
    due = next_due(load_release_policy(settings), made_releases(settings.published))
    words = f"The next release is due when the data reach {due}." if due else ""
    if _has_preview(settings):
        preview = settings.preview / LATEST
        words = f"Newer figures are a preview only, for internal eyes: {preview}. {words}"
    if words:
        click.echo(words.strip())


def say_outputs(settings: Settings) -> None:
    """Where the night's results are; the page to open comes last."""
    latest = settings.published / LATEST
    click.echo(
        f"\nFor commissioners      {latest}\n"
        f"For analysts           {settings.warehouse}\n"
        f"Quarantined rows       {settings.quarantine}\n"
        "Open the Dagster UI    make ui"
    )
    if _has_preview(settings):
        click.echo(f"Preview, internal      {_page(settings.preview / LATEST)}")
    if (latest / SITE).is_file():
        click.echo(f"Report site            {_page(latest)}")


def _figures(folder: Path, settings: Settings) -> str:
    """The table, or why there is none: an older release does not make a night fail."""
    try:
        return figure_table(find_figures(settings, folder, Wanted()))
    except InsightError as error:
        return str(error)


def _release_now(settings: Settings, reason: str) -> None:
    hold(settings.home, settings.temporary)
    with journalled(settings):
        summary = publish_warehouse(load_catalogue(settings), settings, reason=reason)
    if summary is None:
        click.echo("Nothing to release yet: no service has reported.")
    elif summary.unchanged:
        click.echo(f"No release was made: {summary.release} says the same already.")
    else:
        click.echo(f"Released {summary.figures:,} figures, {summary.suppressed:,} withheld.")


def _one_sentence(reason: str) -> str:
    words = " ".join(reason.split())
    if not 0 < len(words) <= LONGEST_REASON:
        raise click.UsageError(f"--reason takes 1 to {LONGEST_REASON} characters.")
    if not words.isprintable():
        raise click.UsageError("--reason holds a character that cannot be shown.")
    return words


def _published_words(settings: Settings) -> str:
    releases = made_releases(settings.published)
    if not releases:
        return "Nothing is published yet: the first night releases."
    newest = releases[-1]
    return f"Newest release         {newest.path.name}, periods closed by {newest.closed_to}"


def _page(folder: Path) -> Path:
    """The page to open in a release's folder; the folder itself where it has none."""
    return folder / SITE if (folder / SITE).is_file() else folder


def _has_preview(settings: Settings) -> bool:
    return latest_release(settings.preview) is not None
