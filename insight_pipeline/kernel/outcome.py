"""The five outcomes of a check, never mixed (rule 8 of the architecture).

Belongs here: the words. Does not belong here: how any check comes to its outcome.
"""

from enum import StrEnum


class Outcome(StrEnum):
    """A check that could not run is `error`: it neither passes nor blames the provider."""

    PASSED = "passed"
    WARNING = "warning"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"


class Severity(StrEnum):
    """What a broken rule does: say so, hold the row, or refuse the delivery."""

    WARN = "warn"
    RECORD = "record"
    DELIVERY = "delivery"
