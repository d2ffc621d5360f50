/*
description: >-
  A polarity in the words of an indicator's header, from those or the words that NHSRplotthedots
  and Fingertips use, in capitals or not; NULL for any other.
owner: data-engineering@ashmere.example
# The same words as in insight_pipeline/indicators/statistics/words.py, which refuses others.
*/
create or replace macro known_polarity(polarity) as (
    case
        when
            lower(polarity) in (
                'higher_is_better', 'increase', 'high is good', 'high_is_good', 'highisgood',
                'rag - high is good'
            )
            then 'higher_is_better'
        when
            lower(polarity) in (
                'lower_is_better', 'decrease', 'low is good', 'low_is_good', 'lowisgood',
                'rag - low is good'
            )
            then 'lower_is_better'
        when
            lower(polarity) in (
                'neutral', 'no judgement', 'no_judgement', 'nojudgement',
                'bob - blue orange blue'
            )
            then 'neutral'
    end
)
