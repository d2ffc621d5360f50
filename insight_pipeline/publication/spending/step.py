"""Spend and unit costs of a release, and the gate that checks them.

Belongs here: the order of the step, and what must hold of both tables. Does not belong here: how
either is made (money.py, unit_cost.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import duckdb

from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.kernel.errors import Fault, raise_all
from insight_pipeline.publication.spending.money import PUBLIC_SPEND, make_spend
from insight_pipeline.publication.spending.unit_cost import PUBLIC_UNIT_COST, make_unit_costs

# What must hold → the SQL that counts what breaks it.
_GATE = {
    "themes of a quarter add up to the contract payments of its months": f"""
        select count(*)
        from (
            select service_code, provider_id, period_from, period_to, sum(amount_gbp) as amount_gbp
            from {PUBLIC_SPEND}
            group by all
        ) as spend
        where spend.amount_gbp <> (
            select coalesce(sum(paid.amount_gbp), 0)
            from internal.contract_spend as paid
            where
                paid.service_code = spend.service_code
                and paid.provider_id = spend.provider_id
                and paid.month_date between spend.period_from and spend.period_to
        )
    """,
    "a cost rests on a count that is public": f"""
        select count(*)
        from {PUBLIC_UNIT_COST} as cost
        where
            cost.count_shown is not null
            and not exists (
                from public_figure as figure
                where
                    figure.indicator_id = cost.indicator_id
                    and figure.period_from = cost.period_from
                    and figure.period_to = cost.period_to
                    and figure.value is not null
                    and figure.breakdown = case
                        when cost.kind = 'person_served' then cost.service_code else 'all'
                    end
                    and cost.count_shown = case figure.polarity
                        when 'lower_is_better' then figure.denominator - figure.numerator
                        else figure.numerator
                    end
            )
    """,
    "a withheld count gives no cost and no limit": f"""
        select count(*)
        from {PUBLIC_UNIT_COST}
        where
            (count_shown is null or coalesce(shorthand, '') in ('[c]', '[x]'))
            and coalesce(count_shown, unit_cost_gbp, lower95, upper95) is not null
    """,
    "a cost is the amount over the count as shown, inside its limits": f"""
        select count(*)
        from {PUBLIC_UNIT_COST}
        where
            unit_cost_gbp is distinct from
            (amount_gbp * 1e0 / nullif(count_shown, 0))::decimal(18, 2)
            or (amount_gbp >= 0 and unit_cost_gbp not between lower95 and upper95)
    """,
    "a line without a cost says why": f"""
        select count(*)
        from {PUBLIC_UNIT_COST}
        where unit_cost_gbp is null and shorthand is null
    """,
}


def make_spending(
    connection: duckdb.DuckDBPyConnection, headers: Mapping[str, IndicatorHeader], closed_to: date
) -> None:
    """Make the temp tables `public_spend` and `public_unit_cost`; an InsightError where either
    tells what it may not.

    Read besides what money.py and unit_cost.py read: internal.contract_spend, for the gate.
    """
    make_spend(connection, headers, closed_to)
    make_unit_costs(connection, headers)
    raise_all(_gate(connection))


def _gate(connection: duckdb.DuckDBPyConnection) -> Iterable[Fault]:
    for rule, query in _GATE.items():
        lines = connection.execute(query).fetchall()[0][0]
        if lines:
            yield Fault(
                where="publication: spending gate",
                expected=rule,
                found=f"{lines} lines that break this",
                consequence="nothing is published, the last release stays",
                next_step="correct insight_pipeline/publication/spending/; do not bypass it",
            )
