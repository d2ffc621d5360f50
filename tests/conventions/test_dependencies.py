"""What is imported is declared, and what is declared is used: nothing is installed for nothing."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.conftest import ROOT
from tests.conventions.tree import PACKAGE, write

OURS = {PACKAGE, "tests"}
# Started as programs of their own.
STARTED = {"dagster-webserver", "pytauargus"}
# Loaded by fsspec by the name of their protocol.
PROTOCOLS = {"adlfs", "s3fs"}
TOOLS = {
    "import-linter",
    "mypy",
    "pytest-xdist",
    "ruff",
    "setuptools",
    "sqlfluff",
}
# Loaded by moto when it serves.
SERVED = {"flask", "flask-cors"}
# Brings the official schema as a file, and no code that we run.
READ = {"open-data-contract-standard"}


def declared(root: Path) -> tuple[set[str], set[str], set[str]]:
    """Names of the packages a night needs, a night with remote servers, and tests and checks."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project.get("optional-dependencies", {})
    remote, dev = _names(extras.get("remote", [])), _names(extras.get("dev", []))
    return _names(project["dependencies"]), remote, dev


def _names(requirements: list[str]) -> set[str]:
    return {_normal(re.split(r"[<>=!~;\[ ]", line)[0]) for line in requirements}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(folder: Path) -> set[str]:
    """Names of the installed packages that the modules below a folder import."""
    owners = packages_distributions()
    roots = {
        name
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in _roots(node)
    }
    third_party = roots - sys.stdlib_module_names - OURS
    return {_normal(owner) for name in third_party for owner in owners.get(name, [name])}


def _roots(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {name.name.partition(".")[0] for name in node.names}
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return {node.module.partition(".")[0]}
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
        first = next(ast.walk(node.args[0]), None)
        text = first.values[0] if isinstance(first, ast.JoinedStr) else first
        if isinstance(text, ast.Constant):
            return {str(text.value).partition(".")[0]}
    return set()


def dependency_faults(root: Path) -> list[str]:
    """Packages imported and not declared, or declared and not used."""
    night, remote, dev = declared(root)
    by_package = imported(root / PACKAGE)
    by_tests = imported(root / "tests")
    typing_only = {name for name in dev if name.startswith("types-")}
    return [
        *(f"{name} is imported and not declared" for name in sorted(by_package - night - remote)),
        *(
            f"{name} is tested with and not declared"
            for name in sorted(by_tests - night - remote - dev)
        ),
        *(
            f"{name} is declared and not imported"
            for name in sorted((night - STARTED - READ) | (remote - PROTOCOLS))
            if name not in by_package
        ),
        *(
            f"{name} is declared for tests and not used"
            for name in sorted(dev - by_tests - TOOLS - SERVED - typing_only)
        ),
    ]


def test_what_is_imported_is_declared_and_the_other_way_round() -> None:
    assert not (faults := dependency_faults(ROOT)), "\n".join(faults)


def test_an_undeclared_and_an_unused_package_are_named(tmp_path: Path) -> None:
    write(
        tmp_path,
        "pyproject.toml",
        "[project]\ndependencies = ['duckdb>=2', 'polars[timezone]>=2']\n"
        "[project.optional-dependencies]\ndev = ['hypothesis', 'ruff']\n",
    )
    write(tmp_path, f"{PACKAGE}/a.py", "import os\nimport yaml\nfrom duckdb import Error\n")
    write(tmp_path, f"{PACKAGE}/b.py", "def f(x):\n    import_module(f'faker.{x}')\n")
    write(tmp_path, "tests/test_a.py", "import pytest\nimport insight_pipeline\n")
    assert dependency_faults(tmp_path) == [
        "faker is imported and not declared",
        "pyyaml is imported and not declared",
        "pytest is tested with and not declared",
        "polars is declared and not imported",
        "hypothesis is declared for tests and not used",
    ]
