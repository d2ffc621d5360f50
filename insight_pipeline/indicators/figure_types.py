"""Columns of the figures and their types, found by taking the figure step over empty tables.

Belongs here: that dry run. Does not belong here: the step itself (figure.py), or where its columns
come from (project_lineage.py).
"""

from __future__ import annotations

from insight_pipeline.indicators.catalogue import FIGURE_RELATION, Catalogue
from insight_pipeline.indicators.figure import build_figures
from insight_pipeline.indicators.project_lineage import project_columns
from insight_pipeline.settings import Settings
from insight_pipeline.sql.dry_run import Columns, create_empty, describe
from insight_pipeline.sql.engines.duckdb import connect
from insight_pipeline.sql.runner import install_macros


def figure_types(catalogue: Catalogue, settings: Settings) -> Columns:
    """Column → type of `indicators.figure`, in order; no data is read."""
    with connect(settings) as connection:
        install_macros(connection, catalogue.macros)
        for relation, columns in project_columns(catalogue, settings).items():
            create_empty(connection, relation, columns)
        build_figures(connection, catalogue.indicators)
        return describe(connection, FIGURE_RELATION)
