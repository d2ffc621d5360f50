/*
title: How do providers compare, fairly?
note: >-
  Write another indicator_id in the brackets; table indicator lists them. Each provider stands
  with its 95 % interval; funnel_flag says whether it is further from the total than its number of
  cases explains.
*/
select *
from compare_providers('drug_complete_no_return')
order by provider_id
