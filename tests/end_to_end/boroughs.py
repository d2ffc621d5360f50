"""The default borough and its control after their first night, made once for all that ask for them.

Belongs here: both homes, and which citizen is which true person. Does not belong here: what is
expected of them. Tests read these homes and never change what is in them.
"""

from __future__ import annotations

import fcntl
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from click.testing import CliRunner

from insight_pipeline.cli.main import main
from insight_pipeline.settings import Settings
from insight_pipeline.warehouse.population import population
from tests.end_to_end.project import settings_for

SAID = "night.txt"


@dataclass(frozen=True)
class Borough:
    """A simulated borough after its first night, and what that night said."""

    settings: Settings
    output: str

    @property
    def truth(self) -> Path:
        return self.settings.home / "truth"

    @property
    def release(self) -> Path:
        """The database commissioners open."""
        return self.settings.published / "latest" / "indicators.duckdb"

    def true(self, name: str) -> pl.DataFrame:
        """One table of the ground truth."""
        return pl.read_parquet(self.truth / f"{name}.parquet")

    def citizens(self) -> pl.DataFrame:
        """person, citizen_id: the citizen who holds most records of each true person, and nobody
        else's; people whose records went to several citizens, or to one with others, are left out.
        """
        with population(self.settings) as people:
            records = pl.read_parquet(people.records)
        linked = self.true("record_person").join(records, on="record_id")
        return (
            linked.select("person", "citizen_id")
            .unique()
            .filter(pl.len().over("person") == 1, pl.len().over("citizen_id") == 1)
            .sort("person")
        )


def borough_after_a_night(folder: Path, *, is_planted: bool) -> Borough:
    """The default borough, or its control, in `folder`; whoever asks second waits for the first."""
    name = "default" if is_planted else "control"
    settings = settings_for(folder / f"{name}-borough")
    said = folder / f"{name}-borough-{SAID}"
    with (folder / f"{name}-borough.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            said.write_text(_first_night(settings, is_planted=is_planted), encoding="utf-8")
    return Borough(settings, said.read_text(encoding="utf-8"))


def _first_night(settings: Settings, *, is_planted: bool) -> str:
    """`insight nightly` as a user runs it, in this process."""
    runner = CliRunner(env=settings.environment())
    if not is_planted:
        simulated = runner.invoke(main, ["simulate", "--control"])
        assert simulated.exit_code == 0, simulated.output
    night = runner.invoke(main, ["nightly"])
    assert night.exit_code == 0, night.output
    return night.output
