/*
description: >-
  Rank of the smallest value inside the distribution-free interval of a median of k values: the
  largest r such that the median lies below the r-th value with at most half the error; NULL when
  k is too small for an interval.
owner: data-engineering@ashmere.example
# Order statistics of the binomial distribution (Conover 1999, section 3.2), never narrower than the
# confidence says. The ranks near the normal approximation are tried one by one.
*/
create or replace macro median_rank(k, confidence) as (
    nullif(
        greatest(median_rank_near(k, confidence) - 4, 0)
        + len(
            list_filter(
                range(
                    greatest(median_rank_near(k, confidence) - 4, 0),
                    greatest(median_rank_near(k, confidence) + 4, 0)
                ),
                lambda j: binomial_half_share(j, k)
                <= (1e0 - confidence_level(confidence)) / 2e0
            )
        ),
        0
    )
)
