-- The columns the comparisons look at, in one pass, from evidence with one row a record.
create or replace table record as
with clean as (
    select
        row_number() over (order by record_id) as rid,
        record_id,
        nullif(trim(regexp_replace(lower(strip_accents(given_name)), '[^a-z]+', ' ', 'g')), '')
            as given_full,
        nullif(trim(regexp_replace(lower(strip_accents(family_name)), '[^a-z]+', ' ', 'g')), '')
            as family_full,
        birth_date,
        nullif(trim(regexp_replace(lower(address_line), '[^a-z0-9]+', ' ', 'g')), '') as address_full,
        nullif(regexp_replace(upper(postcode), '[^A-Z0-9]', '', 'g'), '') as postcode,
        right(regexp_replace(phone, '[^0-9]', '', 'g'), 10) as phone,
        lower(email) as email,
        middle_name as middle,
        sex_code as sex,
        uprn,
        trusted_ids
    from $evidence
), nick as (
    select name, list(distinct group_name order by group_name) as groups from name_group group by name
)
select
    rid,
    record_id,
    replace(given_full, ' ', '') as given,
    string_split(given_full, ' ')[1] as given_first,
    case when given_full is not null
        then list_distinct(list_append(coalesce(groups, []), string_split(given_full, ' ')[1]))
    end as nicks,
    replace(family_full, ' ', '') as family,
    case when family_full is not null then [replace(family_full, ' ', '')] end as families,
    middle,
    birth_date,
    case when birth_date is not null then [birth_date] end as birth_dates,
    strftime(birth_date, '%Y%m%d') as birth_text,
    sex,
    uprn,
    address_full as place_key,
    address_full as address,
    case when address_full is not null then [address_full] end as homes,
    regexp_extract(address_full, '^[0-9]+') as house,
    regexp_replace(address_full, '[0-9]+ ?', '', 'g') as street,
    postcode,
    case when postcode is not null then [postcode] end as postcodes,
    left(postcode, greatest(length(postcode) - 2, 2)) as sector,
    left(postcode, greatest(length(postcode) - 3, 2)) as district,
    phone,
    case when phone is not null then [phone] end as phones,
    email,
    case when email is not null then [email] end as emails,
    case when len(trusted_ids) > 0 then trusted_ids end as trusted,
    case when len(trusted_ids) > 0
        then list_transform(trusted_ids, lambda t: split_part(t, ':', 1)) end as trusted_issuers,
    trusted_ids[1] as trusted_first
from clean left join nick on nick.name = string_split(given_full, ' ')[1]
