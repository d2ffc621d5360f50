"""Parts of Dagster that it keeps to itself are used where listed, and nowhere else.

They may change with any of its versions; whoever upgrades it looks at these places first.
"""

from __future__ import annotations

import ast
from pathlib import Path

from tests.conftest import ROOT
from tests.conventions.tree import PACKAGE, modules, write

LISTED = {
    "defs/deliveries.py": "the tag that bears an event's data version has no public name",
    "defs/event_log.py": "its SQLite event log, kept open: tests/dagster/test_event_log.py",
    "defs/night_record.py": "why a run failed is told in no public record",
    "defs/records.py": "SQLite gives disk back only where it is told to, file by file",
}


def private_uses(root: Path) -> dict[str, list[str]]:
    """Module → what it imports from below a name of Dagster's that begins with a low line."""
    found: dict[str, list[str]] = {}
    for name, tree in modules(root):
        for node in ast.walk(tree):
            imported = node.module if isinstance(node, ast.ImportFrom) else None
            if imported and imported.startswith(("dagster._", "dagster_webserver._")):
                found.setdefault(name, []).append(imported)
    return found


def test_private_parts_of_dagster_are_used_where_listed_and_nowhere_else() -> None:
    assert private_uses(ROOT).keys() == LISTED.keys()


def test_another_use_is_found(tmp_path: Path) -> None:
    write(tmp_path, f"{PACKAGE}/defs/new.py", "from dagster._core.events import DagsterEvent\n")
    assert private_uses(tmp_path) == {"defs/new.py": ["dagster._core.events"]}
