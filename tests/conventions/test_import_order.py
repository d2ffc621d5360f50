"""Rule 2: imports flow one way, in the order that stands in pyproject.toml."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.conventions.tree import PACKAGE, write


def lint_imports(root: Path) -> tuple[int, str]:
    """Exit status and words of import-linter on the tree below `root`."""
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [command, "--no-logo", "--no-cache"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / PACKAGE, tmp_path / PACKAGE)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_import_flows_one_way() -> None:
    status, words = lint_imports(ROOT)
    assert status == 0, words


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("kernel/broken.py", "import insight_pipeline.sql.model", "Imports flow one way"),
        (
            "contracts/broken.py",
            "import insight_pipeline.linkage.link",
            "Imports flow one way",
        ),
        ("new_room/broken.py", "", "not listed as layers"),
        ("simulation/broken.py", "import insight_pipeline.landing.receipt", "simulation knows"),
        ("landing/broken.py", "def f():\n    import dagster", "Dagster lives at the rim"),
        ("contracts/broken.py", "from great_expectations import core", "second opinion"),
        ("linkage/broken.py", "from splink.internals import em_training_session", "Splink"),
    ],
)
def test_an_import_against_the_order_is_refused(
    copy: Path, name: str, text: str, words: str
) -> None:
    write(copy / PACKAGE, name, f"{text}\n")
    write(copy / PACKAGE, f"{Path(name).parent}/__init__.py", "")
    status, found = lint_imports(copy)
    assert status != 0
    assert words in found.partition("Broken contracts")[2]
