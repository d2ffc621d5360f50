/*
description: >-
  The mean at which a Poisson count stays at x >= 0 or below with the given small probability, by
  Newton's method from a start near it; for x below 500.
owner: data-engineering@ashmere.example
# On the logarithms of mean and probability, where the share below is concave.
*/
create or replace macro poisson_solved_upper(x, probability, start) as (
    exp(
        -- noqa: disable=PRS,LT01
        list_reduce(
            list_transform(range(6), lambda step: 0e0),
            lambda log_mean, step: log_mean
            + ln((1e0 - poisson_tail(x + 1, log_mean)) / probability)
            * (1e0 - poisson_tail(x + 1, log_mean))
            / exp((x + 1) * log_mean - exp(log_mean) - lgamma(x + 1)),
            ln(start)
        )
    )
)
