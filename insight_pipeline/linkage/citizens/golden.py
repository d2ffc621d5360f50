"""What is known of a citizen: one value per fact, by a rule that no order of rows can change.

Belongs here: the citizen table and who is left out of it. Does not belong here: identities.
A fact's value is the one most records gave, then the latest, then the smallest. The area is that
of the latest postcode which has one: a misspelt postcode lies nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

_CITIZEN = """
    with kept as (
        select person.record_id, person.citizen_key from person
        semi join touched_citizen using (citizen_key)
        where citizen_key not in (
            select p.citizen_key from person as p inner join opt_out using (record_id))
    ), counted as (
        select citizen_key, field, value, sum(times) as times, max(latest) as latest
        from kept inner join evidence_value using (record_id)
        where field in ('birth_date', 'sex_code', 'death_date')
        group by all
    ), chosen as (
        select citizen_key, field, value from counted
        qualify row_number() over (partition by citizen_key, field
            order by times desc, latest desc nulls last, value) = 1
    ), facts as (
        select citizen_key,
            try_cast(max(value) filter (field = 'birth_date') as date) as birth_date,
            max(value) filter (field = 'sex_code') as sex_code,
            try_cast(max(value) filter (field = 'death_date') as date) as death_date
        from chosen group by all
    ), lived as (
        select citizen_key, area_code
        from kept
        inner join evidence_value using (record_id)
        inner join area_lookup on area_lookup.postcode = evidence_value.value
        where field = 'postcode'
        group by citizen_key, value, area_code
        qualify row_number() over (partition by citizen_key
            order by max(latest) desc nulls last, sum(times) desc, value) = 1
    ), size as (
        select citizen_key, count(*) as record_count,
            count(distinct provider_id) as provider_count
        from kept inner join (select distinct record_id, provider_id from person_evidence)
            using (record_id)
        group by all
    )
    select
        citizen_key,
        date_trunc('month', birth_date)::date as birth_month,
        sex_code,
        area_code,
        death_date,
        record_count::integer as record_count,
        provider_count::integer as provider_count
    from size
    left join facts using (citizen_key)
    left join lived using (citizen_key)
    order by citizen_key
"""


def _union(paths: Sequence[Path], columns: str, empty: str) -> str:
    if not paths:
        return empty
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    return f"select distinct {columns} from read_parquet([{listed}], union_by_name = true)"


def load_lookups(
    con: duckdb.DuckDBPyConnection, area_lookup: Sequence[Path], opt_out: Sequence[Path]
) -> bool:
    """Tables area_lookup(postcode, area_code), one area a postcode, and opt_out(record_id, …).

    Whether both say what they said last night.
    """
    before = _content(con)
    areas = _union(
        area_lookup,
        "regexp_replace(upper(postcode), '[^A-Z0-9]', '', 'g') as postcode,"
        " area_code::varchar as area_code",
        "select null::varchar as postcode, null::varchar as area_code where false",
    )
    one_area = f"select postcode, min(area_code) as area_code from ({areas}) group by postcode"
    con.execute(f"create or replace table area_lookup as {one_area}")
    objections = _union(
        opt_out,
        "record_id::varchar as record_id, opted_out_date::date as opted_out_date",
        "select null::varchar as record_id, null::date as opted_out_date where false",
    )
    con.execute(f"""
        create or replace table opt_out as
        select record_id, min(opted_out_date) as opted_out_date from ({objections})
        group by record_id
    """)
    return before == _content(con)


def _content(con: duckdb.DuckDBPyConnection) -> list[object]:
    """A mark of each lookup table, whatever the order of its rows; nothing where there is none."""
    tables = "select table_name from duckdb_tables() where database_name = current_database()"
    known = {name for (name,) in con.execute(tables).fetchall()}
    return [
        con.execute(f"select count(*), sum(hash(t)) from {table} as t").fetchall()
        for table in ("area_lookup", "opt_out")
        if table in known
    ]


def describe_citizens(con: duckdb.DuckDBPyConnection) -> None:
    """Table citizen, brought up to date for the keys in touched_citizen.

    It holds everyone in person except those with an objection on any of their records.
    """
    con.execute(f"create table if not exists citizen as from ({_CITIZEN}) limit 0")
    con.execute(
        "delete from citizen where citizen_key in (select citizen_key from touched_citizen)"
    )
    con.execute(f"insert into citizen {_CITIZEN}")
