/*
description: The smallest of 1, 2 and 5 times a power of ten that is not below x; NULL unless x > 0.
owner: data-engineering@ashmere.example
*/
create or replace macro step_of_1_2_5(x) as (
    case
        when x > 0
            then power(10e0, floor(log10(x) + 1e-12)) * case
                when x <= power(10e0, floor(log10(x) + 1e-12)) * (1e0 + 1e-9) then 1e0
                when x <= power(10e0, floor(log10(x) + 1e-12)) * (2e0 + 1e-9) then 2e0
                when x <= power(10e0, floor(log10(x) + 1e-12)) * (5e0 + 1e-9) then 5e0
                else 10e0
            end
    end
)
