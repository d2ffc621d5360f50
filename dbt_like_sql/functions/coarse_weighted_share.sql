/*
description: >-
  A weighted share as the share of the rounded counts times a coarse factor: by how much the weights
  move the smaller of yes and no, to a step of 1, 2 or 5 times a power of ten that at least two of
  its answers fill, by what they are worth. 0 and 1 only where nobody, or everybody, said yes.
owner: data-engineering@ashmere.example
# Where all weigh the same the factor is 1, and the share tells no more than the counts beside it.
# The exact share would let anybody who knows how many were asked, and answered, in each stratum
# work out the yeses (docs/disclosure.md).
*/
create or replace macro coarse_weighted_share(share, x, n, shown_x, shown_n, effect) as (
    case
        when share = 0 or share = 1 then share
        when 2 * shown_x <= shown_n
            then coarse_weighted_part(share * n / (x * 1e0), shown_x, shown_n, effect)
        else 1e0 - coarse_weighted_part(
            (1e0 - share) * n / ((n - x) * 1e0), shown_n - shown_x, shown_n, effect
        )
    end
)
