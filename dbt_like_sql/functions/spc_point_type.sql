/*
description: >-
  What a special cause in the words of NHSRplotthedots means under a polarity (common_cause,
  special_cause_improvement, special_cause_concern, special_cause_neutral_high or _low); a special
  cause under an unknown polarity is NULL.
owner: data-engineering@ashmere.example
*/
create or replace macro spc_point_type(special_cause_type, polarity) as (
    case
        when special_cause_type is null then null
        when special_cause_type = 'Common Cause' then 'common_cause'
        when known_polarity(polarity) is null then null
        when
            known_polarity(polarity) = 'neutral'
            and (contains(special_cause_type, 'Above') or contains(special_cause_type, 'Inc'))
            then 'special_cause_neutral_high'
        when known_polarity(polarity) = 'neutral' then 'special_cause_neutral_low'
        when
            (contains(special_cause_type, 'Above') or contains(special_cause_type, 'Inc'))
            = (known_polarity(polarity) = 'higher_is_better')
            then 'special_cause_improvement'
        else 'special_cause_concern'
    end
)
