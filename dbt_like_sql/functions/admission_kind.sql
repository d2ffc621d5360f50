/*
description: >-
  What kind of stay in hospital an admission began, as a code of the vocabulary detail. An emergency
  is one by a fall when the main diagnosis is an injury (ICD-10 S00 to T98) and its external cause a
  fall (W00 to W19); both are needed, as in Public Health Outcomes Framework C29.
owner: data-engineering@ashmere.example
*/
create or replace macro admission_kind(admission_method, primary_diagnosis, external_cause) as (
    case
        when admission_method <> 'emergency' then admission_method
        when
            left(primary_diagnosis, 1) in ('S', 'T')
            and left(external_cause, 3) between 'W00' and 'W19'
            then 'emergency_fall'
        else 'emergency'
    end
)
