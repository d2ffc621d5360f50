/*
description: >-
  The mean at which a Poisson count reaches x with the probability that the standard normal
  distribution has below z, half the chi-squared quantile of 2x degrees of freedom; x of 500 or
  more.
owner: data-engineering@ashmere.example
# Cornish-Fisher expansion of the gamma quantile (Goldberg and Levine 1946; DiDonato and Morris
# 1986, equation 31, with two terms more). Relative error below 2e-12 at 99.8 %.
# The one-element list names a value that the expansion uses often.
*/
create or replace macro poisson_limit_expansion(x, z) as (
    list_transform(
        [z],
        lambda q: x
        + q * sqrt(x)
        + (power(q, 2) - 1e0) / 3e0
        + (power(q, 3) - 7e0 * q) / (36e0 * sqrt(x))
        - (3e0 * power(q, 4) + 7e0 * power(q, 2) - 16e0) / (810e0 * x)
        + (9e0 * power(q, 5) + 256e0 * power(q, 3) - 433e0 * q) / (38880e0 * power(x, 1.5e0))
        + (12e0 * power(q, 6) - 243e0 * power(q, 4) - 923e0 * power(q, 2) + 1472e0)
        / (204120e0 * power(x, 2))
        - (3753e0 * power(q, 7) + 4353e0 * power(q, 5) - 289517e0 * power(q, 3) - 289717e0 * q)
        / (146966400e0 * power(x, 2.5e0))
    )[1]
)
