"""How each provider keeps its promises, month by month: counts and shares, never a value.

Belongs here: the measures and their definitions. Does not belong here: when something was due
(due.py), where the table rests (store.py) or what of it is published (publication/scorecard.py).

The measures follow the data quality dimensions of the Government Data Quality Framework (2020),
which are those of DAMA UK (2013); a month is that of the reporting period's last day.

- timeliness: on_time_share, worst_late_days. A month is on time when the first delivery for it that
  was not refused or held was submitted within `latency` days of its period's last day. A month
  still owed is late up to the scorecard's today.
- completeness: filled cells of the promised columns, required or not, of all their cells, in
  deliveries that were not refused.
- validity: rows that kept every rule that holds rows back, of all rows received except repeats.
- uniqueness: duplicates_share, rows repeated within a file and rows of files sent again, of all
  rows that came.
- rejected_share: rows of refused files and lines no reader could make rows of, of all received.
- linkability (ours: whether the data can be used together): records of people that hold a valid
  identifier somebody we trust issued, or else given and family name, birth date and postcode; of
  all records whose evidence now stands from the month's deliveries.
- correction_days: median days from a delivery with faulty rows to the one that mended it.
- is_frequency_kept: every month expected has a delivery that could be used.
- is_latency_kept: every month that fell due is on time.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from insight_pipeline.contracts.service_levels.facts import Facts
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect, literal

SHARE = "DECIMAL(5,4)"
COLUMNS = {
    "provider_id": "VARCHAR",
    "stem": "VARCHAR",
    "period_month": "DATE",
    "deliveries_expected": "BIGINT",
    "deliveries_received": "BIGINT",
    "on_time_share": SHARE,
    "worst_late_days": "BIGINT",
    "rows_received": "BIGINT",
    "rows_accepted": "BIGINT",
    "rows_rejected": "BIGINT",
    "completeness": SHARE,
    "validity": SHARE,
    "rejected_share": SHARE,
    "duplicates_share": SHARE,
    "record_count": "BIGINT",
    "linkability": SHARE,
    "deliveries_at_fault": "BIGINT",
    "deliveries_mended": "BIGINT",
    "correction_days": "DECIMAL(9,1)",
    "is_frequency_kept": "BOOLEAN",
    "is_latency_kept": "BOOLEAN",
}

# One row per provider, dataset and month, and one per provider and month over all its datasets.
_SETS = "grouping sets ((provider_id, stem, period_month), (provider_id, period_month))"

_CARD = f"""
with
evidence as (
    select
        delivery_id,
        record_id,
        bool_or(
            len(trusted_ids) > 0
            or (
                given_name is not null
                and family_name is not null
                and birth_date is not null
                and postcode is not null
            )
        ) as is_linkable
    from person_evidence
    group by delivery_id, record_id
),

linked as (
    select
        provider_id,
        stem,
        period_month,
        count(distinct record_id) as record_count,
        count(distinct record_id) filter (where is_linkable) as linkable
    from evidence
    inner join delivery using (delivery_id)
    group by {_SETS}
),

sent as (
    select
        provider_id,
        stem,
        period_month,
        sum(rows_received) as rows_received,
        sum(rows_accepted) as rows_accepted,
        sum(rows_rejected) as rows_rejected,
        sum(rows_repeated) as rows_repeated,
        sum(rows_sent_again) as rows_sent_again,
        sum(cells) as cells,
        sum(cells_filled) as cells_filled,
        count(*) filter (where is_at_fault) as deliveries_at_fault,
        count(correction_days) as deliveries_mended,
        median(correction_days) as correction_days
    from delivery
    group by {_SETS}
),

due as (
    select
        provider_id,
        stem,
        period_month,
        sum(deliveries_expected) as deliveries_expected,
        sum(deliveries_received) as deliveries_received,
        count(late_days) as months_due,
        count(*) filter (where late_days = 0) as months_on_time,
        max(late_days) as worst_late_days,
        count(*) filter (where deliveries_expected > 0 and not is_usable) as months_missed
    from month
    group by {_SETS}
)

select
    due.provider_id,
    due.stem,
    due.period_month,
    due.deliveries_expected,
    due.deliveries_received,
    due.months_on_time / nullif(due.months_due, 0) as on_time_share,
    due.worst_late_days,
    coalesce(sent.rows_received, 0) as rows_received,
    coalesce(sent.rows_accepted, 0) as rows_accepted,
    coalesce(sent.rows_rejected, 0) as rows_rejected,
    sent.cells_filled / nullif(sent.cells, 0) as completeness,
    sent.rows_accepted / nullif(sent.rows_received - sent.rows_repeated, 0) as validity,
    sent.rows_rejected / nullif(sent.rows_received, 0) as rejected_share,
    (sent.rows_repeated + sent.rows_sent_again)
    / nullif(sent.rows_received + sent.rows_sent_again, 0) as duplicates_share,
    coalesce(linked.record_count, 0) as record_count,
    linked.linkable / nullif(linked.record_count, 0) as linkability,
    coalesce(sent.deliveries_at_fault, 0) as deliveries_at_fault,
    coalesce(sent.deliveries_mended, 0) as deliveries_mended,
    sent.correction_days,
    case when due.deliveries_expected > 0 then due.months_missed = 0 end as is_frequency_kept,
    case when due.months_due > 0 then due.months_on_time = due.months_due end as is_latency_kept
from due
left join sent
    on
        due.provider_id = sent.provider_id
        and due.stem is not distinct from sent.stem
        and due.period_month = sent.period_month
left join linked
    on
        due.provider_id = linked.provider_id
        and due.stem is not distinct from linked.stem
        and due.period_month = linked.period_month
"""

_NO_EVIDENCE = """
select
    null::varchar as delivery_id,
    null::varchar as record_id,
    null::varchar[] as trusted_ids,
    null::varchar as given_name,
    null::varchar as family_name,
    null::date as birth_date,
    null::varchar as postcode
where false
"""


def scorecard(facts: Facts, evidence: Path | None, settings: Settings) -> pl.DataFrame:
    """The scorecard (COLUMNS), ordered by provider, month and dataset, all datasets (NULL) first.

    `evidence`: feeds/person_evidence.parquet of the identity zone; only counts come out of it.
    """
    typed = ", ".join(f"{name}::{kind} as {name}" for name, kind in COLUMNS.items())
    with connect(settings) as connection:
        _open(connection, facts, evidence)
        card = connection.sql(
            f"select {typed} from ({_CARD}) order by provider_id, period_month, stem nulls first"
        )
        return pl.DataFrame(card.to_arrow_table())


def _open(connection: duckdb.DuckDBPyConnection, facts: Facts, evidence: Path | None) -> None:
    connection.register("delivery", facts.delivery.to_arrow())
    connection.register("month", facts.month.to_arrow())
    source = f"from read_parquet({literal(str(evidence))})" if evidence else _NO_EVIDENCE
    connection.execute(f"create temp view person_evidence as {source}")
