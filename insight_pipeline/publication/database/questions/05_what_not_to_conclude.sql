/*
title: What may I not conclude?
note: >-
  Write another indicator_id in the brackets; table caveat has those of all indicators.
*/
select *
from caveats('treatment_tenancy_kept_6m')
order by caveat_no
