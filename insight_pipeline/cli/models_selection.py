"""`--select` and `--exclude`, the same for every command about models.

Belongs here: the two options and what they choose from. Does not belong here: what the words mean
(sql/select.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.indicators.paths import made_of
from insight_pipeline.indicators.states import Standing, changed, standings
from insight_pipeline.settings import Settings
from insight_pipeline.sql.model import Model
from insight_pipeline.sql.select import CHANGED, select

SELECT = click.option(
    "--select",
    "-s",
    multiple=True,
    metavar="WORDS",
    help="Names, patterns, folders/, +upstream, downstream+, changed; space unites, comma meets.",
)
EXCLUDE = click.option("--exclude", multiple=True, metavar="WORDS", help="Leave these out.")


def chosen_models(
    catalogue: Catalogue,
    settings: Settings,
    words: Sequence[str],
    without: Sequence[str],
    standing: Mapping[str, Standing] | None = None,
) -> tuple[Model, ...]:
    """The models meant, in build order; the stores are looked at only where `changed` is asked."""
    asked = any(CHANGED in word for word in (*words, *without))
    if standing is None and asked:
        standing = standings(catalogue, settings)
    models = (*catalogue.staging, *catalogue.models)
    return select(models, words, without, changed(standing or {}), made_of(catalogue))
