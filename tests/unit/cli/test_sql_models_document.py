"""docs/sql-models.md says what is so: its commands run, its keys and tests are those there are."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from insight_pipeline.cli.main import main
from insight_pipeline.sql.header import ModelHeader
from insight_pipeline.sql.header_tests import KINDS_OF_TEST, TableTest
from insight_pipeline.sql.model import load_models
from tests.conftest import ROOT

TEXT = (ROOT / "docs/sql-models.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^insight .+$", TEXT, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shown_runs(command: str, tmp_path: Path) -> None:
    environment = {"INSIGHT_HOME": str(tmp_path), "INSIGHT_PROJECT": str(ROOT)}
    found = CliRunner(env=environment).invoke(main, shlex.split(command)[1:])
    if "run" in command.split():
        # Without a night there is nothing to run on; test_models.py of end_to_end has one.
        assert found.exit_code == 1 and "insight nightly" in found.stderr
    else:
        assert found.exit_code == 0, found.output


def test_every_key_and_every_kind_of_test_is_told_and_none_that_is_not_there() -> None:
    keys = re.search(r"\| header key \|.*?\n\n", TEXT, re.DOTALL)
    assert keys and set(re.findall(r"`(\w+)`", _first_cells(keys[0]))) == set(
        ModelHeader.model_fields
    )
    tests = re.search(r"\| test \| holds.*?\n\n", TEXT, re.DOTALL)
    assert tests
    written = re.findall(r"^\| `(\w+: .+?)` \|", tests[0], re.MULTILINE)
    assert {each.partition(":")[0] for each in written} == set(KINDS_OF_TEST)
    for each in written:
        TableTest.model_validate(yaml.safe_load(each), strict=False)


def _first_cells(table: str) -> str:
    return "\n".join(line.split("|")[1] for line in table.strip().splitlines())


def test_the_file_shown_is_a_model(tmp_path: Path) -> None:
    block = re.search(r"```sql\n(.*?)```", TEXT, re.DOTALL)
    assert block
    path = tmp_path / "journeys/fct_shown.sql"
    path.parent.mkdir()
    path.write_text(block[1], encoding="utf-8")
    (found,) = load_models(path.parent)
    assert found.reads == ("core.fct_service_event",) and len(found.header.tests) == 2
