/*
description: >-
  Fingertips' comparison spc_rate_poisson, by whether the value lies outside the exact Poisson
  interval around the number of events that the benchmark makes one expect of the denominator.
owner: data-engineering@ashmere.example
# As there, limits stand on whole events: the mean under which as many as expected or more come with
# small probability, and that under which as many or fewer do.
*/
create or replace macro compared_rate(
    value, denominator, benchmark_value, multiplier, confidence, polarity
) as (
    compared_outcome(
        case
            when denominator > 0
                then
                    compared_side(
                        value * (denominator / (multiplier * 1e0)),
                        value * (denominator / (multiplier * 1e0)),
                        poisson_exact_lower(
                            ceil(benchmark_value * (denominator / (multiplier * 1e0))), confidence
                        ),
                        poisson_exact_upper(
                            floor(benchmark_value * (denominator / (multiplier * 1e0))), confidence
                        )
                    )
        end,
        polarity
    )
)
