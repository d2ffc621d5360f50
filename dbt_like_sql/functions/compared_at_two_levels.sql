/*
description: >-
  Fingertips' comparison ci_vs_value_two_levels, by the 95 % interval and, for best and worst, the
  99.8 % interval as well. An interval of no width, or none, tells nothing.
owner: data-engineering@ashmere.example
*/
create or replace macro compared_at_two_levels(
    value, lower998, lower95, upper95, upper998, benchmark_value, polarity
) as (
    compared_outcome(
        case
            when
                lower998 <= lower95
                and lower95 < upper95
                and upper95 <= upper998
                and isfinite((value + lower998 + upper998 + benchmark_value) * 1e0)
                then
                    compared_side(lower95, upper95, benchmark_value, benchmark_value)
                    + compared_side(lower998, upper998, benchmark_value, benchmark_value)
        end,
        polarity
    )
)
