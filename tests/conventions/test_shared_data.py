"""A test that cannot run for want of the shared reference data says so where everybody looks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from tests.conventions.tree import write

TEST = "def test_needs_it(shared_path):\n    assert shared_path('data/town.csv').exists()\n"


def summary(tmp_path: Path, shared: Path) -> str:
    """What pytest prints for one test that needs the shared data."""
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    write(tmp_path, "test_town.py", TEST)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "-c",
            os.devnull,
            "test_town.py",
        ],
        cwd=tmp_path,
        # Plugins of this installation have no part in it, and take longer to load than it runs.
        env={
            **os.environ,
            "INSIGHT_SHARED": str(shared),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout + done.stderr


def test_absent_data_is_named_in_the_summary(tmp_path: Path) -> None:
    words = summary(tmp_path, tmp_path / "nowhere")
    assert "1 skipped" in words
    assert "NOT TESTED: shared reference data absent" in words
    assert "not tested: test_town.py" in words


def test_present_data_is_used_and_the_summary_is_silent(tmp_path: Path) -> None:
    write(tmp_path, "shared/data/town.csv", "name\n")
    words = summary(tmp_path, tmp_path / "shared")
    assert "1 passed" in words
    assert "NOT TESTED" not in words
