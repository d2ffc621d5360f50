"""The query page's parts are fetched by one command, which says in words why it could not."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from insight_pipeline.cli.main import main


def test_a_registry_that_cannot_be_had_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    runner = CliRunner(env={"INSIGHT_HOME": str(home)})
    told = runner.invoke(main, ["explore", (tmp_path / "nowhere").as_uri()])
    assert told.exit_code == 1
    assert "@duckdb/duckdb-wasm" in told.output and "Traceback" not in told.output
    assert not list(home.rglob("*.wasm"))
