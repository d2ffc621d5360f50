"""When a verdict cannot be kept: what it lacks, in words for the reviewer.

Belongs here: what a verdict needs. Does not belong here: keeping it (desk). The contract asks for
the same and more; what reaches a delivery should never be held for something we could have asked.
"""

from __future__ import annotations

from collections.abc import Collection

VERDICTS = ("same", "different", "unsure")
SHORTEST_REASON, LONGEST_REASON = 3, 1000


class Refused(Exception):
    """A verdict that cannot be kept as it is; `words` has a sentence for each thing missing."""

    def __init__(self, words: tuple[str, ...]) -> None:
        super().__init__()
        self.words = words


def missing(
    verdict: str, reason_code: str, reason: str, known_reasons: Collection[str]
) -> tuple[str, ...]:
    """A sentence for each part that a verdict lacks."""
    words = []
    if verdict not in VERDICTS:
        words.append("Say whether they are the same person, different people, or unsure.")
    if reason_code not in known_reasons:
        words.append("Choose a reason from the list.")
    return (*words, *wordless(reason))


def wordless(reason: str) -> tuple[str, ...]:
    """A sentence where the reviewer's own words are missing, or are too many."""
    if SHORTEST_REASON <= len(" ".join(reason.split())) <= LONGEST_REASON:
        return ()
    limits = f"{SHORTEST_REASON} to {LONGEST_REASON} letters"
    return (f"Give the reason in your own words, {limits}.",)
