"""The entry point: what is written, and that it is written whole or not at all."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.simulation import borough as borough_module
from insight_pipeline.simulation.borough import simulate
from insight_pipeline.simulation.stage import Stage
from tests.unit.simulation.drops_read import Borough

RECORD_COLUMNS = {
    ("brightcare", "client_level_data"): ("brightcare:", "LA Person Unique Identifier"),
    ("homestead", "tenancies"): ("homestead:", "Tenant Ref"),
    ("homestead", "homelessness_duties"): ("homestead:case-", "CaseReference"),
    ("activelife", "members"): ("activelife:", "MemberNo"),
    ("activelife", "visits"): ("activelife:", "member_no"),
    ("youthworks", "activity"): ("youthworks:", "YoungPersonID"),
    ("kidsfirst", "ssda903_header"): ("kidsfirst:", "CHILD"),
    ("kidsfirst", "ssda903_episodes"): ("kidsfirst:", "CHILD"),
    ("kidsfirst", "ssda903_missing"): ("kidsfirst:", "CHILD"),
    ("wellpath", "referrals"): ("wellpath:", "LocalPatientId"),
    ("wellpath", "care_contacts"): ("wellpath:", "LocalPatientId"),
    ("newleaf", "treatment_journeys"): ("newleaf:", "Client Ref"),
    ("recoverwell", "treatment_journeys"): ("recoverwell:", "client_id"),
    ("merebank", "spells"): ("merebank:", "Local Patient Identifier"),
    ("voices", "experience_survey"): ("voices:", "Person Ref"),
    ("council", "deaths"): ("council:death-", "Registration Ref"),
    ("council", "opt_outs"): ("council:optout-", "Opt Out Ref"),
}
BIRTH = re.compile("birth|dob|born", re.IGNORECASE)
IMPERSONAL = {"contract_spend", "population_estimates", "postcode_areas"}


def _bytes(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_the_same_arguments_give_the_same_bytes_and_another_seed_gives_others(
    tmp_path: Path,
) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        simulate(tmp_path / name / "inbox", tmp_path / name / "truth", 300, 9, seed)
    first, again, other = (_bytes(tmp_path / name) for name in "abc")
    assert first == again
    assert first.keys() == other.keys()
    manifests = {name for name in first if name.endswith(".manifest.json")}
    filled = {name for name in first.keys() - manifests if first[name].count(b"\n") > 1}
    assert len(filled) > 40
    # What is planted, and when, does not depend on the seed.
    filled -= {"truth/situation.parquet"}
    assert not [name for name in filled if first[name] == other[name]]


def test_every_file_has_a_manifest_that_describes_it(borough: Borough) -> None:
    fields = (
        "provider", "dataset", "contract_version", "period_from", "period_to", "submitted_at",
        "file", "rows",
    )  # fmt: skip
    described = set()
    for delivery in borough.table("delivery").iter_rows(named=True):
        path = borough.inbox / delivery["path"]
        manifest = json.loads(path.with_name(path.name + ".manifest.json").read_text())
        assert tuple(manifest) == fields
        assert {name: delivery[name] for name in fields} == manifest
        assert path.parts[-3] == manifest["provider"]
        assert path.name == manifest["file"]
        described.add(path)
    files = {path for path in borough.inbox.rglob("*") if path.is_file()}
    assert {path for path in files if not path.name.endswith(".manifest.json")} == described


def test_a_manifest_counts_the_rows_of_its_file_unless_the_file_was_cut(borough: Borough) -> None:
    for delivery in borough.table("delivery").iter_rows(named=True):
        found = len(borough.rows(delivery))
        if delivery["expected_fate"] == "refused_truncated":
            assert found < delivery["rows"]
        else:
            assert found == delivery["rows"], delivery["path"]


def test_the_truth_names_the_person_of_every_record_in_the_files_and_no_others(
    borough: Borough,
) -> None:
    found = set()
    for delivery in borough.table("delivery").iter_rows(named=True):
        if delivery["dataset"] in IMPERSONAL:
            continue
        if delivery["expected_fate"] in ("refused_truncated", "refused_contract_version"):
            continue
        prefix, column = RECORD_COLUMNS[delivery["provider"], delivery["dataset"]]
        found |= {prefix + row[column] for row in borough.rows(delivery)}
    truth = borough.table("record_person")
    assert truth["record_id"].is_unique().all()
    assert set(truth["record_id"]) == found
    assert set(truth["person"]) <= set(borough.table("person")["person"])


def test_no_file_tells_of_a_day_after_its_quarter_or_of_an_event_before_the_window(
    borough: Borough,
) -> None:
    told = 0
    for delivery in borough.table("delivery").iter_rows(named=True):
        if delivery["dataset"] in IMPERSONAL:
            continue
        for row in borough.rows(delivery):
            days = [day for name, cell in row.items() if (day := _event_day(name, cell))]
            told += len(days)
            assert max(days, default="") <= delivery["period_to"], delivery["path"]
            assert min(days, default="9") >= "2024-04-01"
    assert told > 10_000


def _event_day(column: str, cell: object) -> str | None:
    """A cell's day as ISO text; None for birth dates, impossible dates and all other cells."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if not isinstance(cell, str) or BIRTH.search(column):
        return None
    for pattern in ("%d/%m/%Y", "%Y-%m-%d", "%d-%b-%Y"):
        try:
            return datetime.strptime(cell, pattern).date().isoformat()
        except ValueError:
            continue
    return None


def test_six_months_of_a_tiny_borough_can_be_simulated(tmp_path: Path) -> None:
    summary = simulate(tmp_path / "inbox", tmp_path / "truth", citizens=100, months=6)
    assert summary.records > 0
    assert not (tmp_path / "inbox" / "newleaf").exists()  # its contract had ended by then
    assert (tmp_path / "inbox" / "recoverwell").exists()


def test_an_inbox_with_files_in_it_is_left_alone(tmp_path: Path) -> None:
    waiting = tmp_path / "inbox" / "homestead" / "tenancies.xlsx"
    waiting.parent.mkdir(parents=True)
    waiting.write_text("somebody's file")
    with pytest.raises(InsightError, match="empty folder"):
        simulate(tmp_path / "inbox", tmp_path / "truth", citizens=100, months=6)
    assert waiting.read_text() == "somebody's file"
    assert not (tmp_path / "truth").exists()


def test_a_folder_that_holds_other_files_is_not_taken_for_the_truth(tmp_path: Path) -> None:
    mine = tmp_path / "truth" / "diary.txt"
    mine.parent.mkdir()
    mine.write_text("mine")
    with pytest.raises(InsightError, match="nothing is overwritten"):
        simulate(tmp_path / "inbox", tmp_path / "truth", citizens=100, months=6)
    assert mine.read_text() == "mine"


def test_too_few_months_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InsightError, match="months"):
        simulate(tmp_path / "inbox", tmp_path / "truth", citizens=100, months=1)


def test_a_simulation_that_breaks_off_leaves_the_inbox_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(stage: Stage) -> None:
        raise RuntimeError(stage.seed)

    monkeypatch.setattr(borough_module, "FEEDS", (*borough_module.FEEDS, fails))
    with pytest.raises(RuntimeError):
        simulate(tmp_path / "inbox", tmp_path / "truth", citizens=100, months=6)
    assert not list(tmp_path.iterdir())
