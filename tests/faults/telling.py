"""What a room tells when it fails: written down by the process it fails in, read by the test.

Belongs here: carrying the words over. Does not belong here: which words are expected.
"""

from __future__ import annotations

import resource
from pathlib import Path

from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.kernel.trouble import engine_fault
from insight_pipeline.settings import Settings
from tests.faults.killing import run
from tests.faults.rooms import run_room

PARTS = ("expected ", "found ", "consequence ", "next step ")


def told_room(name: str, catalogue: Catalogue, settings: Settings, words: Path) -> None:
    """A room whose failure is told as its step would tell it, into a file of its own."""
    try:
        run_room(name, catalogue, settings)
    except Exception as error:
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))  # for the words themselves
        ours = isinstance(error, InsightError)
        words.write_text(str(error if ours else engine_fault(error, name)))
        raise


def words_of(name: str, catalogue: Catalogue, settings: Settings, words: Path) -> str | None:
    """Run a room; what it told when it failed, or None where it did not."""
    if run(told_room, name, catalogue, settings, words) == 0:
        return None
    return read_words(words)


def read_words(words: Path) -> str:
    """Words in five parts, taken away once read."""
    text = words.read_text()
    words.unlink()
    assert not [part for part in PARTS if part not in text], text
    return text
