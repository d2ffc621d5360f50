/*
description: >-
  A design effect rounded up to quarters, so that no interval is narrower than it should be.
owner: data-engineering@ashmere.example
*/
create or replace macro coarse_design_effect(effect) as (
    ceil(4e0 * effect - 1e-9) / 4e0
)
