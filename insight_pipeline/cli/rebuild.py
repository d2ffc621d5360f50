"""`insight rebuild`: every release once more from landing, contracts and decisions.

Belongs here: arguments, exit codes, the table. Does not belong here: replaying or comparing
(operations/rebuild). Exit codes: 0 all is as published, 1 a release differs, 2 wrong usage.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from insight_pipeline.cli.table import text_table
from insight_pipeline.operations.rebuild.compare import Compared, Verdict
from insight_pipeline.operations.rebuild.rebuild import Rebuild, rebuild
from insight_pipeline.settings import load_settings

HEADINGS = ("night", "published", "", "rebuilt", "")


@click.command(name="rebuild")
@click.option("--verify", is_flag=True, help="Compare every release with what was published.")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    help="A new or empty folder, left as a home to go on from.",
)
def rebuild_command(verify: bool, into: Path | None) -> None:
    """Replay every night from landing, contracts and decisions alone. Changes nothing in the home.

    Ends with 1 where a release or preview does not come out as it was.

    Example: insight rebuild --verify
    """
    settings = load_settings()
    if not verify and into is None:
        raise click.UsageError("say --verify, --into FOLDER or both.")
    if into is not None and into.exists() and any(into.iterdir()):
        raise click.UsageError("--into takes a new or an empty folder.")
    place = into.resolve() if into else None
    found = rebuild(settings, place, lambda line: click.echo(line, err=True))
    if verify or found.first_different is not None:
        _say(found)
    if place is not None and found.first_different is None:
        click.echo(f"A home to go on from: {place}\nUse it with INSIGHT_HOME={place}")
        if not (place / "secrets").is_dir():
            click.echo("Its secrets are new: put secrets/ back before the next night.", err=True)
    if found.first_different is not None:
        sys.exit(1)


def _say(found: Rebuild) -> None:
    click.echo(text_table(HEADINGS, [_line(one) for one in found.compared]))
    if found.begins_midway:
        click.echo(
            "The journal begins in a home that had nights before it: those cannot be replayed, and "
            "of what came after only the figures are compared, not what releases say of the past."
        )
    releases = [one for one in found.compared if not one.is_preview]
    replayed = [one for one in releases if one.verdict is not Verdict.BEFORE]
    different = found.first_different
    if different is None:
        click.echo(f"All {len(replayed)} releases come out as they were published.")
        return
    wrong = [one.release for one in releases if not one.is_sound]
    words = f": {', '.join(wrong)}" if wrong else ", but a preview differs"
    click.echo(
        f"{len(wrong)} of {len(replayed)} releases do not come out as they were published{words}.\n"
        f"The first difference is of night {different.entry}.",
        err=True,
    )


def _line(one: Compared) -> tuple[object, ...]:
    kind = "preview" if one.is_preview else "release"
    why = f"{one.words}; made by version {one.code}" if one.code else one.words
    return one.entry, one.release, kind, one.verdict.value, why.removeprefix("; ")
