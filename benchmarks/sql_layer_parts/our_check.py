"""The project's own models against an empty schema: one process, and one dry run in it.

python our_check.py

Prints one line of JSON: how many models, and what reading the files and the dry run took. A
process of its own, because a dry run is done once in a process for the same files.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from insight_pipeline.indicators.catalogue import check_types, load_catalogue
from insight_pipeline.settings import Settings

ROOT = Path(__file__).parents[2]


def main() -> int:
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), project=ROOT)
        begun = time.perf_counter()
        catalogue = load_catalogue(settings)
        read, cpu = time.perf_counter(), time.process_time()
        models = check_types(catalogue, settings)
        found = {
            "models": len(models),
            "files_and_graph_wall_seconds": read - begun,
            "wall_seconds": time.perf_counter() - read,
            "cpu_seconds": time.process_time() - cpu,
        }
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
