"""The same models as a dbt project, in an environment of its own that holds dbt-duckdb.

Belongs here: writing the project and installing the peer. Does not belong here: any clock.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

# The newest line of dbt-core that installs from the package registry alone.
PACKAGES = ("dbt-core>=1.11,<1.12", "dbt-duckdb>=1.10,<2")
PROJECT = "name: bench\nversion: '1.0'\nprofile: bench\nmodels:\n  +materialized: table\n"
PROFILE = """bench:
  target: main
  outputs:
    main: {{type: duckdb, path: '{database}', threads: {threads}, schema: models}}
"""
# dbt prefixes a custom schema with the target's; ours is the target's own.
SOURCES = """sources:
  - name: raw
    schema: raw
    tables: [{name: person}, {name: referral}, {name: visit}]
"""


def install(folder: Path) -> Path:
    """A throwaway environment with dbt and this machine's very DuckDB; returns dbt's program."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)  # noqa: S603
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    wanted = [*PACKAGES, f"duckdb=={version('duckdb')}"]
    subprocess.run([*pip, "--disable-pip-version-check", *wanted], check=True)  # noqa: S603
    return folder / "bin" / "dbt"


def write_project(
    folder: Path, database: Path, models: dict[str, str], keys: dict[str, str]
) -> None:
    """dbt_project.yml, profiles.yml, sources, and a model a file with the tests of its key."""
    target = folder / "models"
    target.mkdir(parents=True, exist_ok=True)
    (folder / "dbt_project.yml").write_text(PROJECT)
    profile = PROFILE.format(database=database, threads=os.cpu_count() or 1)
    (folder / "profiles.yml").write_text(profile)
    tested = "".join(
        f"  - name: {name}\n    columns: [{{name: {key}, data_tests: [not_null, unique]}}]\n"
        for name, key in keys.items()
    )
    (target / "schema.yml").write_text(f"version: 2\n{SOURCES}models:\n{tested}")
    for name, query in models.items():
        (target / f"{name}.sql").write_text(_with_refs(query) + "\n")


def _with_refs(query: str) -> str:
    query = re.sub(r"\bmodels\.(\w+)", r"{{ ref('\1') }}", query)
    return re.sub(r"\braw\.(\w+)", r"{{ source('raw', '\1') }}", query)


def command(dbt: Path, folder: Path, *options: str) -> list[str]:
    """`dbt build`: models and their tests, without telemetry."""
    where = ["--project-dir", str(folder), "--profiles-dir", str(folder)]
    flags = ["--no-send-anonymous-usage-stats", "--no-version-check", "--quiet"]
    return [str(dbt), *flags, "build", *where, *options]
