"""`insight serve`: a release in the browser of this machine.

Belongs here: arguments, and how it begins and ends. Does not belong here: answering requests
(publication/serving/).
"""

from __future__ import annotations

import click

from insight_pipeline.cli.asked import (
    NOT_PUBLIC,
    release_name,
    release_options,
    wrong_use_ends_with_two,
)
from insight_pipeline.publication.querying.choosing import choose
from insight_pipeline.publication.releasing.pointer import LATEST
from insight_pipeline.publication.serving.addresses import Shelf
from insight_pipeline.publication.serving.server import open_server
from insight_pipeline.settings import load_settings

PORT = 8000


@click.command(name="serve")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    help="Port on this machine; 0 takes any that is free.",
)
@release_options
def serve_command(port: int, release: str | None, preview: bool) -> None:
    """Serve the report site, its query page and the files of releases to this machine alone.

    Prints its address and runs until Ctrl-C. Nothing is written, and no other machine can reach it.
    An address names its release: pages opened before a new release go on with the one they are of.

    \b
    Examples:
      insight serve
      insight serve --port 9000 --release previous
    """
    settings = load_settings()
    with wrong_use_ends_with_two():
        folder = choose(settings, release_name(release, preview))
    is_latest = preview or release in (None, LATEST)
    server = open_server(Shelf(folder.parent, None if is_latest else folder.name), port)
    with server:
        try:
            click.echo(f"{server.address} shows release {folder.name} (stop it with Ctrl-C)")
            if preview:
                click.echo(NOT_PUBLIC)
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("\nStopped.")
