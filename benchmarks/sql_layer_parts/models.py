"""Thirty models on two million rows, as plain SQL files; and the rows themselves.

Belongs here: what both contestants build. Does not belong here: running it, or any clock. A model
reads `raw.<source>` or `models.<model>`; all rows come from DuckDB's hash of a row number.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

SOURCES = {"person": 500_000, "referral": 300_000, "visit": 1_200_000}
SERVICES = ("leisure", "housing", "treatment", "care", "youth", "health", "advice", "work")
SCHEMA = "models"

_ROWS = {
    "person": """
        select
            i as person_id,
            date '1930-01-01' + (hash(i, 1) % 33000)::integer as birth_date,
            'E0590' || lpad((hash(i, 2) % 60)::varchar, 4, '0') as area_code,
            case hash(i, 3) % 20 when 0 then null when 1 then 'X' else
                case hash(i, 4) % 2 when 0 then 'F' else 'M' end end as sex
        from range({rows}) as numbers (i)""",
    "referral": """
        select
            i as referral_id,
            (hash(i, 5) % 500000)::bigint as person_id,
            (hash(i, 6) % 8)::integer as from_service,
            (hash(i, 7) % 8)::integer as to_service,
            date '2023-01-01' + (hash(i, 8) % 900)::integer as referred_date
        from range({rows}) as numbers (i)""",
    "visit": """
        select
            i as visit_id,
            (hash(i, 9) % 500000)::bigint as person_id,
            (hash(i, 10) % 8)::integer as service,
            date '2023-01-01' + (hash(i, 11) % 1000)::integer as visit_date,
            (5 + hash(i, 12) % 85)::integer as minutes,
            case hash(i, 13) % 3 when 0 then ' Attended ' when 1 then 'attended' else 'MISSED' end
                as outcome
        from range({rows}) as numbers (i)""",
}

_STAGING = {
    "stg_person": """
select
    person_id::bigint as person_id,
    date_trunc('month', birth_date)::date as birth_month,
    area_code::varchar as area_code,
    case when sex in ('F', 'M') then sex end::varchar as sex_code
from raw.person""",
    "stg_referral": """
select
    referral_id::bigint as referral_id,
    person_id::bigint as person_id,
    from_service::integer as from_service,
    to_service::integer as to_service,
    referred_date::date as referred_date
from raw.referral
where from_service <> to_service""",
    "stg_visit": """
select
    visit_id::bigint as visit_id,
    person_id::bigint as person_id,
    service::integer as service,
    visit_date::date as visit_date,
    minutes::integer as minutes,
    lower(trim(outcome)) = 'attended' as is_attended
from raw.visit""",
}

_CORE = {
    "dim_area": """
select area_code, count(*)::bigint as people
from models.stg_person
group by area_code""",
    "fct_contact": """
select
    visit.visit_id,
    visit.person_id,
    visit.service,
    visit.visit_date,
    visit.minutes,
    person.area_code,
    person.sex_code,
    date_diff('year', person.birth_month, visit.visit_date)::integer as age_years
from models.stg_visit as visit
inner join models.stg_person as person on visit.person_id = person.person_id
where visit.is_attended""",
}

_JOURNEYS = {
    "fct_first_contact": """
select person_id, service, visit_date as first_date, area_code
from models.fct_contact
qualify row_number() over (partition by person_id, service order by visit_date, visit_id) = 1""",
    "fct_gap": """
select
    visit_id,
    person_id,
    visit_date,
    date_diff(
        'day', lag(visit_date) over (partition by person_id order by visit_date, visit_id),
        visit_date
    )::integer as gap_days
from models.fct_contact""",
    "fct_episode": """
select person_id, episode, min(visit_date) as from_date, max(visit_date) as to_date,
    count(*)::bigint as visits
from (
    select
        person_id,
        visit_date,
        count(*) filter (where gap_days is null or gap_days > 90) over (
            partition by person_id order by visit_date, visit_id
        ) as episode
    from models.fct_gap
) as numbered
group by person_id, episode""",
    "fct_pickup": """
select
    referral.referral_id,
    referral.person_id,
    referral.from_service,
    referral.to_service,
    referral.referred_date,
    min(contact.visit_date) as picked_up_date
from models.stg_referral as referral
left join models.fct_contact as contact
    on
        referral.person_id = contact.person_id
        and referral.to_service = contact.service
        and referral.referred_date <= contact.visit_date
group by all""",
    "fct_person_month": """
select person_id, date_trunc('month', visit_date)::date as month, count(*)::bigint as visits,
    sum(minutes)::bigint as minutes
from models.fct_contact
group by all""",
    "fct_service_pair": """
select one.service as service, other.service as other_service, count(*)::bigint as people
from models.fct_first_contact as one
inner join models.fct_first_contact as other
    on one.person_id = other.person_id and one.service < other.service
group by all""",
}

_INDICATORS = """
with
people as (select * from models.stg_person),
pickups as (select * from models.fct_pickup where to_service = {service}),

members as (
    select
        pickups.referral_id,
        date_trunc('quarter', pickups.referred_date)::date as period_from,
        people.area_code,
        people.sex_code,
        coalesce(pickups.picked_up_date <= pickups.referred_date + 28, false) as is_met
    from pickups
    inner join people on pickups.person_id = people.person_id
)

select
    period_from,
    area_code,
    sex_code,
    count(*) filter (where is_met)::bigint as numerator,
    count(*)::bigint as denominator
from members
group by grouping sets (
    (period_from), (period_from, area_code), (period_from, sex_code)
)"""

_RATES = """
with
contacts as (select * from models.fct_person_month),
areas as (select * from models.dim_area),
first_contacts as (select * from models.fct_first_contact where service = {service}),

seen as (
    select first_contacts.area_code, contacts.month, sum(contacts.visits)::bigint as visits,
        count(distinct contacts.person_id)::bigint as people
    from contacts
    inner join first_contacts on contacts.person_id = first_contacts.person_id
    group by all
)

select
    seen.area_code,
    seen.month,
    seen.visits as numerator,
    areas.people as denominator,
    round(1000 * seen.people / areas.people, 4)::decimal(18, 4) as rate
from seen
inner join areas on seen.area_code = areas.area_code"""

KEYS = {
    "stg_person": "person_id",
    "stg_referral": "referral_id",
    "stg_visit": "visit_id",
    "fct_contact": "visit_id",
    "dim_area": "area_code",
    "fct_gap": "visit_id",
    "fct_pickup": "referral_id",
}


def models() -> dict[str, str]:
    """Name → query of the thirty models."""
    made = {**_STAGING, **_CORE, **_JOURNEYS}
    for code, name in enumerate(SERVICES):
        made[f"{name}_picked_up_28d"] = _INDICATORS.format(service=code)
        made[f"{name}_contact_rate"] = _RATES.format(service=code)
    made["all_services_gap"] = """
select width_bucket_days, count(*)::bigint as contacts
from (select gap_days // 30 as width_bucket_days from models.fct_gap) as gaps
group by width_bucket_days"""
    made["long_episodes"] = """
select person_id, episode, visits
from models.fct_episode
where visits >= 3"""
    made["busiest_pair"] = """
select service, other_service, people
from models.fct_service_pair
qualify row_number() over (order by people desc, service, other_service) <= 10"""
    return {name: query.strip() for name, query in made.items()}


def write_rows(folder: Path) -> None:
    """One Parquet file a source."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        for name, rows in SOURCES.items():
            query = _ROWS[name].format(rows=rows)
            connection.execute(f"copy ({query}) to '{folder / name}.parquet' (format parquet)")


def load_rows(database: Path, folder: Path) -> None:
    """A new database with the sources as tables of schema raw."""
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema raw")
        for name in SOURCES:
            connection.execute(f"create table raw.{name} as from '{folder / name}.parquet'")
