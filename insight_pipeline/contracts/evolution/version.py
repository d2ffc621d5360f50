"""Whether a contract's version number moved as its changes say it must.

Belongs here: semantic versions of contracts. A major number promises one shape to providers and to
our SQL, a minor one adds, a patch words things better. Does not belong here: what changed
(diff.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from insight_pipeline.contracts.evolution.change import Change, Level
from insight_pipeline.contracts.evolution.diff import advised
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.kernel.errors import Fault

FORM = re.compile(r"([0-9]+)[.]([0-9]+)[.]([0-9]+)")


def version_faults(old: Contract, new: Contract, changes: Iterable[Change]) -> Iterable[Fault]:
    """A fault where the new version number is no such number, or moves too little or back."""
    before, after = (_numbers(contract.version) for contract in (old, new))
    for contract, numbers in ((old, before), (new, after)):
        if numbers is None:
            yield _fault(contract, "a version of three numbers, such as 1.2.0", contract.version)
    level = advised(changes)
    if before and after and after < _least(before, level):
        least = ".".join(map(str, _least(before, level)))
        expected = f"at least {least}: " + (
            "nothing changed" if level is Level.NONE else f"the changes are {level}"
        )
        yield _fault(new, expected, f"{new.version} after {old.version}")


def _numbers(version: str) -> tuple[int, int, int] | None:
    match = FORM.fullmatch(version)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def _least(old: tuple[int, int, int], level: Level) -> tuple[int, int, int]:
    """The lowest version that may follow `old` with changes of this level."""
    major, minor, patch = old
    return {
        Level.MAJOR: (major + 1, 0, 0),
        Level.MINOR: (major, minor + 1, 0),
        Level.PATCH: (major, minor, patch + 1),
        Level.NONE: old,
    }[level]


def _fault(contract: Contract, expected: str, found: str) -> Fault:
    return Fault(
        where=f"{contract.path}: version",
        expected=expected,
        found=found,
        consequence="deliveries would be judged by another promise than they declare",
        next_step="change the version number, or take the change back",
    )
