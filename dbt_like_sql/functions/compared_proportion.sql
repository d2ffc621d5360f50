/*
description: >-
  Fingertips' comparison spc_proportion_wilson_at_benchmark, by whether the value lies outside
  Wilson's interval around the benchmark for the figure's denominator.
owner: data-engineering@ashmere.example
*/
create or replace macro compared_proportion(
    value, denominator, benchmark_value, multiplier, confidence, polarity
) as (
    compared_outcome(
        compared_side(
            value,
            value,
            funnel_wilson_lower(
                benchmark_value / (multiplier * 1e0), denominator, multiplier, confidence
            ),
            funnel_wilson_upper(
                benchmark_value / (multiplier * 1e0), denominator, multiplier, confidence
            )
        ),
        polarity
    )
)
