"""Signals as readers see them: a tone, a shape that differs as well, and words for the key.

Belongs here: the one vocabulary that all charts share. Does not belong here: judging; signals come
from the release (table judgement). Colours follow NHS England's Making Data Count: blue improves,
orange concerns, purple is special without being good or bad, grey is chance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Look:
    """Tone (a class of charts.css), shape (of shapes.py), words; hollow: the weaker of two."""

    tone: str
    shape: str
    words: str
    is_hollow: bool = False

    @property
    def is_special(self) -> bool:
        return self.tone != "plain"


PLAIN = Look("plain", "dot", "")
_COMMON = Look("plain", "dot", "Common cause (chance)")
_IMPROVES = Look("good", "diamond", "Special-cause improvement")
_CONCERNS = Look("bad", "square", "Special-cause concern")
_HIGH = Look("other", "up", "Special-cause high")
_LOW = Look("other", "down", "Special-cause low")

# In the order of keys.
LOOKS: Mapping[str, Look] = MappingProxyType(
    {
        "common_cause": _COMMON,
        "improvement": _IMPROVES,
        "special_cause_improvement": _IMPROVES,
        "concern": _CONCERNS,
        "special_cause_concern": _CONCERNS,
        "neutral_high": _HIGH,
        "special_cause_neutral_high": _HIGH,
        "neutral_low": _LOW,
        "special_cause_neutral_low": _LOW,
        "better": Look("good", "diamond", "Better"),
        "worse": Look("bad", "square", "Worse"),
        "higher": Look("other", "up", "Higher"),
        "lower": Look("other", "down", "Lower"),
        "similar": Look("plain", "dot", "Similar"),
        "not_compared": Look("plain", "dot", "Not compared"),
        "High (0.001)": Look("other", "up", "Above the 99.8 % limit"),
        "High (0.025)": Look("other", "up", "Above the 95 % limit", is_hollow=True),
        "Not significant": Look("plain", "dot", "Within the limits"),
        "Low (0.025)": Look("other", "down", "Below the 95 % limit", is_hollow=True),
        "Low (0.001)": Look("other", "down", "Below the 99.8 % limit"),
    }
)


def look_of(signal: str) -> Look:
    """How a signal looks; one that is not known, or none, is a plain dot without words."""
    return LOOKS.get(signal, PLAIN)
