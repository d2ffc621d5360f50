/*
description: >-
  A confidence level as a share of 1. From 0.9 to below 1 it is taken as it is, from 90 to below
  100 as a percentage; every other level gives NULL.
owner: data-engineering@ashmere.example
*/
create or replace macro confidence_level(confidence) as (
    case
        when confidence >= 0.9 and confidence < 1 then confidence * 1e0
        when confidence >= 90 and confidence < 100 then round(confidence / 1e2, 15)
    end
)
