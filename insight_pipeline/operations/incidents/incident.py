"""One thing that is wrong and whom it concerns.

Belongs here: the record. Does not belong here: finding it (findings.py), or whether it was told
(state.py). No personal value is ever in it: names of files, feeds and checks, codes and counts.
"""

from __future__ import annotations

from datetime import datetime

from insight_pipeline.kernel.errors import Fault
from insight_pipeline.kernel.strict import StrictModel
from insight_pipeline.operations.channel_policy import SEVERITIES, Severity
from insight_pipeline.operations.kinds import Kind


class Incident(StrictModel):
    """Five-part words about one subject. since: when it began, as far as the stores tell (UTC).

    Two incidents of one kind and subject are the same incident, whatever their words.
    """

    kind: Kind
    subject: str
    severity: Severity
    owner: str
    since: datetime
    provider: str | None = None
    expected: str
    found: str
    consequence: str
    next_step: str

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.subject}"

    @property
    def fault(self) -> Fault:
        """The five parts, as every room tells them."""
        return Fault(self.subject, self.expected, self.found, self.consequence, self.next_step)


def is_worse(one: Severity, than: Severity) -> bool:
    return SEVERITIES.index(one) > SEVERITIES.index(than)


def in_order(incidents: list[Incident]) -> tuple[Incident, ...]:
    """Errors first, then by kind and subject; each key once, the worst of it."""
    ranked = sorted(
        incidents, key=lambda i: (-SEVERITIES.index(i.severity), i.kind, i.subject, i.found)
    )
    by_key: dict[str, Incident] = {}
    for incident in ranked:
        by_key.setdefault(incident.key, incident)
    return tuple(by_key.values())
