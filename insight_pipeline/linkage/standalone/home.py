"""A folder that keeps the store and the model of one table from run to run, and is marked so.

Belongs here: telling such a folder from any other, and who may read it. Does not belong here: what
is kept in it, or the lock (kernel/lock).
"""

from __future__ import annotations

from pathlib import Path

from insight_pipeline.kernel.errors import Fault, InsightError

MARK = "insight-link.json"


def open_home(home: Path) -> None:
    """Make `home` one of ours, its owner's alone: new, empty or marked before; else InsightError.

    A nightly home or any other folder is refused untouched: a run replaces the store in its home
    and empties the folder for temporary files.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    mark = home / MARK
    if not mark.is_file() and any(home.iterdir()):
        raise InsightError([_not_ours(home)])
    home.chmod(0o700)
    mark.write_text('{"kept_by": "insight link"}\n', encoding="utf-8")


def _not_ours(home: Path) -> Fault:
    return Fault(
        where=f"--home {home}",
        expected=f"a new or an empty folder, or one with the file {MARK} of an earlier run",
        found="a folder with other files in it",
        consequence="nothing is read and nothing in the folder is changed",
        next_step="name a folder that holds nothing but what `insight link` keeps",
    )
