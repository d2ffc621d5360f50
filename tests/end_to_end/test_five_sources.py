"""Input nobody here wrote: five administrative sources of one town, with the truth known.

Each source becomes a provider: a drop, a contract and a staging file in a temporary project. The
same nightly then has to find the people. The data set is pseudopeople's sample population.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from insight_pipeline.defs.launch import run_nightly
from insight_pipeline.linkage.quality.evaluate import pairwise
from tests.end_to_end.project import (
    copy_project,
    query,
    settings_for,
    write_contract,
    write_manifest,
)

STAGING = """/*
description: People as {provider} knows them.
owner: data@{provider}.example
feeds: [person_evidence]
*/
with
source as (select * from accepted.{provider}__people)

select
    '{provider}:' || unique_id as record_id,
    '{provider}' as provider_id,
    first_name as given_name,
    coalesce(middle_name, middle_initial) as middle_name,
    last_name as family_name,
    try_strptime(dob, '%Y%m%d')::date as birth_date,
    case sex when 'Male' then 'M' when 'Female' then 'F' end as sex_code,
    case when ssn is null then []::varchar[] else ['ssn:' || ssn] end as trusted_ids,
    concat_ws(' ', street_number, street_name, unit_number) as address_line,
    _delivery_id as delivery_id,
    _row as row_number
from source
"""
REQUIRED_F1 = 0.90


@pytest.fixture
def town(shared_path: Callable[[str], Path]) -> pl.DataFrame:
    return pl.read_parquet(shared_path("data/linkage/pp_multi2020.parquet"))


@pytest.mark.end_to_end
@pytest.mark.shared
@pytest.mark.usefixtures("unrecorded")
def test_the_nightly_finds_the_people_of_five_sources_nobody_here_wrote(
    town: pl.DataFrame, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    project = copy_project(tmp_path / "project", providers=False)
    settings = settings_for(tmp_path / "home", project)
    columns = [name for name in town.columns if name not in ("source_dataset", "truth")]
    for (source,), rows in town.group_by("source_dataset", maintain_order=True):
        provider = str(source).replace("_", "")
        write_contract(project, provider, "people", columns, "unique_id", {"format": "csv"})
        staging = project / f"dbt_like_sql/staging/stg_{provider}__people.sql"
        staging.write_text(STAGING.format(provider=provider), encoding="utf-8")
        drop = settings.inbox / provider / "people.csv"
        drop.parent.mkdir(parents=True)
        rows.select(columns).write_csv(drop)
        write_manifest(drop, provider, "people", rows=rows.height)

    night = run_nightly(settings)

    assert night.succeeded and night.failed_checks == ()
    found = pl.DataFrame(
        query(settings.identity, "select record_id, citizen_key from person"),
        schema=["record_id", "citizen_key"],
        orient="row",
    )
    provider_of = pl.col("source_dataset").str.replace_all("_", "")
    truth = town.select(
        pl.concat_str(provider_of, pl.lit(":"), "unique_id").alias("record_id"), "truth"
    )
    compared = truth.join(found, on="record_id", how="left")
    assert compared["citizen_key"].null_count() == 0
    quality = pairwise(compared["citizen_key"], compared["truth"])
    record_property(
        "figure",
        f"pp_multi2020 through the nightly: pair-F1 {quality.f1:.4f}, "
        f"precision {quality.precision:.4f}, recall {quality.recall:.4f}",
    )
    assert quality.f1 >= REQUIRED_F1
