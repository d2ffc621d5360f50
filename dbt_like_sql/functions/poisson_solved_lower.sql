/*
description: >-
  The mean at which a Poisson count reaches x > 0 with the given small probability, by Newton's
  method; for x below 500.
owner: data-engineering@ashmere.example
# On the logarithms of mean and probability, where the tail is concave: from a start below the
# solution (the tail is less than mean^x / x!) every step falls short and none can overshoot.
*/
create or replace macro poisson_solved_lower(x, probability) as (
    exp(
        -- noqa: disable=PRS,LT01
        list_reduce(
            list_transform(range(10), lambda step: 0e0),
            lambda log_mean, step: log_mean
            - ln(poisson_tail(x, log_mean) / probability) * poisson_tail(x, log_mean)
            / exp(x * log_mean - exp(log_mean) - lgamma(x)),
            (ln(probability) + lgamma(x + 1)) / x
        )
    )
)
