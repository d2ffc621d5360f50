-- 27 rules by hand, in one pass. $rows is the Parquet file.
create table issue as
with trimmed as (
    select
        *,
        trim("Ref") as "trimmed Ref",
        trim("NHS Number") as "trimmed NHS Number",
        trim("Surname") as "trimmed Surname",
        trim("Date of Birth") as "trimmed Date of Birth",
        trim("Gender") as "trimmed Gender",
        trim("Postcode") as "trimmed Postcode",
        trim("Event Type") as "trimmed Event Type",
        trim("Start") as "trimmed Start",
        trim("End") as "trimmed End",
        trim("Amount") as "trimmed Amount",
        trim("Score") as "trimmed Score",
        trim("E-mail") as "trimmed E-mail"
    from read_parquet('$rows')
),

-- A cell in which nothing can be seen is empty; the pattern is for those that begin oddly.
texts as (
    select
        _row,
        "Ref" as raw_ref,
        "NHS Number" as raw_nhs,
        "Surname" as raw_surname,
        "Date of Birth" as raw_dob,
        "Gender" as raw_gender,
        "Postcode" as raw_postcode,
        "Event Type" as raw_event,
        "Start" as raw_start,
        "End" as raw_end,
        "Amount" as raw_amount,
        "Score" as raw_score,
        "E-mail" as raw_email,
        case when "trimmed Ref" between '!' and '~'
            or not regexp_full_match("Ref", '[\pZ\pC]*')
            then "trimmed Ref" end as ref,
        case when "trimmed NHS Number" between '!' and '~'
            or not regexp_full_match("NHS Number", '[\pZ\pC]*')
            then "trimmed NHS Number" end as nhs,
        case when "trimmed Surname" between '!' and '~'
            or not regexp_full_match("Surname", '[\pZ\pC]*')
            then "trimmed Surname" end as surname,
        case when "trimmed Date of Birth" between '!' and '~'
            or not regexp_full_match("Date of Birth", '[\pZ\pC]*')
            then "trimmed Date of Birth" end as dob,
        case when "trimmed Gender" between '!' and '~'
            or not regexp_full_match("Gender", '[\pZ\pC]*')
            then "trimmed Gender" end as gender,
        case when "trimmed Postcode" between '!' and '~'
            or not regexp_full_match("Postcode", '[\pZ\pC]*')
            then "trimmed Postcode" end as postcode,
        case when "trimmed Event Type" between '!' and '~'
            or not regexp_full_match("Event Type", '[\pZ\pC]*')
            then "trimmed Event Type" end as event,
        case when "trimmed Start" between '!' and '~'
            or not regexp_full_match("Start", '[\pZ\pC]*')
            then "trimmed Start" end as start,
        case when "trimmed End" between '!' and '~'
            or not regexp_full_match("End", '[\pZ\pC]*')
            then "trimmed End" end as "end",
        case when "trimmed Amount" between '!' and '~'
            or not regexp_full_match("Amount", '[\pZ\pC]*')
            then "trimmed Amount" end as amount,
        case when "trimmed Score" between '!' and '~'
            or not regexp_full_match("Score", '[\pZ\pC]*')
            then "trimmed Score" end as score,
        case when "trimmed E-mail" between '!' and '~'
            or not regexp_full_match("E-mail", '[\pZ\pC]*')
            then "trimmed E-mail" end as email
    from trimmed
),

conflict as (
    select ref
    from texts
    where ref is not null and ref in (select ref from texts group by ref having count(*) > 1)
    group by ref
    having count(distinct md5(concat_ws(chr(31), coalesce(nhs, chr(30)), coalesce(surname, chr(30)),
        coalesce(dob, chr(30)), coalesce(gender, chr(30)), coalesce(postcode, chr(30)),
        coalesce(event, chr(30)), coalesce(start, chr(30)), coalesce("end", chr(30)),
        coalesce(amount, chr(30)), coalesce(score, chr(30)), coalesce(email, chr(30))))) > 1
),

typed as (
    select
        *,
        case when regexp_full_match(dob, '[0-9]{2}/[0-9]{2}/[0-9]{4}')
            then try_strptime(dob, '%d/%m/%Y') end as dob_day,
        case when regexp_full_match(start, '[0-9]{2}/[0-9]{2}/[0-9]{4}')
            then try_strptime(start, '%d/%m/%Y') end as start_day,
        case when regexp_full_match("end", '[0-9]{2}/[0-9]{2}/[0-9]{4}')
            then try_strptime("end", '%d/%m/%Y') end as end_day,
        case when regexp_full_match(amount, '[+-]?[0-9]+([.][0-9]+)?')
            then try_cast(amount as decimal(38, 9)) end as amount_value,
        case when regexp_full_match(score, '[+-]?[0-9]+')
            then try_cast(score as hugeint) end as score_value,
        -- Beside the others and not in a condition, where each part of a macro is reckoned anew.
        valid_nhs_number(nhs) is null as no_nhs,
        valid_postcode(postcode) is null as no_postcode,
        valid_email(email) is null as no_email,
        ref in (from conflict) as conflicting
    from texts
),

flagged as (
    select
        _row,
        raw_ref,
        raw_nhs,
        raw_surname,
        raw_dob,
        raw_gender,
        raw_postcode,
        raw_event,
        raw_start,
        raw_end,
        raw_amount,
        raw_score,
        raw_email,
        ref is null as b0,
        length(ref) > 40 as b1,
        not regexp_full_match(ref, 'BC[0-9]{8}') as b2,
        nhs is not null and no_nhs as b3,
        surname is null as b4,
        length(surname) > 100 as b5,
        dob is null as b6,
        dob is not null and dob_day is null as b7,
        dob_day < timestamp '1900-01-01' as b8,
        lower(gender) not in ('1', '2', '9', 'male', 'female', 'not known') as b9,
        postcode is not null and no_postcode as b10,
        event is null as b11,
        lower(event) not in ('request', 'assessment', 'service', 'review') as b12,
        start is null as b13,
        start is not null and start_day is null as b14,
        start_day > timestamp '2025-12-31' as b15,
        "end" is not null and end_day is null as b16,
        amount is not null and amount_value is null as b17,
        amount_value < 0 as b18,
        amount_value > 100000 as b19,
        score is not null and score_value is null as b20,
        score_value < 0 as b21,
        score_value > 100 as b22,
        email is not null and no_email as b23,
        conflicting as b24,
        end_day < start_day as b25,
        lower(event) = 'service' and amount is null as b26
    from typed
)

select
    _row as line,
    unnest(list_filter([
            case when b0 then struct_pack(column_name := 'Ref', code := 'ref.required',
                severity := 'record', value := raw_ref) end,
            case when b1 then struct_pack(column_name := 'Ref', code := 'ref.max_length',
                severity := 'record', value := raw_ref) end,
            case when b2 then struct_pack(column_name := 'Ref', code := 'ref.pattern',
                severity := 'record', value := raw_ref) end,
            case when b3 then struct_pack(column_name := 'NHS Number', code := 'nhs_number.format',
                severity := 'warn', value := raw_nhs) end,
            case when b4 then struct_pack(column_name := 'Surname', code := 'surname.required',
                severity := 'record', value := raw_surname) end,
            case when b5 then struct_pack(column_name := 'Surname', code := 'surname.max_length',
                severity := 'record', value := raw_surname) end,
            case when b6 then struct_pack(column_name := 'Date of Birth', code := 'date_of_birth.required',
                severity := 'record', value := raw_dob) end,
            case when b7 then struct_pack(column_name := 'Date of Birth', code := 'date_of_birth.type',
                severity := 'record', value := raw_dob) end,
            case when b8 then struct_pack(column_name := 'Date of Birth', code := 'date_of_birth.minimum',
                severity := 'record', value := raw_dob) end,
            case when b9 then struct_pack(column_name := 'Gender', code := 'gender.vocabulary',
                severity := 'warn', value := raw_gender) end,
            case when b10 then struct_pack(column_name := 'Postcode', code := 'postcode.format',
                severity := 'warn', value := raw_postcode) end,
            case when b11 then struct_pack(column_name := 'Event Type', code := 'event_type.required',
                severity := 'record', value := raw_event) end,
            case when b12 then struct_pack(column_name := 'Event Type', code := 'event_type.vocabulary',
                severity := 'record', value := raw_event) end,
            case when b13 then struct_pack(column_name := 'Start', code := 'start.required',
                severity := 'record', value := raw_start) end,
            case when b14 then struct_pack(column_name := 'Start', code := 'start.type',
                severity := 'record', value := raw_start) end,
            case when b15 then struct_pack(column_name := 'Start', code := 'start.maximum',
                severity := 'record', value := raw_start) end,
            case when b16 then struct_pack(column_name := 'End', code := 'end.type',
                severity := 'record', value := raw_end) end,
            case when b17 then struct_pack(column_name := 'Amount', code := 'amount.type',
                severity := 'record', value := raw_amount) end,
            case when b18 then struct_pack(column_name := 'Amount', code := 'amount.minimum',
                severity := 'record', value := raw_amount) end,
            case when b19 then struct_pack(column_name := 'Amount', code := 'amount.maximum',
                severity := 'record', value := raw_amount) end,
            case when b20 then struct_pack(column_name := 'Score', code := 'score.type',
                severity := 'record', value := raw_score) end,
            case when b21 then struct_pack(column_name := 'Score', code := 'score.minimum',
                severity := 'record', value := raw_score) end,
            case when b22 then struct_pack(column_name := 'Score', code := 'score.maximum',
                severity := 'record', value := raw_score) end,
            case when b23 then struct_pack(column_name := 'E-mail', code := 'e_mail.format',
                severity := 'warn', value := raw_email) end,
            case when b24 then struct_pack(column_name := 'Ref', code := 'key_conflict',
                severity := 'record', value := raw_ref) end,
            case when b25 then struct_pack(column_name := null, code := 'end_not_before_start',
                severity := 'record', value := null) end,
            case when b26 then struct_pack(column_name := null, code := 'service_has_amount',
                severity := 'record', value := null) end
        ], lambda issue: issue is not null), recursive := true),
    raw_ref as key
from flagged
where
    b0 or b1 or b2 or b3 or b4 or b5 or b6 or b7 or b8 or b9 or b10 or b11 or b12 or b13 or
    b14 or b15 or b16 or b17 or b18 or b19 or b20 or b21 or b22 or b23 or b24 or b25 or b26
