"""Replace, never destroy: who writes to disk, and that it is done beside and swapped in.

A module may write into what kernel/atomic.py handed it (`with replacing_file(path) as work`) and
into a folder that is gone afterwards (`with TemporaryDirectory() as folder`). Whoever else writes,
renames or removes is listed here with the reason. A new line in the list is a question to ask.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.conventions.tree import PACKAGE, modules, write

# Contexts whose path is nobody's yet, or will be nobody's.
OWN = {"replacing_file", "new_directory", "TemporaryDirectory", "_work_copy"}
# Methods and functions that leave something on disk; of opening a file, when it is to be written.
WRITERS = {
    "write_text", "write_bytes", "write_parquet", "write_csv", "write_ipc", "sink_parquet",
    "sink_csv", "unlink", "rmtree", "rmdir", "copyfile", "copy2", "copytree", "copyfileobj", "move",
    "symlink", "symlink_to", "hardlink_to", "link_to", "truncate", "touch",
}  # fmt: skip
OF_OS = {"replace", "rename", "remove", "unlink", "link", "symlink", "truncate", "rmdir"}
CREATING = {"O_CREAT", "O_WRONLY", "O_RDWR", "O_APPEND"}

APPENDS = "appends a line and sees it on disk; a half line of a killed process is known as one"
ASKED = "a file that somebody asked for by name, outside of the stores"
HANDED = "into a path it is handed, which its caller swaps in or throws away"
SCRATCH = "in home/tmp, which is emptied before the next run"
# Modules, or whole folders, and why they may.
LISTED = {
    "cli/contract_files.py": ASKED,
    "contracts/authoring/": ASKED,
    "contracts/feedback/corrections.py": HANDED,
    "contracts/feedback/listing.py": HANDED,
    "contracts/judging/issues.py": SCRATCH,
    "contracts/judging/keeping.py": "moves finished files into what the swap handed it",
    "contracts/judging/oracle/agreement.py": SCRATCH,
    "contracts/judging/scan.py": SCRATCH,
    "defs/records.py": "old records of Dagster, which are no store of ours",
    "governance/audit.py": APPENDS,
    "kernel/atomic.py": "the swap itself",
    "kernel/lock.py": "the lock, which holds nothing; and home/tmp, which is emptied",
    "landing/reading_desk.py": SCRATCH,
    "landing/readers/": SCRATCH,
    "landing/sources/folder.py": SCRATCH,
    "landing/sources/table.py": SCRATCH,
    "linkage/link.py": SCRATCH,
    "linkage/look_back.py": SCRATCH,
    "linkage/model/lookups.py": HANDED,
    "linkage/quality/uncertainty.py": SCRATCH,
    "linkage/retrain.py": SCRATCH,
    "linkage/review/notebook.py": APPENDS,
    "linkage/standalone/home.py": "a mark that says all it has to say by being there",
    "linkage/standalone/values.py": SCRATCH,
    "linkage/state.py": HANDED,
    "operations/incidents/channels/log.py": APPENDS,
    "operations/incidents/store.py": "a lock, which holds nothing",
    "operations/journal/kept.py": "a copy given out into the folder of a replay",
    "operations/rebuild/": "in a home of its own, made for one replay",
    "publication/database/export.py": SCRATCH,
    "publication/explore/": HANDED,
    "publication/open_data/step.py": HANDED,
    "publication/releasing/building.py": HANDED,
    "publication/releasing/checksums.py": HANDED,
    "publication/site/step.py": HANDED,
    "simulation/": HANDED,
    "warehouse/population.py": SCRATCH,
}


def loose_writers(root: Path) -> Iterator[str]:
    """Calls that write to disk, but not into a path that is nobody's yet."""
    for name, tree in modules(root):
        if name.startswith(tuple(LISTED)):
            continue
        for node, own in _calls(tree, frozenset()):
            if _writes(node) and not _root_names(node) & own:
                yield f"{name}:{node.lineno} writes to disk itself; kernel/atomic.py does that"


def _calls(node: ast.AST, own: frozenset[str]) -> Iterator[tuple[ast.Call, frozenset[str]]]:
    """Every call, with the names that are bound to a path of its own there."""
    if isinstance(node, ast.With):
        own |= {
            item.optional_vars.id
            for item in node.items
            if isinstance(item.optional_vars, ast.Name) and _called(item.context_expr) in OWN
        }
    if isinstance(node, ast.Call):
        yield node, own
    for child in ast.iter_child_nodes(node):
        yield from _calls(child, own)


def _called(node: ast.expr) -> str:
    function = node.func if isinstance(node, ast.Call) else node
    return ast.unparse(function).rpartition(".")[2]


def _writes(call: ast.Call) -> bool:
    name, of_os = _called(call), ast.unparse(call.func).startswith("os.")
    if name == "open":
        texts = [ast.unparse(each) for each in (*call.args, *(k.value for k in call.keywords))]
        modes = {"w", "wb", "a", "ab", "x", "xb", "r+b", "r+"}
        creates = any(flag in text for text in texts for flag in CREATING)
        return creates or any(text.strip("'") in modes for text in texts)
    if name == "write_csv" and not call.args:
        return False  # gives the text back
    if name == "execute":
        return _copies_out(call)
    return (of_os and name in OF_OS) or (name in WRITERS and isinstance(call.func, ast.Attribute))


def _copies_out(call: ast.Call) -> bool:
    said = " ".join(
        each.value
        for part in call.args
        for each in ast.walk(part)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    )
    return said.lstrip().startswith("copy (") and " to " in said


def _root_names(call: ast.Call) -> set[str]:
    """Names that the place written to is put together from."""
    parts = [call.func, *call.args]
    return {each.id for part in parts for each in ast.walk(part) if isinstance(each, ast.Name)}


DOCSTRING = '"""What it is for."""\n'
LOOSE = (
    "path.write_text(text)",
    'path.open("wb")',
    'open(path, mode="a")',
    "os.open(path, os.O_WRONLY | os.O_CREAT)",
    "os.replace(one, path)",
    "path.unlink(missing_ok=True)",
    "shutil.rmtree(path)",
    "frame.write_parquet(path)",
    "frame.write_csv(path)",
    'con.execute(f"copy (select 1) to {path} (format parquet)")',
    "with replacing_file(path) as work:\n    other.write_text(text)",
)
SOUND = (
    "with replacing_file(path) as work:\n    work.write_text(text)",
    "with new_directory(path) as work:\n    shutil.copyfile(path, work / name)",
    'with replacing_file(path) as work:\n    con.execute(f"copy (select 1) to {work} (csv)")',
    'path.open("rb")',
    "text = frame.write_csv()",
    'text = text.replace("a", "b")',
)


def test_nobody_writes_to_disk_but_by_the_swap_or_with_a_reason() -> None:
    assert not (faults := list(loose_writers(ROOT))), "\n".join(faults)


def test_every_reason_is_still_needed() -> None:
    present = {name for name, _ in modules(ROOT)}
    assert not [each for each in LISTED if not any(name.startswith(each) for name in present)]


@pytest.mark.parametrize("text", LOOSE)
def test_a_module_that_writes_by_itself_is_named(tmp_path: Path, text: str) -> None:
    write(tmp_path, f"{PACKAGE}/warehouse/a.py", f"{DOCSTRING}{text}\n")
    assert len(list(loose_writers(tmp_path))) == 1


@pytest.mark.parametrize("text", SOUND)
def test_a_module_that_writes_into_what_is_swapped_in_is_not_named(
    tmp_path: Path, text: str
) -> None:
    write(tmp_path, f"{PACKAGE}/warehouse/a.py", f"{DOCSTRING}{text}\n")
    assert not list(loose_writers(tmp_path))
