/*
description: >-
  Sample standard deviation (k - 1) of k values from their sum and their sum of squares;
  NULL for fewer than 2.
owner: data-engineering@ashmere.example
# For whole numbers and amounts in pence: the difference loses digits when the mean is far larger
# than the spread (half of them when it is 10,000 times as large). mean_lower has no such limit.
*/
create or replace macro sample_deviation(k, total, sum_of_squares) as (
    case
        when k >= 2
            then
                sqrt(
                    greatest(sum_of_squares - power(total * 1e0, 2) / k, 0e0)
                    / (k - 1)
                )
    end
)
