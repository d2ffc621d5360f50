/*
description: >-
  The spread of a directly standardised rate for a coarse basis, as times that of a crude rate on
  the same basis, rounded up to quarters.
owner: data-engineering@ashmere.example
# spread * basis is 1 for a crude rate and more the more the strata's weights differ. Rounded up, so
# that no interval is narrower than it should be.
*/
create or replace macro coarse_dsr_spread(spread, basis, shown_basis) as (
    ceil(4e0 * spread * basis - 1e-9) / 4e0 / nullif(shown_basis, 0)
)
