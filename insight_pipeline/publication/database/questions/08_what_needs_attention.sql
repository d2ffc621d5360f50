/*
title: What needs attention now, and whose is it?
note: >-
  Alerts that have not closed: what was seen and since when, who manages the contract, and which
  clause it concerns. Take the where clause away for those that have recovered.
*/
select
    alert.title,
    alert.opened_month,
    service.service_title,
    provider.provider_name,
    alert.words,
    alert.owner,
    alert.clause,
    alert.false_alarm_rate
from alert
left join provider on alert.provider_id = provider.provider_id
left join (select distinct service_code, service_title from service) as service
    on alert.service_code = service.service_code
where alert.closed_month is null
order by alert.opened_month, alert.rule_code, alert.service_code, alert.provider_id
