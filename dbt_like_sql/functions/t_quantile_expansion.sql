/*
description: >-
  Student's t quantile of many degrees of freedom from the normal quantile z (Abramowitz and
  Stegun 1964, 26.7.5, four terms); relative error below 1e-13 from df = 1,000 at 99.8 %.
owner: data-engineering@ashmere.example
# The one-element list names a value that the expansion uses often.
*/
create or replace macro t_quantile_expansion(df, z) as (
    list_transform(
        [z],
        lambda q: q
        + (power(q, 3) + q) / 4e0 / df
        + (5e0 * power(q, 5) + 16e0 * power(q, 3) + 3e0 * q) / 96e0 / power(df, 2)
        + (3e0 * power(q, 7) + 19e0 * power(q, 5) + 17e0 * power(q, 3) - 15e0 * q)
        / 384e0 / power(df, 3)
        + (
            79e0 * power(q, 9) + 776e0 * power(q, 7) + 1482e0 * power(q, 5)
            - 1920e0 * power(q, 3) - 945e0 * q
        ) / 92160e0 / power(df, 4)
    )[1]
)
