"""Makes a home ready for Dagster's services: `python -m insight_pipeline.defs.prepare`.

Belongs here: what must exist before the first of them starts. Does not belong here: starting them.
"""

from __future__ import annotations

from insight_pipeline.defs.workspace import prepare_dagster_home
from insight_pipeline.settings import load_settings

if __name__ == "__main__":
    prepare_dagster_home(load_settings())
