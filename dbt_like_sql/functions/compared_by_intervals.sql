/*
description: >-
  Fingertips' comparison two_cis_overlap, by whether the 95 % intervals of figure and benchmark
  touch. An interval of no width, or none, tells nothing.
owner: data-engineering@ashmere.example
*/
create or replace macro compared_by_intervals(
    value, lower95, upper95, benchmark_value, benchmark_lower95, benchmark_upper95, polarity
) as (
    compared_outcome(
        case
            when
                lower95 < upper95
                and benchmark_lower95 < benchmark_upper95
                and isfinite(
                    (
                        value + lower95 + upper95
                        + benchmark_value + benchmark_lower95 + benchmark_upper95
                    ) * 1e0
                )
                then compared_side(lower95, upper95, benchmark_lower95, benchmark_upper95)
        end,
        polarity
    )
)
