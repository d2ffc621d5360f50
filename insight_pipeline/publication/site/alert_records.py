"""Alerts of a release: one frozen record per row of table alert, and the query that gives them.

Belongs here: the shape of an alert on pages. Does not belong here: what raises one
(indicators/early_warning/), or what pages say of them (alerting.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Alert:
    """A field has the name, type and meaning of the column; see database/alert_columns.py."""

    rule_code: str
    title: str
    kind: str
    service_code: str
    service_title: str
    provider_id: str
    opened_month: date
    closed_month: date | None
    owner: str
    clause_topic: str
    clause: str
    words: str
    indicator_id: str
    false_alarm_rate: float


_ALERTS = """
select alert.*, coalesce(services.service_title, alert.service_code) as service_title
from alert
left join (select service_code, min(service_title) as service_title from service group by all)
    as services using (service_code)
order by
    closed_month is not null, opened_month desc, service_title, provider_id, rule_code
"""
# Field of a store → what its records are, and the query that gives them.
ALERT_QUERIES: Mapping[str, tuple[type[Any], str]] = {"alerts": (Alert, _ALERTS)}
