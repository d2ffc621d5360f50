"""The repository as the convention tests see it: its files, and small trees that break a rule.

A convention is a function from a root folder to a list of faults. It runs twice: on this
repository, where it must find nothing, and on a tree broken on purpose, where it must speak.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = "insight_pipeline"
FOLDERS = (PACKAGE, "data_contracts", "dbt_like_sql", "docs", "tests", "benchmarks", ".ci")
TEXT_SUFFIXES = {".py", ".sql", ".yaml", ".yml", ".md", ".toml", ".csv", ".lock", ""}


def write(root: Path, name: str, text: str) -> Path:
    """One file of a small tree, with the folders it needs."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def modules(root: Path) -> Iterator[tuple[str, ast.Module]]:
    """Every module of the package: its path below the package, and its syntax tree."""
    for path in sorted((root / PACKAGE).rglob("*.py")):
        name = path.relative_to(root / PACKAGE).as_posix()
        yield name, ast.parse(path.read_text(encoding="utf-8"), str(path))


def text_files(root: Path) -> Iterator[Path]:
    """Every text file of the repository that people wrote, and the locks."""
    candidates = [path for path in root.glob("*") if path.is_file()]
    for folder in FOLDERS:
        candidates += (root / folder).rglob("*")
    for path in sorted(candidates):
        if path.is_file() and path.suffix in TEXT_SUFFIXES and "__pycache__" not in path.parts:
            yield path
