"""Our contracts pass a linter that is not ours: datacontract-cli, in an environment of its own.

It pins an older DuckDB, so that it can never be a dependency.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = "datacontract-cli"
CONTRACTS = sorted((ROOT / "data_contracts").rglob("*.odcs.yaml"))


@pytest.fixture(scope="module")
def linter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program in a throwaway environment, or a loud skip where no index offers it."""
    folder = tmp_path_factory.mktemp("datacontract")
    for command in (
        [sys.executable, "-m", "venv", str(folder)],
        [str(folder / "bin" / "pip"), "install", "--quiet", PACKAGE],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"{PACKAGE} cannot be installed here: {done.stderr.strip()[-300:]}")
    return folder / "bin" / "datacontract"


def lint(linter: Path, path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(linter), "lint", str(path)], capture_output=True, text=True, check=False
    )


@pytest.mark.slow
@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.name.removesuffix(".odcs.yaml"))
def test_a_contract_passes_the_linter(linter: Path, path: Path) -> None:
    done = lint(linter, path)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_the_linter_refuses_a_contract_that_is_none(linter: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.odcs.yaml"
    text = CONTRACTS[-1].read_text(encoding="utf-8")
    bad.write_text(text.replace("required: true", "required: perhaps"), encoding="utf-8")
    assert lint(linter, bad).returncode != 0
