/*
description: >-
  Probability that k tosses of a fair coin show j heads or fewer, to 16 digits of the sum: terms
  further down than 10 standard deviations are left out.
owner: data-engineering@ashmere.example
*/
create or replace macro binomial_half_share(j, k) as (
    list_sum(
        list_transform(
            range(least(j + 1, (40 + 5 * sqrt(k))::bigint)),
            lambda step: exp(
                lgamma(k + 1) - lgamma(j - step + 1) - lgamma(k - j + step + 1)
                - k * 0.6931471805599453e0
            )
        )
    )
)
