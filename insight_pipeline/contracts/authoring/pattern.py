"""Texts that match a pattern of a contract, drawn at random.

Belongs here: patterns as contracts may write them (ASCII classes, no look-around). Does not belong
here: checking them (rules.py does, with another engine).
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

MOST_REPEATS = 8  # of `+` and `*`, which have no limit of their own
PRINTABLE = [chr(code) for code in range(33, 127)]


def matching(pattern: str, rng: np.random.Generator) -> str:
    """A text that the whole pattern matches."""
    # Python's own parser: the tree of a pattern has no public name.
    tree = import_module("re._parser").parse(pattern)
    return _text(tree, rng)


def _text(items: Any, rng: np.random.Generator) -> str:
    return "".join(_piece(str(kind), value, rng) for kind, value in items)


def _piece(kind: str, value: Any, rng: np.random.Generator) -> str:
    if kind == "LITERAL":
        return chr(value)
    if kind in ("IN", "NOT_LITERAL", "ANY"):
        return str(rng.choice(_letters(kind, value)))
    if kind in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, most, inner = value
        times = int(rng.integers(least, min(int(most), max(least, MOST_REPEATS)) + 1))
        return "".join(_text(inner, rng) for _ in range(times))
    if kind == "SUBPATTERN":
        return _text(value[-1], rng)
    if kind == "BRANCH":
        return _text(value[1][int(rng.integers(len(value[1])))], rng)
    return ""  # an anchor


def _letters(kind: str, value: Any) -> list[str]:
    if kind == "ANY":
        return PRINTABLE
    if kind == "NOT_LITERAL":
        return [letter for letter in PRINTABLE if letter != chr(value)]
    listed = [letter for part, inner in value for letter in _listed(str(part), inner)]
    if str(value[0][0]) == "NEGATE":
        return [letter for letter in PRINTABLE if letter not in listed]
    return listed


def _listed(kind: str, value: Any) -> list[str]:
    if kind == "LITERAL":
        return [chr(value)]
    return [chr(code) for code in range(value[0], value[1] + 1)] if kind == "RANGE" else []
