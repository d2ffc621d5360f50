/*
description: >-
  Probability that a Poisson count of mean exp(log_mean) reaches x > 0: the regularised lower
  incomplete gamma function P(x, mean), which also holds for an x that is not whole.
owner: data-engineering@ashmere.example
# The series of Abramowitz and Stegun 1964, 6.5.29: all its terms are positive. It ends 12 standard
# deviations above the mean.
*/
create or replace macro poisson_tail(x, log_mean) as (
    list_sum(
        list_transform(
            range(
                (40 + greatest(exp(log_mean) - x, 0) + 12 * sqrt(exp(log_mean)))::bigint
            ),
            lambda k: exp((x + k) * log_mean - exp(log_mean) - lgamma(x + k + 1))
        )
    )
)
