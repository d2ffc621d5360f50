/*
title: How does an indicator develop?
note: >-
  Write another series_id in the brackets; table series lists them: an indicator's name for its
  total, hom_prevented_relieved/provider/homestead for a provider. Process limits are there from
  12 points on.
*/
select *
from trend('hom_prevented_relieved')
order by period_from
