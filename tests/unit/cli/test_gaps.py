"""`insight gaps`: who may see the worklist, and what of the question gets into the audit log."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from insight_pipeline.cli.gaps import gaps_command
from insight_pipeline.cli.main import main
from insight_pipeline.governance.audit import read
from tests.conftest import ROOT

PURPOSE = ("--purpose", "outcome_monitoring")


def asked(home: Path, *words: str) -> Result:
    environment = {"INSIGHT_HOME": str(home), "INSIGHT_PROJECT": str(ROOT)}
    return CliRunner(env=environment).invoke(main, ["gaps", *words])


def test_without_a_grant_nothing_is_shown_and_the_refusal_is_logged(tmp_path: Path) -> None:
    (tmp_path / "warehouse.duckdb").touch()
    result = asked(tmp_path, "--provider", "recoverwell", *PURPOSE)
    assert result.exit_code == 1 and "a grant for account" in result.output
    (line,) = read(tmp_path / "audit")
    assert (line.action, line.outcome, line.citizens) == ("gaps", "refused", 0)
    assert line.about == "open gaps provider=recoverwell pathway=all"


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--provider", "recoverwel", *PURPOSE), "did you mean 'recoverwell'?"),
        (("--pathway", "health_to_leisur", *PURPOSE), "did you mean 'health_to_leisure'?"),
        (("--purpose", "Jane Doe"), "purpose.csv"),
    ],
)
def test_a_word_that_is_no_code_is_refused_and_never_logged(
    tmp_path: Path, words: tuple[str, ...], hint: str
) -> None:
    (tmp_path / "warehouse.duckdb").touch()
    result = asked(tmp_path, *words)
    assert result.exit_code == 1 and hint in result.output
    assert not (tmp_path / "audit").exists()


def test_before_the_first_night_it_says_what_to_do(tmp_path: Path) -> None:
    result = asked(tmp_path, *PURPOSE)
    assert result.exit_code == 1 and "insight nightly" in result.output


def test_a_purpose_has_to_be_given_and_help_shows_an_example() -> None:
    assert CliRunner().invoke(gaps_command, []).exit_code == 2
    assert "insight gaps --provider" in CliRunner().invoke(gaps_command, ["--help"]).output
