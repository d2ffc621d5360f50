"""Rule 16 and its neighbours: small habits of the code that hold everywhere or nowhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.conventions.tree import PACKAGE, modules, text_files, write

# Put together here, so that this file does not hold what it looks for.
FOLDERS_OF_ONE_MACHINE = "|".join(["work", "farm", "root", "Users"])
MACHINE_PATH = re.compile(rf"(?<![\w.\-/$}}*])/(?:{FOLDERS_OF_ONE_MACHINE})/\w")
CATCH_ALL = {"utils", "util", "helpers", "helper", "common", "misc", "shared", "base"}


def environment_readers(root: Path) -> list[str]:
    """Modules other than settings.py that read the environment."""
    return [
        f"{name}:{node.lineno} reads the environment; settings.py is its only reader"
        for name, tree in modules(root)
        if name != "settings.py"
        for node in ast.walk(tree)
        if _reads_environment(node)
    ]


def _reads_environment(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "os" and any(
            name.name in {"environ", "environb", "getenv"} for name in node.names
        )
    return isinstance(node, ast.Attribute) and (
        node.attr in {"environ", "environb", "getenv"}
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    )


def printers(root: Path) -> list[str]:
    """Modules outside the command line that write to the terminal."""
    return [
        f"{name}:{node.lineno} writes to the terminal; only the command line does"
        for name, tree in modules(root)
        if name.partition("/")[0] not in {"cli", "cli.py"}
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _prints(node.func)
    ]


def _prints(function: ast.expr) -> bool:
    return ast.unparse(function) in {
        "print",
        "pprint",
        "click.echo",
        "click.secho",
        "sys.stdout.write",
        "sys.stderr.write",
    }


def filled_inits(root: Path) -> list[str]:
    """`__init__` modules that hold anything: re-exports hide where a thing lives."""
    return [f"{name} is not empty" for name, tree in modules(root) if _is_init(name) and tree.body]


def _is_init(name: str) -> bool:
    return name.rpartition("/")[2] == "__init__.py"


def catch_all_modules(root: Path) -> list[str]:
    """Modules named after nothing in particular."""
    return [
        f"{name} is named after nothing in particular"
        for name, _ in modules(root)
        if CATCH_ALL & {part.removesuffix(".py") for part in name.split("/")}
    ]


def wordless_modules(root: Path) -> list[str]:
    """Modules that do not say what they are for."""
    return [
        f"{name} has no docstring"
        for name, tree in modules(root)
        if not _is_init(name) and not ast.get_docstring(tree)
    ]


def machine_paths(root: Path) -> list[str]:
    """Lines that name a folder of one machine."""
    return [
        f"{path.relative_to(root).as_posix()}:{number} names a folder of one machine: {found[0]}"
        for path in text_files(root)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if (found := MACHINE_PATH.search(line))
    ]


def unlocked_lines(root: Path) -> list[str]:
    """Lines of the locks that name an index or a place, or pin without a hash."""
    faults = []
    for path in sorted(root.glob("requirements*.lock")):
        text = path.read_text(encoding="utf-8")
        if re.search(r"://|^-|file:", text, re.MULTILINE):
            faults.append(f"{path.name} names an index or a place")
        for pin in re.split(r"\n(?=\S)", text.strip()):
            if not pin.startswith("#") and "--hash=sha256:" not in pin:
                faults.append(f"{path.name}: '{pin.split()[0]}' has no hash")
    return faults


RULES = [
    environment_readers,
    printers,
    filled_inits,
    catch_all_modules,
    wordless_modules,
    machine_paths,
    unlocked_lines,
]
DOCSTRING = '"""What it is for."""\n'
BROKEN = [
    (environment_readers, f"{PACKAGE}/landing/a.py", 'import os\nHOME = os.environ["HOME"]\n'),
    (environment_readers, f"{PACKAGE}/landing/a.py", 'import os\nHOME = os.getenv("HOME")\n'),
    (environment_readers, f"{PACKAGE}/cli.py", "from os import environ\n"),
    (printers, f"{PACKAGE}/landing/a.py", 'def f() -> None:\n    print("x")\n'),
    (printers, f"{PACKAGE}/defs/a.py", 'import click\nclick.echo("x")\n'),
    (filled_inits, f"{PACKAGE}/landing/__init__.py", "from insight_pipeline import settings\n"),
    (catch_all_modules, f"{PACKAGE}/landing/utils.py", ""),
    (catch_all_modules, f"{PACKAGE}/common/names.py", ""),
    (wordless_modules, f"{PACKAGE}/landing/a.py", "X = 1\n"),
    (machine_paths, "docs/operate.md", "Look into /" + "work/main.\n"),
    (machine_paths, f"{PACKAGE}/a.py", 'HOME = "/' + 'root/home"\n'),
    (unlocked_lines, "requirements.lock", "six==1.17.0\n"),
    (unlocked_lines, "requirements.lock", "--index-url https" + "://x.example\n"),
    (unlocked_lines, "requirements.lock", "six @ file" + ":six.whl --hash=sha256:00\n"),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_repository_keeps_the_rule(rule: Callable[[Path], list[str]]) -> None:
    assert not (faults := rule(ROOT)), "\n".join(faults)


@pytest.mark.parametrize(("rule", "name", "text"), BROKEN)
def test_a_tree_that_breaks_the_rule_is_named(
    tmp_path: Path, rule: Callable[[Path], list[str]], name: str, text: str
) -> None:
    write(tmp_path, name, text)
    assert any(Path(name).name in fault for fault in rule(tmp_path))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_tree_that_keeps_every_rule_is_not_named(
    tmp_path: Path, rule: Callable[[Path], list[str]]
) -> None:
    write(tmp_path, f"{PACKAGE}/__init__.py", "")
    write(tmp_path, f"{PACKAGE}/settings.py", f"{DOCSTRING}import os\nX = os.environ\n")
    write(tmp_path, f"{PACKAGE}/cli.py", f'{DOCSTRING}import click\nclick.echo("x")\n')
    write(tmp_path, f"{PACKAGE}/landing/reading.py", f"{DOCSTRING}X = 'fingerprint(y)'\n")
    write(tmp_path, "requirements.lock", "six==1.17.0 \\\n    --hash=sha256:00\n")
    assert rule(tmp_path) == []


def test_every_rule_has_a_case_that_breaks_it() -> None:
    assert {rule for rule, _, _ in BROKEN} == set(RULES)
