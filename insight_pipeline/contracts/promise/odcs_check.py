"""What every check of an ODCS `quality` block has: a place, a name, a severity.

Belongs here: what row rules and metrics share. Does not belong here: either of them
(odcs_quality.py, odcs_metric.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from insight_pipeline.contracts.promise.fault import contract_fault
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.outcome import Severity

Check = Mapping[str, Any]
# ODCS leaves the words of a severity open; these are its examples.
WARNINGS = ("info", "warning")
ERROR = "error"


@dataclass(frozen=True)
class Place:
    """Where a check stands: the file, the columns of its table, and its own column, if any."""

    where: str
    columns: tuple[str, ...]
    column: str | None = None

    def fault(
        self,
        check: Check,
        expected: str,
        found: str,
        near: str = "",
        known: Iterable[str] = (),
    ) -> Fault:
        name = check.get("name") or check.get("metric") or "without a name"
        inside = f"{self.where}: {self.column}" if self.column else self.where
        return contract_fault(
            f"{inside}: quality '{name}'", expected, found, near=near, known=known
        )


def severity(check: Check, place: Place, *, of_rows: bool) -> Severity:
    """Ours, or what an ODCS word means; `error`, also where no word stands, holds what is wrong.

    of_rows: whether the check says which rows are wrong, so that they alone can be held.
    """
    strict = Severity.RECORD if of_rows else Severity.DELIVERY
    words: dict[str, Severity] = {severity.value: severity for severity in Severity}
    words |= {ERROR: strict, **dict.fromkeys(WARNINGS, Severity.WARN)}
    word = check.get("severity", ERROR)
    if word not in words:
        expected = f"a severity among {', '.join([*Severity, ERROR, *WARNINGS])}"
        raise InsightError([place.fault(check, expected, f"'{word}'", word, words)])
    if words[word] is Severity.RECORD and not of_rows:
        expected = "severity warn or delivery: only a limit of 0 says which rows are wrong"
        raise InsightError([place.fault(check, expected, "severity record")])
    return words[word]
