"""`insight explore`: fetches what the query page is made of.

Belongs here: arguments, and saying where the parts are. Does not belong here: fetching them, or
checking them by hash (publication/explore/).
"""

from __future__ import annotations

import click

from insight_pipeline.publication.explore.fetch import fetch
from insight_pipeline.publication.explore.pins import load_pins
from insight_pipeline.settings import load_settings

BYTES_PER_MB = 1e6


@click.command(name="explore")
@click.argument("registry", required=False)
def explore_command(registry: str | None) -> None:
    """Fetch the parts of the query page (35 MB), once, so that releases from now on have it.

    They come from the npm registry npm is set to, or from REGISTRY, and are checked by hash.

    Example: insight explore
    """
    pins = load_pins()
    folder = fetch(load_settings(), pins, *([registry] if registry else []))
    size = sum(file.size_bytes for file in pins.files) / BYTES_PER_MB
    click.echo(f"The query page's parts are in {folder} ({size:.0f} MB).")
    click.echo("Releases from now on have the page site/explore/; `insight serve` opens it.")
