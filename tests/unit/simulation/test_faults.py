"""Whole files that go wrong, each put right by a later one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from insight_pipeline.simulation.faults import fault_plan
from tests.unit.simulation.drops_read import Borough, Row


def _of_fate(borough: Borough, fate: str) -> list[Row]:
    rows = borough.table("delivery").iter_rows(named=True)
    return [row for row in rows if row["expected_fate"] == fate]


def _one(borough: Borough, fate: str) -> Row:
    (wanted,) = _of_fate(borough, fate)
    return wanted


def _later(borough: Borough, wrong: Row) -> Row:
    """The delivery that replaces a refused one: same dataset and period, submitted later."""
    same = borough.deliveries(wrong["provider"], wrong["dataset"])
    later = [
        row
        for row in same
        if row["period_to"] == wrong["period_to"] and row["submitted_at"] > wrong["submitted_at"]
    ]
    assert len(later) == 1
    return later[0]


def test_the_truncated_member_list_breaks_off_inside_a_line_and_is_sent_again(
    borough: Borough,
) -> None:
    cut = _one(borough, "refused_truncated")
    whole = _later(borough, cut)
    broken = (borough.inbox / cut["path"]).read_bytes()
    full = (borough.inbox / whole["path"]).read_bytes()
    assert full.startswith(broken) and len(broken) < len(full)
    assert not broken.endswith(b"\n")
    assert cut["rows"] == whole["rows"] > broken.count(b"\n")
    assert (cut["provider"], cut["dataset"]) == ("activelife", "members")


def test_the_wrong_period_file_holds_the_quarter_before_the_one_it_declares(
    borough: Borough,
) -> None:
    wrong = _one(borough, "refused_wrong_period")
    days = {row["visited_at"].date().isoformat() for row in borough.rows(wrong)}
    assert max(days) < wrong["period_from"]
    right = {row["visited_at"].date().isoformat() for row in borough.rows(_later(borough, wrong))}
    assert min(right) >= wrong["period_from"] and max(right) <= wrong["period_to"]


def test_the_file_of_an_unknown_contract_version_is_sent_again_in_the_right_shape(
    borough: Borough,
) -> None:
    wrong = _one(borough, "refused_contract_version")
    assert wrong["contract_version"] == "9.0.0"
    right = _later(borough, wrong)
    assert right["contract_version"] == "1.0.0"
    header, other = (
        (borough.inbox / row["path"]).read_text().splitlines()[0].split(",")
        for row in (right, wrong)
    )
    assert header[0] == "CHILD" and other[0] != "CHILD"


def test_the_duplicate_has_the_same_bytes_under_another_name(borough: Borough) -> None:
    copy = _one(borough, "duplicate")
    first = [
        row
        for row in borough.deliveries("brightcare", "client_level_data")
        if row["period_to"] == copy["period_to"] and row["path"] != copy["path"]
    ]
    assert len(first) == 1
    assert first[0]["file"] != copy["file"]
    paths = [borough.inbox / row["path"] for row in (first[0], copy)]
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_one_quarter_of_youth_activity_comes_five_weeks_late(borough: Borough) -> None:
    (late,) = [row for row in _of_fate(borough, "late") if row["provider"] == "youthworks"]
    assert (late["period_to"], late["submitted_at"]) == ("2026-06-30", "2026-08-11T09:00:00Z")


def test_a_planted_provider_breaks_its_promise_in_three_quarters_on_end(borough: Borough) -> None:
    late = [row for row in _of_fate(borough, "late") if row["provider"] != "youthworks"]
    assert {row["provider"] for row in late} == {"kidsfirst"}
    assert len({row["dataset"] for row in late}) == 3
    ends = sorted({row["period_to"] for row in late})
    assert len(ends) == 3 and ends[0] >= "2025-12-31"


def test_one_file_has_a_column_nobody_promised(borough: Borough) -> None:
    odd = _one(borough, "unknown_column")
    plain = borough.deliveries(odd["provider"], odd["dataset"])[0]
    added = set(borough.rows(odd)[0]) - set(borough.rows(plain)[0])
    assert added == {"Key Worker"}


def test_the_partial_resubmission_holds_only_corrected_rows(borough: Borough) -> None:
    part = _one(borough, "partial")
    whole = next(
        row
        for row in borough.deliveries("wellpath", "referrals")
        if row["period_to"] == part["period_to"]
    )
    before = {row["ServiceRequestId"]: row for row in borough.rows(whole)}
    corrected = borough.rows(part)
    assert 0 < len(corrected) < len(before) / 4
    for row in corrected:
        assert before[row["ServiceRequestId"]]["OnwardReferralTo"] is None
        assert row["OnwardReferralTo"] is not None


def test_all_refused_files_are_replaced(borough: Borough) -> None:
    for row in borough.table("delivery").iter_rows(named=True):
        if row["expected_fate"].startswith("refused"):
            assert not _later(borough, row)["expected_fate"].startswith("refused")


@pytest.mark.parametrize("quarters", range(1, 11))
def test_faults_fall_into_quarters_there_are(quarters: int) -> None:
    plan: dict[str, Any] = vars(fault_plan(quarters))
    assert all(index >= 0 for index in plan.values())
    tolerated = {"activelife_visits_wrong_period"}  # needs a quarter before it
    assert all(index < quarters for name, index in plan.items() if name not in tolerated)


def test_manifests_are_json_objects_of_text_and_numbers(borough: Borough) -> None:
    for path in borough.inbox.rglob("*.manifest.json"):
        values = json.loads(path.read_text()).values()
        assert all(isinstance(value, str | int) for value in values)
