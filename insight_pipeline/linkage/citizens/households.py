"""Households: who lives at one address at the same time, over the years.

Belongs here: places, who was there when, and telling homes from communal establishments. Does not
belong here: any evidence that two records are one person. Households follow from people; were
people to follow from households too, a family would grow together. Nothing that links reads the
tables made here.

A stay is what evidence says of a citizen's address: from the day it holds until it ends, the
citizen dies, or another address holds from a later day. A gap in which nothing else is known is
none. An address without a day is taken only for citizens of whom no address has one.
Limits: a misspelt address without a UPRN is a place of its own, and ends the stay before it; an
address nobody corrected goes on; a person has one home at a time.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import duckdb

from insight_pipeline.linkage.evidence.cleaning import CLEANING

SALT = "household"
KEY_LENGTH = 24

# An address of one postcode that some evidence gives with one UPRN is that UPRN's elsewhere too.
_STATED = f"""
    create or replace temp table stated as
    with line as (
        select record_id, valid_from_date, valid_to_date, cleaned.uprn, cleaned.address
        from person_evidence as said
        inner join cleaned_place as cleaned
            on cleaned.uprn_said is not distinct from said.uprn
            and cleaned.address_said is not distinct from said.address_line
            and cleaned.postcode_said is not distinct from said.postcode
        where valid_from_date is null or valid_from_date <= coalesce($as_of, valid_from_date)
    ), known as (
        select address, min(uprn) as uprn from line
        where address is not null and uprn is not null
        group by address having count(distinct uprn) = 1
    ), placed as (
        select line.*, coalesce(
            'uprn ' || coalesce(line.uprn, known.uprn), 'address ' || address) as place
        from line left join known using (address)
    )
    select distinct citizen_key, valid_from_date as from_date, valid_to_date as to_date,
        substr(sha256('{SALT} place ' || place), 1, {KEY_LENGTH}) as place_key
    from placed inner join person using (record_id)
    where place is not null and coalesce(valid_to_date >= valid_from_date, true)
"""
# Statements in a row about one place are one stay; the next place known from a later day ends it.
_STAY = """
    create or replace temp table stay as
    with dated as (
        select * from stated
        qualify from_date is not null or bool_and(from_date is null) over (partition by citizen_key)
    ), turned as (
        select *, place_key is distinct from lag(place_key) over said as is_turn from dated
        window said as (partition by citizen_key
            order by from_date nulls first, place_key, to_date nulls last)
    ), run as (
        select *, count(*) filter (is_turn) over (partition by citizen_key
            order by from_date nulls first, place_key, to_date nulls last
            rows unbounded preceding) as run
        from turned
    ), whole as (
        select citizen_key, place_key, run, min(from_date) as from_date,
            case when bool_or(to_date is null) then null else max(to_date) end as to_date
        from run group by all
    ), followed as (
        select *, min(from_date) over (partition by citizen_key order by from_date
            range between interval 1 day following and unbounded following) as next_date
        from whole
    )
    select citizen_key, place_key, from_date,
        least(to_date, (next_date - interval 1 day)::date, death_date) as to_date
    from followed left join ({deaths}) as death using (citizen_key)
    where coalesce(death_date >= from_date, true)
"""
_NO_DEATHS = "select null::varchar as citizen_key, null::date as death_date where false"
# Who comes is counted before who leaves on the day before: days are whole, both are there on it.
_PLACE = """
    create or replace table place as
    with change as (
        select place_key, coalesce(from_date, date '0001-01-01') as day, 1 as people from stay
        union all
        select place_key, to_date + 1, -1 from stay where to_date is not null
    ), daily as (
        select place_key, day, sum(people) as people from change group by all
    ), running as (
        select place_key, sum(people) over (partition by place_key order by day) as people
        from daily
    )
    select place_key, if(max(people) > $most, 'communal', 'dwelling') as kind,
        max(people)::integer as people_max
    from running group by place_key order by place_key
"""
# A household lasts as long as someone of it is there; who comes after everyone left is another.
_HOUSEHOLD = f"""
    create or replace table household as
    with home as (
        select stay.*, coalesce(from_date, date '0001-01-01') as first_day,
            coalesce(to_date, date '9999-12-31') as last_day
        from stay semi join (select place_key from place where kind = 'dwelling') using (place_key)
    ), reached as (
        select *, max(last_day) over (partition by place_key
            order by first_day, last_day, citizen_key
            rows between unbounded preceding and 1 preceding) as reached
        from home
    ), numbered as (
        select *, count(*) filter (reached is null or first_day > reached + 1) over (
            partition by place_key order by first_day, last_day, citizen_key
            rows unbounded preceding) as household
        from reached
    )
    select substr(sha256('{SALT} ' || place_key || ' ' || min(first_day) over (
            partition by place_key, household)), 1, {KEY_LENGTH}) as household_key,
        place_key, citizen_key, from_date, to_date
    from numbered
    order by household_key, citizen_key, from_date
"""


@dataclass(frozen=True)
class HouseholdCounts:
    """`by_size`: households by the number of citizens who ever belonged to them."""

    places: int
    communal: int
    households: int
    citizens: int
    by_size: dict[int, int]


def find_households(
    con: duckdb.DuckDBPyConnection, as_of: datetime.date | None, communal_people: int
) -> HouseholdCounts:
    """Tables place(place_key, kind, people_max) and household(household_key, place_key, …).

    From person, person_evidence and, for days of death, citizen, in the current catalogue. Days
    are inclusive; a NULL to_date is still so, a NULL from_date is not known. Evidence that holds
    from a day after `as_of` is left out. More than `communal_people` at one time make a place
    'communal': its people are no household.
    """
    _clean_places(con)
    con.execute(_STATED, {"as_of": as_of})
    deaths = "select citizen_key, death_date from citizen" if _has_citizens(con) else _NO_DEATHS
    con.execute(_STAY.format(deaths=deaths))
    con.execute(_PLACE, {"most": communal_people})
    con.execute(_HOUSEHOLD)
    return _counts(con)


def _clean_places(con: duckdb.DuckDBPyConnection) -> None:
    """Temp table cleaned_place: every distinct place as said, its UPRN, its address in one text."""
    query = """
        select distinct uprn as uprn_said, address_line as address_said, postcode as postcode_said,
            uprn, address_line, postcode
        from person_evidence where uprn is not null or address_line is not null
    """
    for column in ("uprn", "address_line", "postcode"):
        for step in CLEANING[column]:
            query = f"select * replace ({step.applied_to(column)} as {column}) from ({query})"
    con.execute(f"""
        create or replace temp table cleaned_place as
        select uprn_said, address_said, postcode_said, uprn, array_to_string(
            list_sort(list_distinct(string_split(address_line, ' '))), ' ') || ' ' || postcode
            as address
        from ({query})
    """)


def _has_citizens(con: duckdb.DuckDBPyConnection) -> bool:
    rows = con.execute("""
        select count(*) from duckdb_tables()
        where table_name = 'citizen' and database_name = current_database()
    """).fetchall()
    return bool(rows[0][0])


def _counts(con: duckdb.DuckDBPyConnection) -> HouseholdCounts:
    places, communal = con.execute(
        "select count(*), count(*) filter (kind = 'communal') from place"
    ).fetchall()[0]
    households, citizens = con.execute(
        "select count(distinct household_key), count(distinct citizen_key) from household"
    ).fetchall()[0]
    sizes = con.execute("""
        select size, count(*) from (
            select count(distinct citizen_key) as size from household group by household_key)
        group by size order by size
    """).fetchall()
    return HouseholdCounts(
        int(places), int(communal), int(households), int(citizens),
        {int(size): int(number) for size, number in sizes},
    )  # fmt: skip
