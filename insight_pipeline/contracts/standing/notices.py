"""What is said about a delivery as a whole: a code, a sentence for its provider, and a hint.

Belongs here: the words. Does not belong here: recognising what they speak of (recognition.py), or
words about rows (rules.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

DUPLICATE = "duplicate"
SAME_CONTENT = "same_content"
STALE = "stale"
OUT_OF_ORDER = "out_of_order"
LATE = "late"
OVERLAPPING_PERIOD = "overlapping_period"
PARTIAL_TOP_UP = "partial_top_up"
FULL_REPLACEMENT = "full_replacement"
SHRUNKEN = "shrunken"
EMPTY = "empty"
APPROVED = "approved"
TIED = "tied"
WRONG_PERIOD = "wrong_period"
WRONG_VERSION = "wrong_version"
DRIFT = "drift"


@dataclass(frozen=True)
class Notice:
    """Words about a delivery; codes such as `drift.<column>` carry what they speak of."""

    sentence: str
    hint: str


NOTICES = {
    DUPLICATE: Notice(
        "The same file was sent more than once under the same declaration; it counts once.",
        "Nothing needs doing. To correct data, send the corrected file.",
    ),
    SAME_CONTENT: Notice(
        "The very same file was submitted before under another period or version.",
        "Check that this is the file you meant: an old one may have been sent again.",
    ),
    STALE: Notice(
        "What was submitted later replaces all of this delivery.",
        "Nothing needs doing, unless this one was meant to stand: then send a file that differs, "
        "if only in the order of its rows, with the time at which you send it. The very same file "
        "keeps the time at which it was first submitted.",
    ),
    OUT_OF_ORDER: Notice(
        "A delivery submitted before this one is about a later period.",
        "Nothing needs doing if you meant to send or correct an earlier period; else check the "
        "period you declared.",
    ),
    LATE: Notice(
        "It was submitted after the last day agreed for its period.",
        "Send it within the agreed days, or agree a later day.",
    ),
    OVERLAPPING_PERIOD: Notice(
        "Its period overlaps that of a delivery submitted before it, but is not the same, so both "
        "stand and what lies in both periods counts twice.",
        "Tell your contact which of the two periods is right. To take the other delivery back, "
        "send its period again with the rows that belong to it alone.",
    ),
    PARTIAL_TOP_UP: Notice(
        "It adds to or corrects what was sent for this period and leaves other rows as they are.",
        "Nothing needs doing. Rows that are no longer true must be sent corrected: leaving them "
        "out does not take them back.",
    ),
    FULL_REPLACEMENT: Notice(
        "It replaces all that was sent before it for the same period.",
        "Nothing needs doing if you sent the whole period; else send the missing rows as well.",
    ),
    SHRUNKEN: Notice(
        "It has far fewer sound rows than the delivery it would replace, so it is held until "
        "somebody approves it; until then the earlier one stands.",
        "If it is complete, tell your contact so; else send the whole period again.",
    ),
    EMPTY: Notice(
        "It has no sound row, though the delivery before it had, so it is held until somebody "
        "approves it; until then its period counts as not reported.",
        "If there was nothing to report, tell your contact so; else send the whole period again.",
    ),
    APPROVED: Notice(
        "It has far fewer rows than a delivery before it; somebody approved it.",
        "Nothing needs doing.",
    ),
    TIED: Notice(
        "Another file declares the same period and the very same time of submission, so it is "
        "not known which of the two is meant to stand.",
        "Send the right one again as a file that differs, if only in the order of its rows, with "
        "the time at which you send it. The very same file keeps its first time and stays tied.",
    ),
    WRONG_PERIOD: Notice(
        "Too many of its rows lie outside the period it declares: it is refused.",
        "Correct the period in the manifest, or send the rows of the declared period.",
    ),
    WRONG_VERSION: Notice(
        "It declares a contract version that is not in force for its period: it is refused.",
        "Name the version in force, or agree the new one first.",
    ),
    DRIFT: Notice(
        "A column's values are distributed unlike those of the deliveries before.",
        "Check whether something changed where the data is recorded; if it did, tell your contact.",
    ),
}


def notice(code: str) -> Notice:
    """Words for a code; of `drift.<column>` those for drift."""
    return NOTICES[code.partition(".")[0]]


def in_order(codes: Iterable[str]) -> tuple[str, ...]:
    """Codes in one order, whoever found them first."""
    return tuple(sorted(set(codes)))
