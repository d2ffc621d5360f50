"""A reviewer takes back what a night has already taken in, and nobody else's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.linkage.link import link
from insight_pipeline.linkage.review.application import Application, Request
from insight_pipeline.linkage.review.decisions import load_decisions
from insight_pipeline.linkage.review.desk import Desk
from insight_pipeline.linkage.review.queue import find_items
from insight_pipeline.linkage.review.refusal import Refused
from insight_pipeline.linkage.review.workspace import open_workspace
from insight_pipeline.linkage.summary import LinkageInputs
from tests.unit.linkage.review.decided import decision, effective, policy, write
from tests.unit.linkage.review.linked import linked_home
from tests.unit.linkage.review.test_application import ADDRESS, ORIGIN, desk_of

ROWS = [
    decision(1, "north:7003a", "south:7003b", "different", "ada"),
    decision(2, "north:5001", "south:5002", "different", "ben"),
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("town")
    settings = linked_home(folder)
    taken = LinkageInputs(decision=(write(folder / "decisions.parquet", ROWS),))
    link(folder / "evidence.parquet", settings.identity, taken, settings)
    with open_workspace(settings) as workspace:
        find_items(workspace.con, workspace.join, workspace.policy)
        yield desk_of(workspace, folder)


@pytest.mark.parametrize(
    ("decision_id", "reason"), [("d002", "Not mine"), ("d001", " "), ("d9", "x y")]
)
def test_what_cannot_be_taken_back_is_refused(desk: Desk, decision_id: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        desk.withdraw(decision_id, reason)
    assert len(refused.value.words) == 1
    assert desk.waiting() == []


def test_taking_back_ends_the_effect_of_ones_own_decision(desk: Desk, tmp_path: Path) -> None:
    site = Application(desk, ADDRESS)
    listed = site.respond(Request("GET", f"{site.root}/audit", ADDRESS)).body
    assert re.findall(r'action="/[^/]+/withdraw/(.+?)"', listed) == ["d001"]
    token = re.findall(r'name="token" value="(.+?)"', listed)[0]
    path = f"{site.root}/withdraw/d001"
    for reason, status in [("", 422), ("The wrong pair", 200)]:
        form = {"token": token, "reason": reason}
        assert site.respond(Request("POST", path, ADDRESS, ORIGIN, form)).status == status
    (kept,) = desk.waiting()
    assert (kept.verdict_code, kept.reason, kept.sampling_code) == (
        "withdrawn", "The wrong pair", "named",
    )  # fmt: skip
    later = {"decision_id": kept.decision_id, "verdict_code": kept.verdict_code,
             "decided_at": ROWS[1]["decided_at"].fromisoformat(kept.decided_at)}  # fmt: skip
    with duckdb.connect() as con:
        load_decisions(
            con, [write(tmp_path / "d.parquet", [*ROWS, {**ROWS[0], **later}])], policy()
        )
        assert effective(con) == {("north:5001", "south:5002", "different")}
