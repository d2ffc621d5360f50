"""The ten questions have the same answers in every DuckDB that commissioners may have."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.publication.database.questions.book import load_questions
from insight_pipeline.sql.engines.duckdb import literal
from tests.unit.publication.database.conftest import Sample

VERSIONS = ("1.0", "1.1", "1.3", "1.4", "1.5", "2.0")
CLI = "duckdb-cli"
# Runs in another environment, with another DuckDB: database and statements come as JSON.
ASK = """
import json, sys
import duckdb
database, statements = json.load(sys.stdin)
with duckdb.connect(database, read_only=True) as connection:
    for statement in statements:
        connection.execute(statement)
print(duckdb.__version__)
"""


@pytest.fixture(scope="module")
def expected(sample: Sample) -> dict[str, list[str]]:
    """Question → its answer as lines of CSV, as the DuckDB that made the release gives it."""
    folder = sample.second.parents[1] / "asked"
    folder.mkdir()
    database = str(sample.second / "indicators.duckdb")
    with duckdb.connect(database, read_only=True) as connection:
        for statement in statements(folder):
            connection.execute(statement)
    found = answers(folder)
    assert len(found) == 10 and all(len(lines) > 1 for lines in found.values())
    return found


def statements(folder: Path) -> list[str]:
    return [
        f"copy ({question.sql}) to {literal(str(folder / question.question_id))} "
        "(format csv, header true)"
        for question in load_questions()
    ]


def answers(folder: Path) -> dict[str, list[str]]:
    return {
        path.name: path.read_text(encoding="utf-8").splitlines()
        for path in sorted(folder.iterdir())
    }


def environment(folder: Path, package: str) -> Path:
    """Programs of a throwaway environment, or a loud skip where no index offers the package."""
    for command in (
        [sys.executable, "-m", "venv", str(folder)],
        [str(folder / "bin" / "pip"), "install", "--quiet", package],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"{package} cannot be installed here: {done.stderr.strip()[-300:]}")
    return folder / "bin"


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_a_python_client_of_any_version_answers_alike(
    version: str, sample: Sample, expected: dict[str, list[str]], tmp_path: Path
) -> None:
    programs = environment(tmp_path / "environment", f"duckdb=={version}.*")
    folder = tmp_path / "asked"
    folder.mkdir()
    done = subprocess.run(
        [str(programs / "python"), "-c", ASK],
        input=json.dumps([str(sample.second / "indicators.duckdb"), statements(folder)]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.startswith(f"{version}.")
    assert answers(folder) == expected


@pytest.mark.slow
def test_the_command_line_client_answers_alike(
    sample: Sample, expected: dict[str, list[str]], tmp_path: Path
) -> None:
    programs = environment(tmp_path / "environment", CLI)
    folder = tmp_path / "asked"
    folder.mkdir()
    client, database = programs / "duckdb", sample.second / "indicators.duckdb"
    done = subprocess.run(
        [str(client), "-readonly", str(database), ";\n".join(statements(folder))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert answers(folder) == expected
