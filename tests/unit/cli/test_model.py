"""`insight model`: listing, training beside the one in use, adopting with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from insight_pipeline.cli.main import main
from insight_pipeline.contracts.staging import feed_path
from insight_pipeline.linkage.link import link
from insight_pipeline.linkage.model import files
from insight_pipeline.linkage.summary import LinkageInputs
from insight_pipeline.linkage.training import plausibility
from insight_pipeline.settings import Settings
from tests.conftest import ROOT
from tests.linkage.making import town, write_evidence


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home after its first night."""
    settings = Settings(home=tmp_path, project=ROOT)
    monkeypatch.setenv("INSIGHT_HOME", str(settings.home))
    path = write_evidence(feed_path(settings, "person_evidence"), town(30, seed=1))
    link(path, settings.identity, LinkageInputs(), settings)
    return settings


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["model", *arguments])


def test_a_model_is_trained_beside_the_one_in_use_and_says_what_it_would_change(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plausibility, "ENOUGH_MATCHES", 1.0)
    before = files.active(home.models)
    write_evidence(feed_path(home, "person_evidence"), town(40, seed=2))
    trained = run("train")
    assert trained.exit_code == 0, trained.output
    assert "records would keep other company" in trained.output
    assert files.active(home.models) == before
    (new,) = set(files.names(home.models)) - {before.model if before else ""}
    assert f"insight model adopt {new}" in trained.output

    adopted = run("adopt", new, "--reason", "a second town", "--by", "A. Reader")
    assert adopted.exit_code == 0
    listed = run("list").output
    in_use = next(line for line in listed.splitlines() if "in use" in line)
    assert in_use.startswith(new)
    assert "A. Reader" in listed and "a second town" in listed


def test_a_model_tells_its_parameters_and_no_value_of_anybody(home: Settings) -> None:
    (name,) = files.names(home.models)
    shown = run("show", name)
    assert shown.exit_code == 0
    assert "slip of the pen" in shown.output and "Expected matches" in shown.output
    assert "Ashbury" not in shown.output


def test_adopting_needs_a_reason_and_a_model_that_is_there(home: Settings) -> None:
    assert run("adopt", "2025-01-01-x", "--by", "A. Reader").exit_code == 2
    unknown = run("adopt", "2025-01-01-x", "--reason", "a test", "--by", "A. Reader")
    assert unknown.exit_code == 1
    assert "insight model list" in unknown.output


def test_training_before_any_night_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSIGHT_HOME", str(tmp_path / "empty"))
    trained = run("train")
    assert trained.exit_code == 1
    assert "insight nightly" in trained.output


@pytest.mark.parametrize("words", ["", "  ", "two\nlines", "\x1b[2J"])
@pytest.mark.parametrize("option", ["--reason", "--by"])
def test_empty_and_unprintable_words_are_wrong_usage(
    home: Settings, option: str, words: str
) -> None:
    (name,) = files.names(home.models)
    given = {"--reason": "a test", "--by": "A. Reader", option: words}
    told = run("adopt", name, *(each for pair in given.items() for each in pair))
    assert told.exit_code == 2


def test_a_provisional_model_cannot_be_adopted_and_it_is_said_why(home: Settings) -> None:
    write_evidence(feed_path(home, "person_evidence"), town(20, seed=2))
    trained = run("train")
    assert "It is provisional" in trained.output and "insight model adopt" not in trained.output
    before = files.active(home.models)
    (name,) = {*files.names(home.models)} - {before.model if before else ""}
    adopted = run("adopt", name, "--reason", "a test", "--by", "A. Reader")
    assert adopted.exit_code == 1
    assert "next night would replace" in adopted.output
    assert files.active(home.models) == before


def test_where_no_model_is_in_use_any_more_a_provisional_one_is_a_way_out(home: Settings) -> None:
    (name,) = files.names(home.models)
    (home.models / files.ACTIVE).unlink()
    adopted = run("adopt", name, "--reason", "the file was lost", "--by", "A. Reader")
    assert adopted.exit_code == 0, adopted.output
