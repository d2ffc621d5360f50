"""One row per record: what blocking and comparison look at, with integer ids for speed.

Belongs here: choosing a record's main value per field and listing the others. Does not belong
here: cleaning of single values (clean) or choosing a citizen's values (golden).
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.linkage.evidence.nicknames import name_groups

# A record's number is made from its id alone, so that no other record can change it; 63 bits keep
# it a positive BIGINT. Two ids of one number are refused, not mixed up.
RID = "(md5_number_lower(record_id) >> 1)::bigint"

# The main value of a field is its first in place; lists hold every value the record ever gave.
_WIDE = """
    create table wide as
    select
        record_id,
        max(value) filter (field = 'given_name' and place = 1) as given_full,
        max(value) filter (field = 'family_name' and place = 1) as family_full,
        list(value order by place) filter (field in ('family_name', 'previous_family_name'))
            as family_all,
        max(value) filter (field = 'middle_name' and place = 1) as middle_full,
        try_cast(max(value) filter (field = 'birth_date' and place = 1) as date) as birth_date,
        list(try_cast(value as date) order by place) filter (field = 'birth_date') as birth_dates,
        max(value) filter (field = 'death_date' and place = 1)::date as death_date,
        max(value) filter (field = 'sex_code' and place = 1) as sex,
        max(value) filter (field = 'address_line' and place = 1) as address_full,
        list(value order by place) filter (field = 'address_line') as address_all,
        max(value) filter (field = 'uprn' and place = 1) as uprn,
        list(value order by place) filter (field = 'uprn') as uprn_all,
        max(value) filter (field = 'postcode' and place = 1) as postcode,
        list(value order by place) filter (field = 'postcode') as postcodes,
        max(value) filter (field = 'phone' and place = 1) as phone,
        list(value order by place) filter (field = 'phone') as phones,
        max(value) filter (field = 'email' and place = 1) as email,
        list(value order by place) filter (field = 'email') as emails
    from evidence_value
    group by record_id
"""

# Names in each other's field are put right where both are far better known the other way round.
# A record wrongly turned does no harm: all records of one name are turned alike.
TURN_RATIO = 8
# Of names that people of two birth dates bear: what one person alone is called is not kept.
_NAME_USE = """
    create or replace table name_use as
    with used as (
        select value as name, field = 'given_name' as is_given, born
        from evidence_value
        left join (
            select record_id, value as born from evidence_value
            where field = 'birth_date' and place = 1
        ) using (record_id)
        where field in ('given_name', 'family_name') and place = 1
    )
    select name, count(*) filter (is_given) as as_given, count(*) filter (not is_given) as as_family
    from used group by name having count(distinct born) > 1
"""
_TURN = f"""
    create table turned as
    with known as (
        select name, as_given + 0.5 as as_given, as_family + 0.5 as as_family from name_use
    )
    select wide.record_id,
        coalesce(g.as_family, 0.5) * coalesce(f.as_given, 0.5)
            >= {TURN_RATIO} * coalesce(g.as_given, 0.5) * coalesce(f.as_family, 0.5) as is_turned
    from wide
    left join known as g on g.name = wide.given_full
    left join known as f on f.name = wide.family_full
    where given_full is not null and family_full is not null
"""
_PUT_RIGHT = """
    create table named as
    select wide.* replace (
        case when is_turned then family_full else given_full end as given_full,
        case when is_turned then given_full else family_full end as family_full,
        case when is_turned then list_append(family_all, given_full) else family_all end
            as family_all
    )
    from wide left join turned using (record_id)
"""

# A compound surname agrees with any of its longer parts; short particles (de, van) prove nothing.
_RECORD = f"""
    create table record as
    with ids as (
        select record_id, {RID} as rid
        from (select distinct record_id from person_evidence)
    ), trusted as (
        select record_id,
            list(trusted_id order by trusted_id) as trusted,
            list(distinct issuer order by issuer) as trusted_issuers,
            arg_max(trusted_id, (times, trusted_id)) as trusted_first
        from trusted_value group by record_id
    ), nick as (
        select first_token,
            list_sort(list_distinct(list_append(coalesce(list(group_name)
                filter (group_name is not null), []), first_token))) as nicks
        from (
            select distinct string_split(given_full, ' ')[1] as first_token
            from named where given_full is not null
        ) left join name_group on name_group.name = first_token
        group by first_token
    )
    select
        ids.rid::bigint as rid,
        ids.record_id,
        replace(given_full, ' ', '') as given,
        string_split(given_full, ' ')[1] as given_first,
        nicks,
        replace(family_full, ' ', '') as family,
        list_sort(list_distinct(list_concat(
            list_transform(family_all, lambda f: replace(f, ' ', '')),
            list_filter(flatten(list_transform(family_all, lambda f: string_split(f, ' '))),
                lambda part: length(part) >= 4)))) as families,
        replace(coalesce(middle_full, nullif(substr(given_full,
            length(string_split(given_full, ' ')[1]) + 2), '')), ' ', '') as middle,
        birth_date,
        birth_dates,
        strftime(birth_date, '%Y%m%d') as birth_text,
        death_date,
        sex,
        uprn,
        coalesce('uprn ' || uprn, address_full) as place_key,
        array_to_string(list_sort(list_distinct(string_split(address_full, ' '))), ' ') as address,
        list_concat(
            list_transform(uprn_all, lambda u: 'uprn ' || u),
            list_transform(address_all, lambda a:
                array_to_string(list_sort(list_distinct(string_split(a, ' '))), ' '))) as homes,
        array_to_string(list_sort(list_filter(string_split(address_full, ' '),
            lambda w: regexp_matches(w, '[0-9]'))), ' ') as house,
        nullif(array_to_string(list_filter(string_split(address_full, ' '),
            lambda w: not regexp_matches(w, '[0-9]')), ''), '') as street,
        postcode,
        postcodes,
        left(postcode, greatest(length(postcode) - 2, 2)) as sector,
        left(postcode, greatest(length(postcode) - 3, 2)) as district,
        phone,
        phones,
        email,
        emails,
        trusted,
        trusted_issuers,
        trusted_first
    from ids
    left join named using (record_id)
    left join nick on nick.first_token = string_split(given_full, ' ')[1]
    left join trusted using (record_id)
    order by rid
"""


def count_names(con: duckdb.DuckDBPyConnection) -> None:
    """Table name_use(name, as_given, as_family): how often each name stands in which field."""
    con.execute(_NAME_USE)


def build_records(con: duckdb.DuckDBPyConnection) -> int:
    """Table record from evidence_value, trusted_value and name_use; how many records there are."""
    names, groups = zip(*name_groups(), strict=True)
    con.register("name_group_rows", pa.table({"name": list(names), "group_name": list(groups)}))
    con.execute("create table name_group as select distinct name, group_name from name_group_rows")
    con.unregister("name_group_rows")
    for statement in (_WIDE, _TURN, _PUT_RIGHT, _RECORD):
        con.execute(statement)
    for table in ("wide", "turned", "named"):
        con.execute(f"drop table {table}")
    return refuse_same_numbers(con, "record")


def refuse_same_numbers(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """How many records there are; an InsightError where two have one number."""
    row = con.execute(f"select count(*), count(distinct rid) from {table}").fetchall()
    if row[0][0] != row[0][1]:
        raise InsightError([_same_number()])
    return int(row[0][0])


def _same_number() -> Fault:
    return Fault(
        where="person_evidence, record_id",
        expected="record ids whose 63-bit hashes differ",
        found="two record ids with one hash (1 chance in 10,000,000 at a million records)",
        consequence="nothing was linked: two records would have been taken for one",
        next_step="add a letter to one provider's record_id in its staging SQL",
    )
