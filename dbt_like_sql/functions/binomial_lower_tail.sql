/*
description: >-
  Probability that n trials with chance of success p show x successes or fewer (exact binomial);
  NULL unless 0 <= x <= n and 0 < p < 1.
owner: data-engineering@ashmere.example
*/
create or replace macro binomial_lower_tail(x, n, p) as (
    case
        when x >= 0 and x <= n and p > 0 and p < 1
            then
                list_sum(
                    list_transform(
                        range((x + 1)::bigint),
                        lambda k: exp(
                            lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
                            + k * ln(p) + (n - k) * ln(1e0 - p)
                        )
                    )
                )
    end
)
