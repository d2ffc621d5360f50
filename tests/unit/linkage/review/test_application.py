"""Who is answered, what is kept, and what pages and addresses tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from insight_pipeline.linkage.review.application import Application, Request, Response, parsed_form
from insight_pipeline.linkage.review.delivery import Destination
from insight_pipeline.linkage.review.desk import Desk, Reviewer
from insight_pipeline.linkage.review.notebook import Notebook
from insight_pipeline.linkage.review.queue import find_items, ranked
from insight_pipeline.linkage.review.workspace import Workspace, open_workspace
from tests.unit.linkage.review.linked import CANARIES, CANARY, linked_home

ADDRESS = "127.0.0.1:8123"
ORIGIN = f"http://{ADDRESS}"
GOOD = {"verdict": "different", "reason_code": "twins", "reason": "  Two cards,\n seen  "}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with open_workspace(linked_home(tmp_path_factory.mktemp("town"))) as opened:
        find_items(opened.con, opened.join, opened.policy)
        yield opened


def desk_of(workspace: Workspace, folder: Path, *, blind: bool = False) -> Desk:
    kinds = {item.kind: item.kind for item in ranked(workspace.con, None)}
    to = Destination(folder / "inbox", "council", "linkage_decisions", "1.0.0")
    reviewer = Reviewer("ada", blind, (("twins", "Twins"),), kinds, to)
    queue, notebook = ranked(workspace.con, None), Notebook(folder, "ada")
    return Desk(workspace, queue, notebook, reviewer, lambda: datetime(2025, 7, 8, 9, tzinfo=UTC))


class Browser:
    """Knows what a real one would: the address, and the token of the last page."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.site = desk, Application(desk, ADDRESS)
        (self.item,) = desk.left()
        self.token = re.findall(r'name="token" value="(.+?)"', self.get("/").body)[0]

    def get(self, path: str) -> Response:
        return self.site.respond(Request("GET", self.site.root + path, ADDRESS))

    def post(self, path: str, origin: str | None = ORIGIN, **form: Any) -> Response:
        fields = {"token": self.token, **form}
        return self.site.respond(Request("POST", self.site.root + path, ADDRESS, origin, fields))

    @property
    def question(self) -> str:
        return f"/item/{self.item.item_id}"


@pytest.fixture
def browser(workspace: Workspace, tmp_path: Path) -> Browser:
    return Browser(desk_of(workspace, tmp_path))


def test_the_page_shows_what_records_say(browser: Browser) -> None:
    body = browser.get(browser.question).body
    assert CANARY in body and "Quibblewort" in body
    assert "<mark>" in body and "match weight" in body


def test_the_list_and_all_addresses_tell_nothing(browser: Browser) -> None:
    told = browser.get("/").body + browser.question + browser.site.url
    assert not [canary for canary in CANARIES if canary in told]


def test_strangers_are_not_answered(browser: Browser) -> None:
    site = browser.site
    for path, host in [
        ("/", ADDRESS),
        ("/wrong/", ADDRESS),
        (site.root + "/", "review.example"),
        (site.root + "/", "localhost:8123"),
        (site.root + "x/", ADDRESS),
    ]:
        answer = site.respond(Request("GET", path, host))
        assert (answer.status, answer.body) == (404, "")


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", f"{ORIGIN}0"])
def test_a_form_of_another_page_changes_nothing(browser: Browser, origin: str | None) -> None:
    assert browser.post(browser.question, origin, **GOOD).status == 403
    assert browser.desk.waiting() == []


def test_a_form_without_our_token_changes_nothing(browser: Browser) -> None:
    assert browser.post(browser.question, **{**GOOD, "token": "guessed"}).status == 403
    assert browser.post("/write", token="").status == 403
    assert browser.desk.waiting() == []


def test_every_page_says_that_nothing_of_it_may_leave(browser: Browser) -> None:
    for path in ("/", browser.question, "/audit"):
        headers = browser.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_a_verdict_is_kept_with_its_reason(browser: Browser) -> None:
    answer = browser.post(browser.question, **GOOD)
    assert (answer.status, answer.route) == (200, "verdict")
    (kept,) = browser.desk.waiting()
    assert (kept.verdict_code, kept.reason_code, kept.reason) == (
        "different", "twins", "Two cards, seen",
    )  # fmt: skip
    assert kept.decided_at == "2025-07-08 09:00:00"
    assert browser.desk.left() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"verdict": "withdrawn"},
        {"reason_code": "because"},
        {"reason": " x "},
        {"reason": "x" * 1001},
    ],
)
def test_a_verdict_that_lacks_something_is_not_kept(
    browser: Browser, wrong: dict[str, str]
) -> None:
    answer = browser.post(browser.question, **{**GOOD, **wrong})
    assert answer.status == 422
    assert "Not kept yet" in answer.body
    assert browser.desk.waiting() == []


def test_what_was_typed_comes_back_as_text_and_never_as_markup(browser: Browser) -> None:
    answer = browser.post(browser.question, **{**GOOD, "verdict": "", "reason": "<script>alert(1)"})
    assert "&lt;script&gt;alert(1)" in answer.body
    assert "<script>alert" not in answer.body


def test_writing_takes_every_verdict_along_once(browser: Browser) -> None:
    browser.post(browser.question, **GOOD)
    assert "1 decision is in the inbox" in browser.post("/write").body
    assert browser.desk.waiting() == []
    assert "0 decisions are" in browser.post("/write").body


def test_done_ends_the_server(browser: Browser) -> None:
    answer = browser.post("/done")
    assert answer.is_last and "close this window" in answer.body


def test_unknown_questions_and_pages_are_not_there(browser: Browser) -> None:
    assert [browser.get(path).status for path in ("/item/0000", "/secrets", "/write")] == [404] * 3


def test_who_judges_blind_is_shown_nothing_that_tells(workspace: Workspace, tmp_path: Path) -> None:
    blind = Browser(desk_of(workspace, tmp_path, blind=True))
    assert "Weight" not in blind.get("/").body and blind.item.kind not in blind.get("/").body
    before = blind.get(blind.question).body
    assert CANARY in before and "bits" not in before and "<svg" not in before
    blind.post(blind.question, **GOOD)
    assert "<svg" in blind.get(blind.question).body
    assert "Two cards" in blind.get("/audit").body
    blind.post(blind.question, **{**GOOD, "verdict": "same"})
    assert [one.is_blind for one in blind.desk.waiting()] == [True, False]


def test_a_verdict_is_remembered_until_the_evidence_changes(
    workspace: Workspace, tmp_path: Path
) -> None:
    first = Browser(desk_of(workspace, tmp_path))
    first.post(first.question, **GOOD)
    assert desk_of(workspace, tmp_path).left() == []
    path = tmp_path / "ada.jsonl"
    mark = first.desk.waiting()[0].evidence_mark
    path.write_text(path.read_text().replace(mark, "0" * len(mark)))
    assert len(desk_of(workspace, tmp_path).left()) == 1


def test_forms_are_read_as_text() -> None:
    assert parsed_form(b"reason=caf%C3%A9+au+lait&empty=&reason=two") == {
        "reason": "café au lait",
        "empty": "",
    }


def test_of_verdicts_within_one_second_the_last_given_is_the_latest(
    workspace: Workspace, tmp_path: Path
) -> None:
    desk = desk_of(workspace, tmp_path)
    (item,) = desk.left()
    words = ["different", "same", "unsure"]
    given = [desk.judge(item, word, "twins", "Two cards seen") for word in words]
    assert [one.decided_at[-8:] for one in given] == ["09:00:00", "09:00:01", "09:00:02"]
