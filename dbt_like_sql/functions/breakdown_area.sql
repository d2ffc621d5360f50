/*
description: The area a row of an indicator is about, its ward in rows by area, else the borough.
owner: data-engineering@ashmere.example
*/
create or replace macro breakdown_area(breakdown_type, breakdown) as (
    case breakdown_type when 'area' then breakdown else borough_code() end
)
