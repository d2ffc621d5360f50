"""Table alert in words: its columns, their types and meanings.

Belongs here: what a column of the alerts means. Does not belong here: which alerts may be told
(publication/alerts.py).
"""

from __future__ import annotations

ALERT_COLUMNS = {
    "rule_code": ("VARCHAR", "Rule that raised it, as in early_warning.yaml."),
    "title": ("VARCHAR", "What the rule looks for."),
    "kind": ("VARCHAR", "special_cause_deterioration, growing_gaps or sla_breach."),
    "service_code": ("VARCHAR", "Service it is about; see table service."),
    "provider_id": ("VARCHAR", "Who delivers it; see table provider."),
    "opened_month": ("DATE", "First day of the month whose data raised it."),
    "closed_month": ("DATE", "First day of the month in which it had recovered; empty if not yet."),
    "owner": ("VARCHAR", "Who manages the contract."),
    "clause_topic": ("VARCHAR", "performance, data or handover."),
    "clause": ("VARCHAR", "Clause of the contract that it concerns."),
    "words": ("VARCHAR", "What was seen, without counts."),
    "indicator_id": ("VARCHAR", "Public indicator that shows the same; empty where there is none."),
    "false_alarm_rate": ("DOUBLE", "Alerts per series and month where nothing is wrong, at most."),
}
