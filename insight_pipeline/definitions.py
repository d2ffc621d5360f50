"""Where Dagster looks: the definitions of the project the settings name."""

from insight_pipeline.defs.assembly import build_definitions
from insight_pipeline.settings import load_settings

defs = build_definitions(load_settings())
