"""A newcomer adds a provider with docs/add-a-provider.md alone: the page itself is performed.

Its commands are run, its answers written where the drafts ask, its files put where it says, all in
the order of the page; document and test cannot part.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
import pytest

from insight_pipeline.contracts.staging import accepted_relation
from insight_pipeline.contracts.standing.accounts import accepted_columns
from insight_pipeline.indicators.catalogue import load_catalogue
from insight_pipeline.settings import Settings
from insight_pipeline.sql.runner import install_macros
from insight_pipeline.sql.table_tests import load_cases
from tests.end_to_end.project import REPOSITORY, copy_project, query, settings_for
from tests.sql.table_cases import check_case

PAGE = REPOSITORY / "docs/add-a-provider.md"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STEM = "swimclub__sessions"
# The program as it is installed, for the page's own shell lines.
PROGRAM = """#!/bin/sh
exec {python} -W ignore -c 'from insight_pipeline.cli.main import main; main()' "$@"
"""


@dataclass(frozen=True)
class Block:
    """One block of code on the page: its language, the file it names, its text."""

    language: str
    file: str | None
    text: str


def blocks() -> list[Block]:
    return [Block(*found) for found in BLOCK.findall(PAGE.read_text(encoding="utf-8"))]


def place(line: str) -> str:
    """What a line is about: its key in YAML, the column it makes in SQL."""
    bare = re.sub(r"\s+--.*$", "", line).strip().rstrip(",")
    return bare.rpartition(" as ")[2] if "::" in bare else bare.partition(":")[0]


def answered(draft: str, answers: str) -> str:
    """The draft with the page's lines in the places of questions, read downwards as people do."""
    lines = draft.splitlines()
    at = 0
    for answer in answers.splitlines():
        same = [n for n in range(at, len(lines)) if lines[n].strip() == answer.strip()]
        asked = [
            n
            for n in range(at, len(lines))
            if "TODO" in lines[n] and place(lines[n]) == place(answer)
        ]
        found = min([*same[:1], *asked[:1]], default=None)
        assert found is not None, f"nothing in the draft asks for: {answer.strip()}"
        if found not in same:
            indent = lines[found][: len(lines[found]) - len(lines[found].lstrip())]
            lines[found] = indent + answer.strip()
        at = found + 1
    return "\n".join(lines) + "\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project as a newcomer has it, and the program on the path."""
    folder = copy_project(tmp_path / "project")
    shutil.copytree(REPOSITORY / "docs", folder / "docs")
    (folder / "tests/sql").mkdir(parents=True)
    program = tmp_path / "bin/insight"
    program.parent.mkdir()
    program.write_text(PROGRAM.format(python=sys.executable), encoding="utf-8")
    program.chmod(0o755)
    return folder


def run(project: Path, home: Path, script: str) -> str:
    environment = {
        **os.environ,
        "PATH": f"{project.parent / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(REPOSITORY),
        "INSIGHT_HOME": str(home),
        "INSIGHT_PROJECT": str(project),
        "INSIGHT_THREADS": "2",
    }
    ended = subprocess.run(
        ["sh", "-euc", script], cwd=project, env=environment, capture_output=True, text=True
    )
    assert ended.returncode == 0, f"{script}\n{ended.stdout}\n{ended.stderr}"
    return ended.stdout


def perform(block: Block, project: Path, home: Path) -> str:
    """What the page asks for in one block; what its command says."""
    if block.language == "sh":
        return run(project, home, block.text)
    if block.file:
        path = (home if block.file.startswith("inbox/") else project) / block.file
        drafted = path.read_text(encoding="utf-8") if path.exists() else None
        path.write_text(answered(drafted, block.text) if drafted else block.text, encoding="utf-8")
    return ""


@pytest.mark.slow
@pytest.mark.end_to_end
def test_a_newcomer_adds_a_provider_by_the_page_alone(project: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    before = {path for path in project.rglob("*") if path.is_file()}
    run(project, home, "insight simulate --citizens 200 --months 3")

    said = [perform(block, project, home) for block in blocks()]

    settings = settings_for(home, project)
    made = {path.relative_to(project).as_posix() for path in project.rglob("*") if path.is_file()}
    own = {name for name in made if (project / name) not in before}
    assert {name for name in own if name.startswith(("data_contracts", "dbt_like_sql"))} == {
        f"data_contracts/providers/{STEM}.odcs.yaml",
        f"dbt_like_sql/staging/stg_{STEM}.sql",
    }
    assert not any(name.endswith(".py") for name in own)
    _members_are_in_the_single_view(settings)
    _table_test_holds(project, settings)
    assert any(STEM in words and "accepted" in words for words in said[-3:])


def _members_are_in_the_single_view(settings: Settings) -> None:
    sample = pl.read_csv(REPOSITORY / "docs/examples/swimclub_sessions.csv", separator=";")
    events, people = query(
        settings.warehouse,
        "select count(*), count(distinct citizen_id) from core.fct_service_event "
        "join core.dim_citizen using (citizen_id) where provider_id = 'swimclub'",
    )[0]
    assert (events, people) == (sample.height, sample["Card No"].n_unique())
    released = query(settings.published / "latest" / "indicators.duckdb", "from provider")
    assert ("swimclub", "Harbour Swimming Club") in released


def _table_test_holds(project: Path, settings: Settings) -> None:
    catalogue = load_catalogue(settings)
    (model,) = [each for each in catalogue.staging if each.name == f"stg_{STEM}"]
    (contract,) = [each for each in catalogue.contracts if each.stem == STEM]
    columns = {accepted_relation(contract): accepted_columns(contract)}
    with duckdb.connect() as connection:
        install_macros(connection, catalogue.macros)
        for case in load_cases(project / f"tests/sql/stg_{STEM}.yaml"):
            check_case(connection, model, case, columns)


def test_an_answer_that_nothing_asks_for_is_found_out() -> None:
    draft = "a: TODO what?\nb: 1\nc:\n  a: TODO what else?\n"
    assert answered(draft, "a: 1\nb: 1\na: 2") == "a: 1\nb: 1\nc:\n  a: 2\n"
    with pytest.raises(AssertionError, match="nothing in the draft asks for: b: 2"):
        answered(draft, "b: 2")
