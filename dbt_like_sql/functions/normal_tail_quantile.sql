/*
description: >-
  The standard normal deviate that leaves the given probability above it, by the rational function
  of Wichura 1988 (algorithm AS 241, tail branch; 16 digits from 1.4e-11 to 0.077).
owner: data-engineering@ashmere.example
# The one-element list names a value that the function uses often.
*/
create or replace macro normal_tail_quantile(probability) as (
    list_transform(
        [sqrt(-ln(probability)) - 1.6e0],
        lambda r: (
            1.4234371107496835e0 + r * (
                4.630337846156546e0 + r * (
                    5.769497221460691e0 + r * (
                        3.6478483247632045e0 + r * (
                            1.2704582524523684e0 + r * (
                                0.2417807251774506e0 + r * (
                                    0.022723844989269184e0 + r * 0.0007745450142783414e0
                                )
                            )
                        )
                    )
                )
            )
        ) / (
            1e0 + r * (
                2.053191626637759e0 + r * (
                    1.6763848301838038e0 + r * (
                        0.6897673349851e0 + r * (
                            0.14810397642748008e0 + r * (
                                0.015198666563616457e0 + r * (
                                    0.0005475938084995345e0 + r * 1.0507500716444169e-9
                                )
                            )
                        )
                    )
                )
            )
        )
    )[1]
)
