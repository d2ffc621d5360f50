"""The scorecard as anybody may see it: counts of deliveries, and shares in whole percent.

Belongs here: withholding and rounding of shares, the gate that checks both, and revisions. Does not
belong here: the measures (contracts/service_levels/scorecard.py). No count of rows or records is
shown; where too few lie behind a line's shares for the disclosure policy in force, none of them is.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from insight_pipeline.kernel.errors import Fault, raise_all
from insight_pipeline.publication.disclosure.policy import DisclosurePolicy
from insight_pipeline.publication.revisions import PUBLIC_LEDGER

PUBLIC_SCORECARD = "public_scorecard"
# Published column → the scorecard's share.
SHARES = {
    "completeness_pct": "completeness",
    "validity_pct": "validity",
    "rejected_pct": "rejected_share",
    "duplicates_pct": "duplicates_share",
    "linkability_pct": "linkability",
}

_SHARE_CELLS = ",\n    ".join(
    f"case when not is_hidden then round(100 * {share}) end::integer as {name}"
    for name, share in SHARES.items()
)

_PUBLIC = f"""
create or replace temp table {PUBLIC_SCORECARD} as
with
card as (
    select
        *,
        rows_received between $hide_from and $hide_to
        or record_count between $hide_from and $hide_to as is_hidden
    from reference.scorecard
)

select
    provider_id,
    coalesce(split_part(stem, '__', 2), 'all') as dataset,
    period_month,
    deliveries_expected,
    deliveries_received,
    round(100 * on_time_share)::integer as on_time_pct,
    worst_late_days,
    {_SHARE_CELLS},
    deliveries_at_fault,
    deliveries_mended,
    round(correction_days)::bigint as correction_days,
    is_frequency_kept,
    is_latency_kept,
    case
        when is_hidden then '[c]'
        when rows_received = 0 and record_count = 0 then '[z]'
    end::varchar as shorthand
from card
order by provider_id, period_month, dataset <> 'all', dataset
"""

_GATE = f"""
select
    count(*) filter (where shorthand = '[c]' and coalesce({", ".join(SHARES)}) is not null),
    count(*) filter (where greatest({", ".join(SHARES)}, on_time_pct) not between 0 and 100),
    (
        select count(*)
        from reference.scorecard
        where
            rows_received between $hide_from and $hide_to
            or record_count between $hide_from and $hide_to
    ) - count(*) filter (where shorthand = '[c]')
from {PUBLIC_SCORECARD}
"""

# Of a provider's own figures, what its data changed in a release: counted in the newest of its
# months that the release's data reach, from what releases said of themselves.
_REVISED = f"""
create or replace temp table {PUBLIC_SCORECARD} as
with
revised as (
    select
        provider_id,
        release_no,
        date_trunc('month', as_of_date)::date as reached_month,
        100 * abs(difference) / nullif(abs(previous_value), 0) as size_pct
    from {PUBLIC_LEDGER}
    where difference <> 0 and reason_code in ('late_data', 'error')
),

months as (
    select distinct
        revised.provider_id,
        revised.release_no,
        max(card.period_month) as period_month
    from revised
    inner join {PUBLIC_SCORECARD} as card
        on
            revised.provider_id = card.provider_id
            and revised.reached_month >= card.period_month
    where card.dataset = 'all'
    group by revised.provider_id, revised.release_no
),

counted as (
    select
        provider_id,
        months.period_month,
        count(*) as figures_revised,
        median(revised.size_pct) as revision_pct
    from revised
    inner join months using (provider_id, release_no)
    group by provider_id, months.period_month
)

select
    card.* exclude (shorthand),
    case when card.dataset = 'all' then coalesce(counted.figures_revised, 0) end::bigint
        as figures_revised,
    case when card.dataset = 'all' then round(counted.revision_pct, 1) end::decimal(9, 1)
        as revision_pct,
    card.shorthand
from {PUBLIC_SCORECARD} as card
left join counted
    on card.provider_id = counted.provider_id and card.period_month = counted.period_month
order by card.provider_id, card.period_month, card.dataset <> 'all', card.dataset
"""

_GATE_RULES = (
    "a withheld line carries no share",
    "a share is between 0 and 100 per cent",
    "every line with few rows is withheld",
)


def disclose_scorecard(connection: duckdb.DuckDBPyConnection, policy: DisclosurePolicy) -> None:
    """Make the temp table `public_scorecard` from `reference.scorecard` under a policy."""
    hidden = {"hide_from": policy.hide_from, "hide_to": policy.hide_to}
    connection.execute(_PUBLIC, hidden)
    raise_all(_gate(connection, hidden))


def add_revisions(connection: duckdb.DuckDBPyConnection) -> None:
    """Add figures_revised and revision_pct to `public_scorecard`, from temp `public_revision`.

    Only published numbers are read. It is done once the ledger is made, so that what a release says
    of things as they are, and so its name, does not depend on the releases before it.
    """
    connection.execute(_REVISED)


def _gate(connection: duckdb.DuckDBPyConnection, hidden: dict[str, int]) -> Iterable[Fault]:
    broken = connection.execute(_GATE, hidden).fetchall()[0]
    for rule, lines in zip(_GATE_RULES, broken, strict=True):
        if lines:
            yield Fault(
                where="publication: scorecard gate",
                expected=rule,
                found=f"{lines} lines that break this",
                consequence="nothing is published, the last release stays",
                next_step="correct insight_pipeline/publication/scorecard.py; do not bypass it",
            )
