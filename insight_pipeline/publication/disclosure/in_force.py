"""The policy of every indicator as a table beside its figures, and counts no policy can treat.

Belongs here: the temp table `disclosure_policy`, and the refusal of counts that cannot be. Does not
belong here: what a policy does to a count (primary.py).
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from insight_pipeline.kernel.errors import Fault, raise_all
from insight_pipeline.publication.disclosure.policy import PoliciesInForce

FIGURE = "indicators.figure"

_POLICY_TABLE = """
create or replace temp table disclosure_policy (
    indicator_id varchar, cohort varchar, disclosure_policy varchar, hide_from bigint,
    hide_to bigint, round_to bigint, rounding varchar, guard_complement boolean,
    rate_min_count bigint, standardised_min_count bigint, fewest_expected bigint,
    fewest_told bigint, unreliable_below bigint, largest_count bigint
)
"""

_IMPOSSIBLE = f"""
select
    count(*) filter (
        where
            figure.numerator is null
            or (figure.numerator < 0 and statistic <> 'mean')
            or (statistic <> 'count' and coalesce(figure.denominator, -1) < 0)
    ),
    count(*) filter (
        where
            figure.numerator <> floor(figure.numerator)
            or figure.denominator <> floor(figure.denominator)
    ),
    count(*) filter (
        where
            abs(figure.numerator) > policy.largest_count
            or figure.denominator > policy.largest_count
    )
from {FIGURE} as figure
inner join disclosure_policy as policy on figure.indicator_id = policy.indicator_id
"""

# Figures in which indicators of one cohort differ about how many there are.
_UNSHARED = f"""
select policy.cohort, count(*)
from (
    select policy.cohort
    from {FIGURE} as figure
    inner join disclosure_policy as policy on figure.indicator_id = policy.indicator_id
    group by
        policy.cohort, figure.period_from, figure.period_to, figure.breakdown_type,
        figure.breakdown
    having count(distinct figure.denominator) > 1
) as policy
group by policy.cohort
order by policy.cohort
"""

_RULES = (
    "counts of 0 or more",
    "whole counts",
    "no count above the policy's largest_count",
)


def put_in_force(connection: duckdb.DuckDBPyConnection, policies: PoliciesInForce) -> None:
    """Make the temp table `disclosure_policy`, one row per indicator that has figures.

    Raises an InsightError for counts that cannot be.
    """
    connection.execute(_POLICY_TABLE)
    rows = [_keys(name, policies) for name in _indicators(connection)]
    if rows:
        places = ", ".join("?" for _ in rows[0])
        connection.executemany(f"insert into disclosure_policy values ({places})", rows)
    raise_all(_impossible(connection))


def _indicators(connection: duckdb.DuckDBPyConnection) -> list[str]:
    query = f"select distinct indicator_id from {FIGURE} order by indicator_id"
    return [str(row[0]) for row in connection.execute(query).fetchall()]


def _keys(indicator_id: str, policies: PoliciesInForce) -> list[object]:
    policy = policies.of(indicator_id)
    return [
        indicator_id,
        policies.cohort_of(indicator_id),
        policies.name_of(indicator_id),
        policy.hide_from,
        policy.hide_to,
        policy.round_to,
        policy.rounding,
        policy.guard_complement,
        policy.rate_min_count,
        policy.standardised_min_count,
        policy.fewest_expected,
        policy.fewest_told,
        policy.unreliable_below,
        policy.largest_count,
    ]


def _impossible(connection: duckdb.DuckDBPyConnection) -> Iterable[Fault]:
    broken = connection.execute(_IMPOSSIBLE).fetchall()[0]
    for rule, rows in zip(_RULES, broken, strict=True):
        if rows:
            yield Fault(
                where=FIGURE,
                expected=rule,
                found=f"{rows} figures that break this",
                consequence="nothing is published, the last release stays",
                next_step="correct the indicator's SQL and its table test",
            )
    for cohort, figures in connection.execute(_UNSHARED).fetchall():
        yield Fault(
            where=f"{FIGURE}: shared_cohorts, {cohort}",
            expected="the same denominator for all indicators of a shared cohort",
            found=f"{figures} figures in which they differ",
            consequence="nothing is published, the last release stays",
            next_step="correct shared_cohorts in data_contracts/publication/disclosure.yaml",
        )
