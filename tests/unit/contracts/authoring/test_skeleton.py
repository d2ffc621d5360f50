from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.contracts.authoring.skeleton import skeleton
from insight_pipeline.contracts.promise.contract import InternalProperties
from insight_pipeline.contracts.promise.odcs import load_contracts
from insight_pipeline.contracts.staging import accepted_relation
from insight_pipeline.contracts.standing.accounts import accepted_columns
from insight_pipeline.sql.dry_run import dry_run
from insight_pipeline.sql.model import load_models
from insight_pipeline.sql.runner import install_macros
from tests.conftest import ROOT
from tests.conventions.test_sql_shape import sql_shape_faults
from tests.unit.contracts.authoring.shop import STEMS, contracts, law

FEEDS = {c.stem: c for c in load_contracts(ROOT / "data_contracts/internal", InternalProperties)}
NEWEST = [stem for stem in STEMS if "@" not in stem]


def completed(stem: str) -> str:
    """The skeleton with some answer to each question: a word, or nothing."""
    text = skeleton(contracts()[stem], [FEEDS["person_evidence"], FEEDS["service_event"]])
    text = text.replace("feeds: [TODO person_evidence", "feeds: [person_evidence")
    text = re.sub(r"'TODO[^']*(?:''[^']*)*'::(date|bigint|timestamp)", r"null::\1", text)
    return re.sub(r"  -- TODO.*|TODO ", "", text)


@pytest.mark.parametrize("stem", NEWEST)
def test_a_completed_skeleton_has_the_one_shape_and_runs_over_its_contract(
    stem: str, tmp_path: Path
) -> None:
    folder = tmp_path / "dbt_like_sql/staging"
    folder.mkdir(parents=True)
    (folder / f"stg_{stem}.sql").write_text(completed(stem), encoding="utf-8")
    assert sql_shape_faults(tmp_path) == []
    models = load_models(folder)
    contract = contracts()[stem]
    with duckdb.connect() as connection:
        install_macros(connection, law().macros)
        sources = {accepted_relation(contract): accepted_columns(contract)}
        made = dry_run(connection, models, sources)[f"staging.stg_{stem}"]
    wanted = {
        **FEEDS["person_evidence"].physical_columns,
        **FEEDS["service_event"].physical_columns,
    }
    assert {name: wanted[name] for name in made} == made
    assert {"record_id", "event_id", "delivery_id", "row_number", "period_to"} <= set(made)


def test_what_the_contract_tells_is_written_out() -> None:
    text = skeleton(contracts()["youthworks__activity"], [*FEEDS.values()])
    for line in (
        "('youthworks__activity:' || \"YoungPersonID\" || ':' || \"StartDate\")::varchar",
        "('youthworks:' || \"YoungPersonID\")::varchar as record_id,",
        "trusted_id('upn', valid_upn(\"UPN\"))",
        "birth_date(\"DOB\", '%Y-%m-%d', _period_to)::date as birth_date,",
        'known_sex("Gender")::varchar as sex_code,',
        "end_date_read::date as event_to_date,",
        '"ActivityCode"::varchar as detail_code,',
    ):
        assert line in text
    assert "TODO a code of service.csv" in text
