"""Alerts as anybody may see them: rule, service, provider, months, clause and words; no counts.

Belongs here: which alerts may be told, up to which month, and the gate that checks it. Does not
belong here: what raises an alert (indicators/early_warning/). An alert says of a series only that
it left its own limits. None is told of a series with a month of so few cases that the disclosure
policy would hide them, nor where its signal falls in a period of which the provider's public figure
is withheld: it would say of a small count that it is not the smallest. Promises about data are
about deliveries, and nobody is counted in them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import duckdb

from insight_pipeline.indicators.early_warning.alerts import ALERT
from insight_pipeline.kernel.errors import Fault, raise_all
from insight_pipeline.publication.database.alert_columns import ALERT_COLUMNS
from insight_pipeline.publication.disclosure.policy import DisclosurePolicy
from insight_pipeline.publication.disclosure.public import PUBLIC_TABLE
from insight_pipeline.sql.engines.duckdb import kind_of

PUBLIC_ALERT = "public_alert"
_TYPED = ", ".join(f"{name} {kind}" for name, (kind, _) in ALERT_COLUMNS.items())
_LAST_DAY = "({month} + interval 1 month)::date - 1"

# Whether a public figure that shows the same is withheld for the months of the signal.
_IS_WITHHELD = f"""
exists (
    select 1
    from {PUBLIC_TABLE} as figure
    where
        figure.shorthand = '[c]'
        and figure.indicator_id = raised.indicator_id
        and figure.breakdown_type = 'provider'
        and figure.breakdown = raised.provider_id
        and figure.period_from <= {_LAST_DAY.format(month="raised.opened_month")}
        and figure.period_to >= raised.since_month
)
"""

_PUBLIC = f"""
insert into {PUBLIC_ALERT} by name
select
    rule_code,
    title,
    kind,
    service_code,
    provider_id,
    opened_month,
    case when {_LAST_DAY.format(month="closed_month")} <= $closed_to then closed_month end
        as closed_month,
    owner,
    clause_topic,
    clause,
    words,
    indicator_id,
    false_alarm_rate
from {ALERT} as raised
where
    {_LAST_DAY.format(month="opened_month")} <= $closed_to
    and (kind = 'sla_breach' or (least_cases > $hide_to and not {_IS_WITHHELD}))
order by rule_code, service_code, provider_id, opened_month
"""

_GATE = f"""
select
    count(*) filter (where raised.least_cases <= $hide_to and told.kind <> 'sla_breach'),
    count(*) filter (where regexp_matches(
        regexp_replace(told.words, '^[0-9]+ [a-z]+ in a row|[0-9]{{4}}', '', 'g'), '[0-9]'
    )),
    count(*) filter (where {_LAST_DAY.format(month="told.opened_month")} > $closed_to),
    count(*) filter (where told.kind <> 'sla_breach' and {_IS_WITHHELD})
from {PUBLIC_ALERT} as told
left join {ALERT} as raised using (rule_code, service_code, provider_id, opened_month)
"""

_GATE_RULES = (
    "no alert of a series with few cases",
    "words without any count",
    "no alert of a month that is not closed",
    "no alert of months whose public figure is withheld",
)


def disclose_alerts(
    connection: duckdb.DuckDBPyConnection, policy: DisclosurePolicy, closed_to: date
) -> None:
    """Make the temp table `public_alert` (ALERT_COLUMNS) from `indicators.alert` under a policy.

    Read besides: public_figure. closed_to: last day of the periods that the release covers; nothing
    later is told. Empty where the warehouse has no alerts yet. An InsightError says which rule of
    the gate is broken.
    """
    connection.execute(f"create or replace temp table {PUBLIC_ALERT} ({_TYPED})")
    if kind_of(connection, ALERT) is None:
        return
    given = {"closed_to": closed_to, "hide_to": policy.hide_to}
    connection.execute(_PUBLIC, given)
    raise_all(_gate(connection, given))


def _gate(connection: duckdb.DuckDBPyConnection, given: dict[str, object]) -> Iterable[Fault]:
    broken = connection.execute(_GATE, given).fetchall()[0]
    for rule, alerts in zip(_GATE_RULES, broken, strict=True):
        if alerts:
            yield Fault(
                where="publication: alerts gate",
                expected=rule,
                found=f"{alerts} alerts that break this",
                consequence="nothing is published, the last release stays",
                next_step="correct insight_pipeline/publication/alerts.py; do not bypass it",
            )
