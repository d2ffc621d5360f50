"""The fault of a contract: every one of them stops the contract, and says so alike.

Belongs here: the words all faults of contracts share. Does not belong here: any one fault's own.
"""

from __future__ import annotations

from collections.abc import Iterable

from insight_pipeline.kernel.errors import Fault, nearest

CONSEQUENCE = "the contract is not used and its feed does not run"


def contract_fault(
    where: str,
    expected: str,
    found: str,
    next_step: str = "promise only what is checked, or correct it",
    *,
    near: str = "",
    known: Iterable[str] = (),
) -> Fault:
    """A fault of a contract; `near` asks for the word among `known` that it resembles."""
    step = nearest(near, known) if near else next_step
    return Fault(where, expected, found, CONSEQUENCE, step)
