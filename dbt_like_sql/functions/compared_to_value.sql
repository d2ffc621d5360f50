/*
description: >-
  Fingertips' comparison ci_vs_value, by whether the figure's 95 % interval lies wholly on one side
  of the benchmark. An interval of no width, or none, tells nothing.
owner: data-engineering@ashmere.example
*/
create or replace macro compared_to_value(value, lower95, upper95, benchmark_value, polarity) as (
    compared_outcome(
        case
            when
                lower95 < upper95
                and isfinite((value + lower95 + upper95 + benchmark_value) * 1e0)
                then compared_side(lower95, upper95, benchmark_value, benchmark_value)
        end,
        polarity
    )
)
