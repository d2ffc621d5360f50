"""Outcome themes: what an indicator is about, for readers who look for an outcome.

Belongs here: the code list that themes come from, and the check of headers against it. Does not
belong here: the pages of a theme (publication).
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.kernel.errors import Fault, nearest
from insight_pipeline.sql.model import Model

VOCABULARY = "outcome_theme"


def unknown_themes(models: Iterable[Model], vocabularies: pl.DataFrame) -> Iterable[Fault]:
    """A fault for every indicator whose theme is no code of the code list.

    vocabularies: all code lists, with columns vocabulary and code.
    """
    themes = vocabularies.filter(pl.col("vocabulary") == VOCABULARY)
    known = themes["code"].unique().sort().to_list()
    for model in models:
        header = model.header
        if isinstance(header, IndicatorHeader) and header.theme not in known:
            yield Fault(
                where=f"{model.path} (header): theme",
                expected=f"a code of vocabularies/{VOCABULARY}.csv: {', '.join(known)}",
                found=f"'{header.theme}'",
                consequence="the indicator would stand under no outcome",
                next_step=nearest(header.theme, known),
            )
