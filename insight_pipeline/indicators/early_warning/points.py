"""Which months of which series early warning looks at, each under its rule and its contract.

Belongs here: joining measures, rules and contracts. Does not belong here: what is a signal
(signals.py), or the measures themselves (journeys.fct_service_month).
"""

from __future__ import annotations

MEASURES = "journeys.fct_service_month"

# One row per rule, service, provider and month. A month with too few cases is a point without a
# value: it breaks a run and is no recovery. The contract of the month says how strict the rule is.
POINTS = f"""
create or replace temp table early_warning_point as
with
contracts as (
    select
        measure.measure_code,
        measure.service_code,
        measure.provider_id,
        measure.month_date,
        contract.tolerance,
        contract.owner,
        contract.performance_clause,
        contract.data_clause,
        contract.handover_clause
    from {MEASURES} as measure
    inner join reference.service_contract as contract
        on
            measure.service_code = contract.service_code
            and measure.provider_id = contract.provider_id
            and contract.from_date < (measure.month_date + interval 1 month)::date
            and contract.to_date >= measure.month_date
    qualify
        row_number() over (
            partition by
                measure.measure_code, measure.service_code, measure.provider_id, measure.month_date
            order by contract.from_date desc
        ) = 1
)

select
    dense_rank() over (
        order by rule.rule_code, measure.service_code, measure.provider_id
    ) as series_id,
    rule.*,
    measure.service_code,
    measure.provider_id,
    measure.month_date,
    measure.month_date as period,
    measure.numerator,
    measure.denominator,
    case when measure.denominator >= rule.fewest_cases then measure.value::double end as value,
    measure.polarity,
    false as is_rebase,
    contracts.owner,
    case rule.clause_topic
        when 'performance' then contracts.performance_clause
        when 'data' then contracts.data_clause
        else contracts.handover_clause
    end as clause
from {MEASURES} as measure
inner join contracts using (measure_code, service_code, provider_id, month_date)
inner join reference.alert_rule as rule
    on measure.measure_code = rule.measure_code and contracts.tolerance = rule.tolerance
"""

PROCESS = """
create or replace temp view early_warning_process as
select series_id, period, value, is_rebase, polarity
from early_warning_point
where kind = 'special_cause_deterioration'
"""
