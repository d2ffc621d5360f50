"""`insight alerts`: what is shown, to programs as well, and what the exit code says."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from insight_pipeline.cli.main import main
from insight_pipeline.settings import Settings

_SETUP = """
create schema indicators;
create schema reference;
create table reference.provider as select 'homestead' as provider_id;
insert into reference.provider values ('brightcare'), ('quiet');
create table indicators.alert as
select
    'missed' as rule_code, 'care' as service_code, 'brightcare' as provider_id,
    'More are missed' as title, date '2026-03-01' as opened_month, null::date as closed_month,
    date '2026-02-01' as since_month, 'low' as tolerance, 'a@ashmere.example' as owner,
    'performance' as clause_topic, 'Clause 4' as clause, '61 over 100' as evidence,
    'Worse.' as words, 0.01 as false_alarm_rate;
insert into indicators.alert by name
select * replace ('homestead' as provider_id, date '2025-09-01' as closed_month,
    date '2025-06-01' as opened_month)
from indicators.alert
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    settings = Settings(home=tmp_path, project=tmp_path)
    settings.warehouse.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute(_SETUP)
    return tmp_path


def run(home: Path, *arguments: str) -> Result:
    return CliRunner(env={"INSIGHT_HOME": str(home)}).invoke(main, ["alerts", *arguments])


def test_alerts_stand_with_their_evidence_open_ones_first(home: Path) -> None:
    found = run(home)
    assert found.exit_code == 1
    lines = found.output.splitlines()
    assert lines[2].split()[:5] == ["care", "brightcare", "missed", "2026-03", "open"]
    assert "2025-09" in lines[3] and "61 over 100" in lines[3]
    assert "Internal" in lines[-1]


def test_only_open_ones_are_shown_where_asked(home: Path) -> None:
    found = run(home, "--open")
    assert "homestead" not in found.output and found.exit_code == 1


def test_where_nothing_is_open_the_exit_code_is_0(home: Path) -> None:
    assert run(home, "--provider", "homestead").exit_code == 0
    quiet = run(home, "--provider", "quiet")
    assert (quiet.exit_code, quiet.output.strip()) == (0, "No alert.")


def test_programs_get_json(home: Path) -> None:
    alerts = json.loads(run(home, "--json").output)
    assert alerts[0]["opened_month"] == date(2026, 3, 1).isoformat()
    assert [alert["closed_month"] for alert in alerts] == [None, "2025-09-01"]


def test_a_provider_that_is_not_there_is_wrong_usage(home: Path) -> None:
    found = run(home, "--provider", "brightcre")
    assert found.exit_code == 2 and "brightcare" in found.output


def test_before_the_first_night_it_says_what_to_run(tmp_path: Path) -> None:
    found = run(tmp_path)
    assert found.exit_code == 1 and "insight nightly" in found.output
