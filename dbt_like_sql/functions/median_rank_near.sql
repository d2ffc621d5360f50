/*
description: >-
  median_rank by the normal approximation.
owner: data-engineering@ashmere.example
*/
create or replace macro median_rank_near(k, confidence) as (
    floor((k + 1 - normal_quantile(confidence) * sqrt(k)) / 2e0)::bigint
)
