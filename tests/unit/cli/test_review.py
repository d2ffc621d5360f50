"""`insight review` on the command line: what is told, what is asked, what never stands there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest
from click.testing import CliRunner, Result

from insight_pipeline.cli import review_terminal
from insight_pipeline.cli.review import review_command
from insight_pipeline.cli.review_effect import effects, read_by_indicators
from insight_pipeline.governance.pseudonym import load_key, pseudonymise
from insight_pipeline.indicators.catalogue import load_catalogue
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.linkage.link import link
from insight_pipeline.linkage.summary import LinkageInputs
from insight_pipeline.settings import Settings
from insight_pipeline.warehouse.population import PURPOSE
from tests.conftest import ROOT
from tests.unit.linkage.review.decided import decision, write
from tests.unit.linkage.review.linked import CANARIES, CANARY, linked_home

PAIR = ("north:7003a", "south:7003b")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home whose store has taken in two decisions about the canary."""
    folder = tmp_path_factory.mktemp("town")
    settings = linked_home(folder)
    rows = [
        decision(1, *PAIR, "same", "ada", reason=f"{CANARY} told me"),
        decision(2, *PAIR, "different", "ben", reason="Seen both"),
    ]
    taken = LinkageInputs(decision=(write(folder / "decisions.parquet", rows),))
    link(folder / "evidence.parquet", settings.identity, taken, settings)
    return settings


@pytest.fixture
def clean(home: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """The home as somebody at a terminal finds it; swept afterwards."""
    monkeypatch.setattr(review_terminal, "has_terminal", lambda: True)
    yield home
    for path in [*(home.home / "review").glob("*"), *home.inbox.rglob("*.csv*")]:
        path.unlink()


def run(home: Settings, *options: str, typed: str | None = None) -> Result:
    return CliRunner(env=home.environment()).invoke(review_command, options, input=typed)


def test_the_list_tells_ranks_and_counts_and_no_value(home: Settings) -> None:
    told = run(home, "--list")
    assert told.exit_code == 0, told.output
    line = told.output.splitlines()[2].split()
    assert (line[0], line[2], line[3]) == ("1", "disagreement", "2")
    assert told.output.splitlines()[2].endswith("not known")
    assert not [canary for canary in CANARIES if canary in told.output]


def test_the_audit_tells_who_and_when_and_why_in_codes(home: Settings) -> None:
    told = run(home, "--audit").output
    assert "d001" in told and "ada" in told and "details_agree" in told
    assert "2025-07-01 09:01" in told and "different" in told
    assert "ada, ben" in told
    assert not [canary for canary in CANARIES if canary in told]


def test_a_sample_is_drawn_instead_of_the_queue(home: Settings) -> None:
    lines = run(home, "--list", "--sample", "2").output.splitlines()[2:]
    assert lines and all(line.split()[2] == "random" for line in lines if "more" not in line)


def test_who_does_not_say_who_they_are_judges_nothing(home: Settings) -> None:
    assert run(home, "--terminal").exit_code == 2


@pytest.mark.parametrize(
    "options",
    [("--list", "--audit"), ("--list", "--terminal"), ("--port", "65536"), ("--port", "-1")],
)
def test_two_modes_at_once_and_ports_there_are_not_are_wrong_usage(
    home: Settings, options: tuple[str, ...]
) -> None:
    assert run(home, "--reviewer", "cai", *options).exit_code == 2


def test_a_pipe_is_no_terminal(home: Settings) -> None:
    told = run(home, "--terminal", "--reviewer", "cai", typed="s1\nx\n")
    assert told.exit_code == 1
    assert isinstance(told.exception, InsightError) and "a terminal" in str(told.exception)


def test_without_a_store_it_says_what_to_do(tmp_path: Path) -> None:
    told = run(Settings(home=tmp_path, project=ROOT), "--list")
    assert told.exit_code == 1
    assert "insight nightly" in str(told.exception)


def test_a_keystroke_and_a_reason_are_a_verdict(clean: Settings) -> None:
    told = run(clean, "--terminal", "--reviewer", "cai", typed="d5\nTwo cards were seen\ny\n")
    assert told.exit_code == 0, told.output
    assert (
        CANARY in told.output and "match weight" in told.output and "ada said: same" in told.output
    )
    assert "1 decisions written" in told.output
    (file,) = clean.inbox.rglob("*.csv")
    (row,) = pl.read_csv(file, infer_schema=False).to_dicts()
    assert (row["verdict_code"], row["reason_code"], row["reason"], row["reviewer_id"]) == (
        "different", "twins", "Two cards were seen", "cai",
    )  # fmt: skip
    assert datetime.fromisoformat(row["decided_at"])
    again = run(clean, "--terminal", "--reviewer", "cai")
    assert "Nothing is left for you" in again.output


def test_a_blind_reviewer_in_the_terminal_sees_no_weight(clean: Settings) -> None:
    told = run(clean, "--terminal", "--blind", "--reviewer", "cai", typed="q")
    assert CANARY in told.output
    assert "match weight" not in told.output and "said" not in told.output


def test_a_reason_too_short_is_asked_for_again(clean: Settings) -> None:
    typed = "u10\nx\n10\nOnly a first name\nn\n"
    told = run(clean, "--terminal", "--reviewer", "cai", typed=typed)
    assert "in your own words" in told.output and "Kept." in told.output
    assert list(clean.inbox.rglob("*.csv")) == []
    assert (clean.home / "review" / "cai.jsonl").exists()


def test_effect_counts_rows_of_tables_that_indicators_read(home: Settings, tmp_path: Path) -> None:
    models = load_catalogue(home).models
    read = read_by_indicators(models)
    assert {"core.fct_service_event", "core.dim_citizen", "journeys.fct_care_leaver"} <= read
    assert not [name for name in read if name.startswith("indicators.")]
    settings = Settings(home=tmp_path, project=ROOT)
    assert effects(settings, models, ["k1"]) is None
    keys = pl.Series(["k1", "k2"])
    one, two = pseudonymise(keys, load_key(settings.secrets), PURPOSE)
    with duckdb.connect(str(settings.warehouse)) as con:
        con.execute("create schema core; create schema elsewhere")
        con.execute("create table core.dim_citizen (citizen_id varchar)")
        con.execute("insert into core.dim_citizen values (?), (?)", [one, two])
        con.execute("create table core.fct_service_event (citizen_id varchar, event_id varchar)")
        con.execute("insert into core.fct_service_event values (?, 'a'), (?, 'b')", [one, one])
        con.execute("create table elsewhere.audit (citizen_id varchar)")
        con.execute("insert into elsewhere.audit values (?)", [two])
    found = effects(settings, models, ["k2", "k1", "k3"])
    assert found is not None
    assert dict(found.rows()) == {"k1": 3, "k2": 1, "k3": 0}
