"""`insight backup` and `insight restore`: what cannot be made again, kept elsewhere and put back.

Belongs here: arguments and words. Does not belong here: copying (operations/backup.py, restore.py).
"""

from __future__ import annotations

from pathlib import Path

import click

from insight_pipeline.kernel.errors import raise_all
from insight_pipeline.kernel.lock import hold
from insight_pipeline.operations.backup import back_up
from insight_pipeline.operations.backup_folder import read_manifest
from insight_pipeline.operations.backup_folder import verify as find_damage
from insight_pipeline.operations.restore import restore
from insight_pipeline.settings import load_settings

MEGABYTE = 1_000_000
FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))


@click.command(name="backup")
@FOLDER
@click.option("--keep", type=click.IntRange(min=1), help="So many of the newest backups stay.")
@click.option("--verify", is_flag=True, help="Take none: read every file of the newest one.")
def backup_command(folder: Path, keep: int | None, verify: bool) -> None:
    """Add a backup of the home to FOLDER, while no night runs; what is there is not copied again.

    Secrets are no part of it. A damaged backup ends with exit code 1.

    Example: insight backup /mnt/backup/insight --keep 30
    """
    if verify and keep is not None:
        raise click.UsageError("--verify takes no backup, so there is nothing to --keep.")
    settings, place = load_settings(), folder.resolve()
    if verify:
        manifest = read_manifest(place)
        raise_all(find_damage(place, manifest))
        click.echo(f"Backup {manifest.number} is whole: {len(manifest.files):,} files.")
        return
    hold(settings.home)
    done = back_up(settings, place, keep=keep)
    files = len(done.manifest.files)
    click.echo(
        f"Backup {done.manifest.number}: {files:,} files, of which {done.copied:,} were new "
        f"({done.copied_bytes / MEGABYTE:,.1f} MB)."
    )
    if settings.secrets.is_dir():
        click.echo(f"Not in it: {settings.secrets}. Keep a copy elsewhere, encrypted.")


@click.command(name="restore")
@FOLDER
@click.option("--number", type=click.IntRange(min=1), help="Of the backup.  [default: the newest]")
@click.option("--new-secrets", is_flag=True, help="Go on without the old keys, which are lost.")
def restore_command(folder: Path, number: int | None, new_secrets: bool) -> None:
    """Put a backup from FOLDER into an empty home. Bring its secrets/ first.

    Example: INSIGHT_HOME=/srv/insight insight restore /mnt/backup/insight
    """
    settings = load_settings()
    hold(settings.home)
    manifest = restore(settings, folder.resolve(), number, new_secrets=new_secrets)
    click.echo(
        f"Backup {manifest.number} is back in {settings.home}: {len(manifest.files):,} files.\n"
        "The next night makes the rest again: insight nightly"
    )
