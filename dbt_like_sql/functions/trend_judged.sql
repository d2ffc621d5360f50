/*
description: >-
  A recent trend (Increasing, Decreasing, NoChange, CannotBeCalculated) with the ending that a
  polarity other than neutral gives to Increasing and Decreasing; these are NULL under an
  unknown polarity.
owner: data-engineering@ashmere.example
*/
create or replace macro trend_judged(trend, polarity) as (
    case
        when trend not in ('Increasing', 'Decreasing') then trend
        when known_polarity(polarity) = 'neutral' then trend
        when known_polarity(polarity) is null then null
        when (trend = 'Increasing') = (known_polarity(polarity) = 'higher_is_better')
            then trend || 'AndGettingBetter'
        else trend || 'AndGettingWorse'
    end
)
