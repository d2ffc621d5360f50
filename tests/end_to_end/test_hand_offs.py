"""Hand-offs that nobody picked up are found, and no others, held against what really happened."""

from __future__ import annotations

import json
import os
import pwd
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from insight_pipeline.cli.main import main
from insight_pipeline.governance.audit import read
from insight_pipeline.sql.engines.duckdb import connect
from tests.end_to_end.boroughs import Borough
from tests.end_to_end.project import copy_project

pytestmark = pytest.mark.end_to_end

KEY = ["citizen_id", "pathway_code", "started_date"]
TOLD = ["state_code", "picked_up_date", "to_provider_id"]
FOUND = f"select {', '.join([*KEY, *TOLD])} from journeys.fct_hand_off"
JUDGED = """
select pathway_code, area_code, started_date, state_code from journeys.fct_hand_off
where state_code in ('missed', 'picked_up')
"""
# Situations that leave people unmet, and the pathway on which they are.
PLANTED = (
    ("exercise_referral_withdrawn", "health_to_leisure"),
    ("care_picks_up_late", "health_to_social_care"),
    ("treatment_never_reaches", "homeless_to_treatment"),
)
MEDIANS = """
select breakdown as pathway_code, period_from, value, denominator from indicators.figure
where indicator_id = 'handoff_median_days' and breakdown_type = 'pathway' and not is_not_mature
"""


def found(borough: Borough, query: str) -> pl.DataFrame:
    """Rows of the warehouse."""
    with connect(borough.settings, borough.settings.warehouse, read_only=True) as connection:
        rows: pl.DataFrame = connection.sql(query).pl()
    return rows


def beside_truth(borough: Borough) -> pl.DataFrame:
    """Hand-offs found and true of people whose records were all linked, a row each; what is
    told and what is true (ending in _true) are null where there is none on that side."""
    citizens = borough.citizens()
    true = borough.true("hand_off").join(citizens, on="person").select(*KEY, *TOLD)
    ours = found(borough, FOUND).join(citizens.select("citizen_id"), on="citizen_id")
    return ours.join(true, on=KEY, how="full", coalesce=True, suffix="_true")


def share_found(compared: pl.DataFrame, state: str) -> tuple[float, float]:
    """Recall and precision of a state."""
    ours, true = pl.col("state_code") == state, pl.col("state_code_true") == state
    both = compared.filter(ours & true).height
    return both / compared.filter(true).height, both / compared.filter(ours).height


def test_dropped_hand_offs_are_found_and_few_others(
    borough: Borough, record_property: Callable[[str, object], None]
) -> None:
    compared = beside_truth(borough)
    quality = {state: share_found(compared, state) for state in ("missed", "picked_up")}
    words = [
        f"{state}: recall {recall:.4f}, precision {precision:.4f}"
        for state, (recall, precision) in quality.items()
    ]
    missed = compared.filter(pl.col("state_code_true") == "missed").height
    record_property("figure", f"hand-offs, {missed} truly missed: {'; '.join(words)}")
    assert missed > 500
    assert min(share for shares in quality.values() for share in shares) >= 0.95


def test_every_state_that_there_is_is_found_for_nearly_everybody(borough: Borough) -> None:
    compared = beside_truth(borough).drop_nulls(["state_code", "state_code_true"])
    states = set(compared["state_code_true"])
    assert {"picked_up", "missed", "within_clock", "declined", "moved_away", "died"} <= states
    right = compared.filter(pl.col("state_code") == pl.col("state_code_true"))
    assert right.height > 0.98 * compared.height
    for name in TOLD[1:]:
        same = pl.col(name).eq_missing(pl.col(f"{name}_true"))
        assert right.select(same.mean()).item() > 0.98, name


@pytest.mark.parametrize(("name", "pathway"), PLANTED)
def test_a_planted_gap_shows_where_it_was_planted_and_not_in_the_control(
    borough: Borough,
    control_borough: Borough,
    record_property: Callable[[str, object], None],
    name: str,
    pathway: str,
) -> None:
    planted = borough.true("situation").filter(pl.col("name") == name).row(0, named=True)
    inside = pl.col("started_date") >= planted["from_date"]
    if planted["area_code"]:
        inside &= pl.col("area_code") == planted["area_code"]
    more = {}
    for label, each in (("planted", borough), ("control", control_borough)):
        judged = found(each, JUDGED).filter(pl.col("pathway_code") == pathway)
        share = (pl.col("state_code") == "missed").mean()
        there, elsewhere = (judged.filter(part).select(share).item() for part in (inside, ~inside))
        more[label] = there - elsewhere
    record_property("figure", f"{name}: share missed is {more} more there")
    assert more["planted"] > 0.25 > 0.2 > more["control"]


def test_every_pathway_has_hand_offs_and_the_days_they_take_are_the_true_ones(
    borough: Borough,
) -> None:
    true = borough.true("hand_off").filter(pl.col("state_code") == "picked_up")
    days = (pl.col("picked_up_date") - pl.col("started_date")).dt.total_days()
    quarter = pl.col("started_date").dt.truncate("1q")
    medians = true.group_by("pathway_code", period_from=quarter).agg(true=days.median())
    both = found(borough, MEDIANS).join(medians, on=["pathway_code", "period_from"])
    assert set(both["pathway_code"]) == set(borough.true("hand_off")["pathway_code"])
    large = both.filter(pl.col("denominator") >= 30)
    assert large.height > 20
    assert large.select((pl.col("value") - pl.col("true")).abs().max()).item() <= 3


def test_the_worklist_lists_open_gaps_to_who_may_see_it_and_the_log_takes_a_line(
    borough: Borough, tmp_path: Path
) -> None:
    project = copy_project(tmp_path / "project")
    runner = CliRunner(env={**borough.settings.environment(), "INSIGHT_PROJECT": str(project)})
    asked = ["gaps", "--provider", "recoverwell", "--purpose", "outcome_monitoring"]
    before = len(read(borough.settings.home / "audit"))
    assert runner.invoke(main, asked).exit_code == 1
    user = pwd.getpwuid(os.getuid()).pw_name
    (project / "data_contracts" / "access.yaml").write_text(
        f"grants:\n  - user: {user}\n    purposes: [outcome_monitoring]\n"
        '    until: "2999-12-31"\n    granted_by: guardian@ashmere.example\n'
    )
    shown = runner.invoke(main, [*asked, "--format", "json"])
    assert shown.exit_code == 0, shown.output
    gaps = json.loads(shown.output)
    overdue = [gap["overdue_days"] for gap in gaps]
    assert overdue and overdue == sorted(overdue, reverse=True)
    lines = read(borough.settings.home / "audit")[before:]
    assert [(line.action, line.outcome) for line in lines] == [
        ("gaps", "refused"),
        ("gaps", "shown"),
    ]
    assert lines[1].citizens == len({gap["citizen_id"] for gap in gaps})
