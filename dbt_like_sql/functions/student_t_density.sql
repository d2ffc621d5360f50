/*
description: Derivative of student_t_share by the angle; df of 1 or more.
owner: data-engineering@ashmere.example
# 2 / sqrt(pi) times the ratio of the gamma function at (df + 1) / 2 and df / 2; from 100 by its
# expansion (Abramowitz and Stegun 1964, 6.1.47): the function itself overflows from 340.
*/
create or replace macro student_t_density(df, angle) as (
    1.1283791670955126e0 * power(cos(angle), df - 1) * case
        when df < 100 then gamma((df + 1) / 2e0) / gamma(df / 2e0)
        else
            sqrt(df / 2e0) * (
                1e0
                - 1e0 / (4e0 * df)
                + 1e0 / (32e0 * power(df, 2))
                + 5e0 / (128e0 * power(df, 3))
                - 21e0 / (2048e0 * power(df, 4))
                - 399e0 / (8192e0 * power(df, 5))
            )
    end
)
