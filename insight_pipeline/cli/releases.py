"""`insight releases`: every release there is.

Belongs here: arguments, words and exit codes. Does not belong here: reading the folder of releases
(publication/querying/listing.py). `insight release` makes one.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from insight_pipeline.cli.asked import NOT_PUBLIC
from insight_pipeline.cli.formats import form_of, format_options, tell
from insight_pipeline.cli.table import printable, text_table
from insight_pipeline.publication.querying.choosing import PREVIEW, choose
from insight_pipeline.publication.querying.listing import Listed, as_frame, check, list_releases
from insight_pipeline.publication.releasing.pointer import LATEST
from insight_pipeline.settings import load_settings

HEADER = ("release", "no", "as of", "closed by", "figures", "withheld", "after", "size", "")
MEGABYTE = 1_000_000


@click.command(name="releases")
@click.option("--verify", is_flag=True, help="Compare every file with its hash in SHA256SUMS.")
@click.option("--preview", is_flag=True, help="The preview instead; for internal eyes only.")
@format_options
def releases_command(verify: bool, preview: bool, form: str | None, output: Path | None) -> None:
    """List every release, oldest first: what it covers, what is in it, and why it was made.

    Exit code 1: nothing is published, or with --verify some file is not as it was written.

    \b
    Examples:
      insight releases
      insight releases --verify
      insight releases --format json
    """
    chosen, settings = form_of(form, output), load_settings()
    folder = choose(settings, PREVIEW if preview else LATEST).parent
    found = list_releases(folder)
    tell(as_frame(found), chosen, output, lambda: _words(found, preview))
    if verify and not _say_verified(folder, found):
        sys.exit(1)


def _words(found: Sequence[Listed], preview: bool) -> str:
    notes = [
        f"{each.release}, out of turn: {printable(each.reason)}" for each in found if each.reason
    ]
    table = text_table(HEADER, [_line(each) for each in found])
    return "\n".join([table, *notes, *([NOT_PUBLIC] if preview else [])])


def _line(each: Listed) -> tuple[object, ...]:
    return (
        each.release,
        each.release_no,
        each.as_of_date,
        each.closed_to_date,
        each.figures,
        each.withheld,
        each.predecessor,
        f"{each.size_bytes / MEGABYTE:.1f} MB",
        LATEST if each.is_latest else None,
    )


def _say_verified(folder: Path, found: Sequence[Listed]) -> bool:
    """Said beside the list, which a program may be reading."""
    faults = {each.release: check(folder / each.release) for each in found}
    for name, wrong in faults.items():
        for fault in wrong:
            lines = str(fault).splitlines()
            click.echo(
                "\n".join(printable(line) for line in [f"{name}: {lines[0]}", *lines[1:]]), err=True
            )
    sound = sum(not wrong for wrong in faults.values())
    click.echo(f"{sound} of {len(faults)} releases are as they were written.", err=True)
    return sound == len(faults)
