/*
description: >-
  How a stay in hospital ended, as a code of the vocabulary outcome: died, or where the patient
  went, which is elsewhere when nobody wrote it down; NULL while the patient is in hospital.
owner: data-engineering@ashmere.example
*/
create or replace macro discharge_outcome(discharge_date, discharge_method, destination) as (
    case
        when discharge_date is null then null
        when discharge_method = 'died' or destination = 'died' then 'died'
        else coalesce(destination, 'discharged_elsewhere')
    end
)
