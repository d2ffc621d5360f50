"""Rule 16: what can be run is documented, what is documented can be run, links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from insight_pipeline.cli.main import main
from tests.conftest import ROOT
from tests.conventions.tree import write

CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)[^`]*`")
MORE = re.compile(r"`…::(\w+)`")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)")


def documents(root: Path) -> list[Path]:
    """README, CHANGELOG and everything in docs/."""
    return sorted([*root.glob("*.md"), *(root / "docs").rglob("*.md")])


def commands() -> set[str]:
    """Every command of the command line."""
    assert isinstance(main, click.Group)
    return set(main.commands)


def targets(root: Path) -> set[str]:
    """Every make target that `make` lists."""
    text = (root / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z-]+):.*## ", text, re.MULTILINE))


def mentioned(root: Path, program: str) -> dict[str, str]:
    """First words after `program` in the documents' code, each with where it stands."""
    pattern = re.compile(rf"(?:^|[\s`$;&]){program} ([a-z][a-z-]*)", re.MULTILINE)
    return {
        word: path.relative_to(root).as_posix()
        for path in documents(root)
        for code in CODE.findall(path.read_text(encoding="utf-8"))
        for word in pattern.findall(code)
    }


def documentation_faults(root: Path, program: str, existing: set[str]) -> list[str]:
    """Commands of a program that no document shows, and those shown that do not exist."""
    shown = mentioned(root, program)
    return [
        *(f"no document shows `{program} {word}`" for word in sorted(existing - shown.keys())),
        *(
            f"{shown[word]} shows `{program} {word}`, which does not exist"
            for word in sorted(shown.keys() - existing)
        ),
    ]


def dead_links(root: Path) -> list[str]:
    """Links from one document to a file that is not there."""
    return [
        f"{path.relative_to(root).as_posix()} links to {link}, which is not there"
        for path in documents(root)
        for link in LINK.findall(path.read_text(encoding="utf-8"))
        if not (path.parent / link).exists()
    ]


def missing_tests(root: Path) -> list[str]:
    """Tests that a document names and that are not there; `…::name` is in the file named before."""
    missing = []
    for path in documents(root):
        for line in path.read_text(encoding="utf-8").splitlines():
            named = TEST.findall(line)
            named += [(named[-1][0], name) for name in MORE.findall(line) if named]
            missing += [
                f"{path.relative_to(root).as_posix()} names {file}::{name}, which is not there"
                for file, name in named
                if not (root / file).is_file() or f"def {name}(" not in _source(root / file)
            ]
    return missing


def _source(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_every_command_is_documented_and_every_documented_command_exists() -> None:
    assert documentation_faults(ROOT, "insight", commands()) == []


def test_every_make_target_is_documented_and_every_documented_target_exists() -> None:
    assert documentation_faults(ROOT, "make", targets(ROOT)) == []


def test_every_link_between_documents_leads_somewhere() -> None:
    assert dead_links(ROOT) == []


def test_every_test_that_a_document_names_is_there() -> None:
    assert missing_tests(ROOT) == []


def test_a_named_test_that_is_gone_is_told(tmp_path: Path) -> None:
    write(tmp_path, "tests/test_a.py", "def test_here() -> None: ...\n")
    write(tmp_path, "docs/a.md", "| `tests/test_a.py::test_here`, `…::test_gone` |")
    words = "docs/a.md names tests/test_a.py::test_gone, which is not there"
    assert missing_tests(tmp_path) == [words]


def test_every_command_says_what_it_does() -> None:
    assert isinstance(main, click.Group)
    assert [name for name, command in main.commands.items() if not command.help] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Run `insight nightly`.", "no document shows `insight ui`"),
        ("`insight nightly`, `insight ui`, `insight fly`", "which does not exist"),
        ("insight ui without code marks, and `insight nightly`", "no document shows `insight ui`"),
        ("```\ninsight nightly\n```\n", "no document shows `insight ui`"),
    ],
)
def test_a_command_missing_on_either_side_is_named(tmp_path: Path, text: str, words: str) -> None:
    write(tmp_path, "docs/operate.md", text)
    assert words in documentation_faults(tmp_path, "insight", {"nightly", "ui"})[0]


def test_documents_that_show_exactly_what_exists_have_no_fault(tmp_path: Path) -> None:
    write(tmp_path, "README.md", "```\n$ insight nightly --seed 1\n```\nThen `insight ui`.")
    assert documentation_faults(tmp_path, "insight", {"nightly", "ui"}) == []


def test_only_listed_targets_need_a_document(tmp_path: Path) -> None:
    write(tmp_path, "Makefile", "test: x ## Run the tests\ncheck-lint:\n\ttrue\n")
    assert targets(tmp_path) == {"test"}


def test_a_dead_link_is_named(tmp_path: Path) -> None:
    write(tmp_path, "docs/operate.md", "[yes](operate.md) [no](gone.md) [web](https://x.example)")
    assert dead_links(tmp_path) == ["docs/operate.md links to gone.md, which is not there"]
