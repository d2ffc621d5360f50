"""Our SQL layer on a folder of models: one process, from reading the files to the last test.

python our_layer.py FOLDER DATABASE
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import duckdb

from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.sql.graph import in_order
from insight_pipeline.sql.model import load_models
from insight_pipeline.sql.runner import run, target_fingerprints

HEADER = """/*
description: {name} of the benchmark.
owner: data-engineering@ashmere.example
{tests}*/
"""


def write_project(folder: Path, models: dict[str, str], keys: dict[str, str]) -> None:
    """The models as our files, with the tests not_null and unique of their keys."""
    target = folder / "models"
    target.mkdir(parents=True, exist_ok=True)
    for name, query in models.items():
        key = keys.get(name)
        tests = f"tests:\n  - not_null: [{key}]\n  - unique: [{key}]\n" if key else ""
        (target / f"{name}.sql").write_text(HEADER.format(name=name, tests=tests) + query + "\n")


def main() -> int:
    folder, database = Path(sys.argv[1]), sys.argv[2]
    sources = {f"raw.{name}": "rows-1" for name in ("person", "referral", "visit")}
    models = in_order(load_models(folder / "models"), sources)
    with duckdb.connect(database) as connection:
        runs = run(connection, models, target_fingerprints(models, (), sources))
        connection.execute("checkpoint")
    made = sum(not one.unchanged for one in runs)
    passed = all(test.outcome is Outcome.PASSED for one in runs for test in one.tests)
    sys.stdout.write(f"{made} of {len(runs)} made\n")
    return 0 if passed else 1


if __name__ == "__main__":
    raise SystemExit(main())
