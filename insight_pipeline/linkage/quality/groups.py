"""Groups of records by which the quality of linkage is compared, so that bias shows.

Belongs here: which group each record is in. Does not belong here: any measure. Every record is in
exactly one group of each kind; what a record does not say is a group of its own.

Name groups are of names, not of people: a short hand list of widely known names, so most records
are 'other'. They tell whether linkage treats names of one tradition worse, not anyone's ethnicity.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from insight_pipeline.contracts.promise.vocabulary import load_vocabularies
from insight_pipeline.linkage.evidence.cleaning import NAME, clean_sql
from insight_pipeline.linkage.quality.basis import Basis

EVERYONE = "everyone"
KINDS = ("sex", "age_band", "name_group", "provider", "identifiers", "birth_date")
VOCABULARY = "name_group"
OTHER_NAME = "other"


def load_name_groups(vocabularies: Path) -> pl.DataFrame:
    """(name, name_group) of vocabularies/name_group.csv; names as listed, not yet cleaned."""
    lists = load_vocabularies(vocabularies).filter(pl.col("vocabulary") == VOCABULARY)
    return lists.select(
        pl.col("synonyms").str.split(";").alias("name"), pl.col("code").alias("name_group")
    ).explode("name")


# A surname says more of a tradition than a first name, which travels.
_GROUPED = """
    create or replace temp table record_group as
    with provider as (
        select record_id, min(provider_id) as provider from person_evidence group by record_id
    ), grouped as (
        select record.rid,
            coalesce(sex, 'not known') as sex,
            {age} as age_band,
            coalesce(of_family.name_group, of_given.name_group, '{other}') as name_group,
            coalesce(provider, 'not known') as provider,
            case coalesce(len(trusted_issuers), 0) when 0 then '0' when 1 then '1' else '2+' end
                as identifiers,
            case when birth_date is null then 'missing' else 'recorded' end as birth_date
        from record
        left join provider using (record_id)
        left join known_name as of_family on of_family.name = record.family
        left join known_name as of_given on of_given.name = record.given_first
    )
    select *, hash(sex, age_band, name_group, provider, identifiers, birth_date) as combination
    from grouped
"""
_AGE = """
    case
        when birth_date is null or {day} is null then 'not known'
        when {age} < 18 then '00-17'
        when {age} < 25 then '18-24'
        when {age} < 45 then '25-44'
        when {age} < 65 then '45-64'
        when {age} < 85 then '65-84'
        else '85+'
    end
"""


def group_records(con: duckdb.DuckDBPyConnection, basis: Basis) -> None:
    """Temp tables record_group(rid, a group of each of KINDS, combination) and combination."""
    _clean_names(con, basis.names)
    day = f"date '{basis.as_of.isoformat()}'" if basis.as_of else "null::date"
    years = f"datesub('year', birth_date, {day})"
    con.execute(_GROUPED.format(age=_AGE.format(day=day, age=years), other=OTHER_NAME))
    con.execute(f"""
        create or replace temp table combination as
        select combination, {", ".join(f"any_value({kind}) as {kind}" for kind in KINDS)},
            count(*) as records
        from record_group group by combination
    """)


def _clean_names(con: duckdb.DuckDBPyConnection, names: pl.DataFrame) -> None:
    """Temp table known_name(name, name_group): listed names as clean as the records' names."""
    con.register("listed_name", names.select("name", "name_group").to_arrow())
    con.execute(f"""
        create or replace temp table known_name as
        select replace(name, ' ', '') as name, min(name_group) as name_group
        from (select {clean_sql("name", NAME)} as name, name_group from listed_name)
        where name is not null group by all
    """)
    con.unregister("listed_name")
