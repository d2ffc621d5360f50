/*
description: >-
  Share of Student's t-distribution of df degrees of freedom within +- sqrt(df) * tan(angle):
  the integral of the cosine's power df - 1 from 0 to the angle, by Gauss-Legendre on 20 points.
owner: data-engineering@ashmere.example
# Abramowitz and Stegun 1964, 26.7.1 with t = sqrt(df) * tan(angle). Relative error below 1e-13
# for 1 <= df <= 1000. A test makes the points and weights again.
*/
create or replace macro student_t_share(df, angle) as (
    student_t_density(df, 0e0) * angle * list_dot_product(
        list_transform(
            [
                0.003435700407452502e0, 0.018014036361043095e0, 0.04388278587433703e0,
                0.08044151408889061e0, 0.1268340467699246e0, 0.1819731596367425e0,
                0.24456649902458644e0, 0.3131469556422902e0, 0.38610707442917747e0,
                0.46173673943325133e0, 0.5382632605667487e0, 0.6138929255708225e0,
                0.6868530443577098e0, 0.7554335009754136e0, 0.8180268403632576e0,
                0.8731659532300754e0, 0.9195584859111094e0, 0.956117214125663e0,
                0.981985963638957e0, 0.9965642995925474e0
            ],
            lambda point: power(cos(angle * point), df - 1)
        ),
        [
            0.008807003569575447e0, 0.020300714900193223e0, 0.031336024167054395e0,
            0.04163837078835236e0, 0.05096505990862035e0, 0.0590972659807593e0,
            0.06584431922458844e0, 0.0710480546591912e0, 0.07458649323630212e0,
            0.07637669356536314e0, 0.07637669356536314e0, 0.07458649323630212e0,
            0.0710480546591912e0, 0.06584431922458844e0, 0.0590972659807593e0,
            0.05096505990862035e0, 0.04163837078835236e0, 0.031336024167054395e0,
            0.020300714900193223e0, 0.008807003569575447e0
        ]
    )
)
