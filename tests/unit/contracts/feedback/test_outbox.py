"""What a provider finds in its outbox, with the real engine behind it.

The tests of folder.py, findings.py, delivery.py, waiting.py and steps.py stand here as well:
judging imports Great Expectations, and one module of tests pays for it once.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import jsonschema_rs
import polars as pl
import pytest

from insight_pipeline.contracts.feedback.folder import read_statement
from insight_pipeline.contracts.feedback.outbox import write_feedback
from insight_pipeline.contracts.feedback.statement import Statement
from insight_pipeline.contracts.judging.keeping import issues_path
from insight_pipeline.contracts.judging.verdict import read_verdict, write_verdict
from insight_pipeline.contracts.standing.accounts import ACCOUNTS, Account, read_accounts
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.landing.receipt import Receipt
from tests.conftest import ROOT
from tests.unit.contracts.feedback.scenes import CANARY, Scene, cases, contents, scene
from tests.unit.contracts.promises import deliver, home

GOOD = "A1,Ann Abel,01/02/2025,"
NO_NAME = "A2,,01/02/2025,"
BAD_DATE = "A3,Cy Cole,31/02/2025,"
BACKWARDS = "A4,Di Dunn,03/02/2025,01/02/2025"
BAD_END = "A5,Ed Eve,03/02/2025,soon"


def listed(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_each_broken_rule_is_told_with_its_line_its_words_and_its_value(tmp_path: Path) -> None:
    play = scene(tmp_path)
    sent = play.send(GOOD, NO_NAME, BAD_DATE, BACKWARDS, BAD_END)
    play.answer()
    rows = listed(play.folder(sent) / "issues.csv")
    assert [(r["line"], r["key"], r["column"], r["code"], r["value"]) for r in rows] == [
        ("3", "A2", "Name", "name.required", ""),
        ("4", "A3", "Start", "start.type", "31/02/2025"),
        ("5", "A4", "", "end_not_before_start", ""),
        ("6", "A5", "End", "end.type", "soon"),
    ]
    assert rows[0]["sentence"] == "Name is empty."
    assert rows[1]["sentence"] == "Start is not a date."
    assert rows[1]["hint"] == "Write it as dd/MM/yyyy."
    assert [r["severity"] for r in rows] == ["record", "record", "record", "warn"]


def test_the_statement_adds_up_and_ranks_what_holds_rows_before_remarks(tmp_path: Path) -> None:
    play = scene(tmp_path)
    sent = play.send(GOOD, NO_NAME, BAD_DATE, BACKWARDS, BAD_END, " A6 ,Fay Ford,01/02/2025,")
    play.answer()
    told = play.told(sent)
    assert (told.received, told.accepted, told.quarantined, told.rejected) == (6, 3, 3, 0)
    assert told.headline == "Taken, except 3 rows"
    assert [rule.code for rule in told.rules_broken] == [
        "end_not_before_start",
        "name.required",
        "start.type",
        "end.type",
    ]
    assert told.rules_broken[1].lines == (3,)
    assert [(r.column, r.name, r.cells) for r in told.repairs] == [("Ref", "trim", 1)]
    assert [file.name for file in told.files] == [
        "issues.xlsx",
        "issues.csv",
        "rows_to_correct.csv",
    ]


def test_lines_that_are_no_rows_are_told_with_their_numbers(tmp_path: Path) -> None:
    play = scene(tmp_path)
    sent = play.send(GOOD, "A2,too,few", GOOD.replace("A1", "A7"))
    play.answer()
    told = play.told(sent)
    assert told.rejected == 1
    assert [(rule.code, rule.rows, rule.lines) for rule in told.rules_broken] == [
        ("wrong_field_count", 1, (3,))
    ]


def test_corrected_rows_sent_back_release_those_held(tmp_path: Path) -> None:
    play = scene(tmp_path)
    first = play.send(GOOD, NO_NAME, BAD_DATE)
    play.answer()
    held = (play.folder(first) / "rows_to_correct.csv").read_text(encoding="utf-8-sig")
    mended = held.replace("A2,,", "A2,Bo Bell,").replace("31/02/2025", "28/02/2025")
    second = play.send(*mended.splitlines()[1:], day=9)
    play.answer()
    assert (play.told(second).received, play.told(second).accepted) == (2, 2)
    since = play.told(second).since_last_time
    assert since is not None
    assert (since.fixed, since.still_open, since.new, since.released) == (2, 0, 0, 2)
    assert play.told(first).released_since == 2
    assert "2 held rows have" in (play.folder(first) / "summary.html").read_text(encoding="utf-8")


def test_since_last_time_tells_fixed_still_open_and_new_apart(tmp_path: Path) -> None:
    play = scene(tmp_path, mode="replace_period")
    play.send(GOOD, NO_NAME, BAD_DATE)
    other = play.send(GOOD.replace("A1", "A9"), day=8, period_from="2024-01-01")
    second = play.send(GOOD, NO_NAME, "A3,Cy Cole,28/02/2025,", BACKWARDS, day=9)
    play.answer()
    since = play.told(second).since_last_time
    assert since is not None
    assert (since.fixed, since.still_open, since.new) == (1, 1, 1)
    assert play.told(other).since_last_time is None


def test_a_row_not_sent_again_is_not_called_fixed_where_rows_are_topped_up(tmp_path: Path) -> None:
    play = scene(tmp_path)
    play.send(GOOD, NO_NAME)
    second = play.send(GOOD.replace("A1", "A8"), day=9)
    play.answer()
    since = play.told(second).since_last_time
    assert since is not None
    assert (since.fixed, since.not_sent_again) == (0, 1)


def test_a_refused_file_says_why_and_what_to_do(tmp_path: Path) -> None:
    play = scene(tmp_path)
    sent = play.send(GOOD, rows=7)
    play.answer()
    told = play.told(sent)
    assert (told.outcome, told.headline) == ("refused", "Not taken")
    assert "does not have as many rows as its manifest says" in told.explanation
    assert "send the whole file again" in told.next_steps[0]


def test_another_separator_is_told_before_the_columns_it_hides(tmp_path: Path) -> None:
    play = scene(tmp_path, reader={"format": "csv", "delimiter": ";"})
    sent = play.send(GOOD, NO_NAME, rows=7)
    play.answer()
    told = play.told(sent)
    assert [rule.code for rule in told.rules_broken][:2] == ["columns_present", "rows_as_declared"]
    words = "The file seems to be separated by , (comma), agreed is ; (semicolon)."
    assert told.explanation.startswith(words)
    assert [(note.code, note.sentence) for note in told.notes] == [("delimiter_seems", words)]
    assert {row["sentence"][: len(words)] for row in listed(play.folder(sent) / "issues.csv")} >= {
        words
    }


def test_a_file_nobody_can_read_is_answered_too(tmp_path: Path) -> None:
    play = scene(tmp_path)
    sent = deliver(play.settings, "")
    play.answer()
    told = play.told(sent)
    assert told.unreadable == "empty_file"
    assert told.rules_broken[0].sentence == "The file is empty."


def test_a_shrunken_file_waits_and_its_page_says_so(tmp_path: Path) -> None:
    play = scene(tmp_path, mode="replace_period", minShareOfLast=0.9)
    play.send(GOOD, GOOD.replace("A1", "A2"), GOOD.replace("A1", "A3"))
    second = play.send(GOOD, day=9)
    play.answer()
    told = play.told(second)
    assert (told.outcome, told.headline) == ("held", "Waiting for approval")
    assert "shrunken" in [remark.code for remark in told.notices]


def test_our_own_failure_is_never_told_as_the_providers(tmp_path: Path) -> None:
    play = scene(tmp_path)
    sent = play.send(GOOD)
    (play.settings.landing / "blobs" / sent.sha256[:2] / sent.sha256).unlink()
    play.answer()
    told = play.told(sent)
    assert (told.outcome, told.headline) == ("error", "Not checked yet")
    assert told.rules_broken == () and told.files == ()
    assert told.next_steps == ("Nothing on your side.",)


def test_whole_file_datasets_never_hear_to_send_corrected_rows_alone(tmp_path: Path) -> None:
    for mode in ("replace_period", "replace"):
        play = scene(tmp_path / mode, mode=mode)
        sent = play.send(GOOD, NO_NAME)
        play.answer()
        steps = " ".join(play.told(sent).next_steps)
        assert "Never send corrected rows alone" in steps
        assert "rows_to_correct" not in steps


def test_a_night_without_news_changes_no_byte(tmp_path: Path) -> None:
    play = scene(tmp_path)
    play.send(GOOD, NO_NAME)
    assert len(play.answer().made) == 1
    before = contents(play.outbox)
    times = {path: path.stat().st_mtime_ns for path in play.outbox.rglob("*")}
    assert play.answer().made == ()
    assert contents(play.outbox) == before
    assert {path: path.stat().st_mtime_ns for path in play.outbox.rglob("*")} == times


def test_a_later_delivery_leaves_lists_alone_that_say_the_same(tmp_path: Path) -> None:
    play = scene(tmp_path)
    first = play.send(GOOD, BAD_END)
    play.answer()
    book = play.folder(first) / "issues.xlsx"
    written = book.stat().st_mtime_ns
    play.send("B1,Bo Bell,01/02/2025,", day=9)
    play.answer()
    assert book.stat().st_mtime_ns == written


def test_the_outbox_does_not_depend_on_the_order_of_arrival(tmp_path: Path) -> None:
    deliveries = [((GOOD, NO_NAME), 7), ((NO_NAME.replace("A2,,", "A2,Bo,"), BAD_DATE), 8)]
    deliveries.append(((GOOD, BACKWARDS), 9))
    found = []
    for n, order in enumerate((deliveries, deliveries[::-1])):
        play = scene(tmp_path / str(n))
        for rows, day in order:
            play.send(*rows, day=day)
            if n:
                play.answer()
        play.answer()
        found.append(contents(play.outbox))
    assert found[0] == found[1]


def test_stale_folders_are_kept_and_damaged_ones_made_again(tmp_path: Path) -> None:
    play = scene(tmp_path)
    sent = play.send(GOOD, NO_NAME)
    play.answer()
    before = contents(play.outbox)
    kept = play.outbox / "cases" / "2020-01-01_2020-03-31" / "0123456789abcdef"
    kept.mkdir(parents=True)
    (kept / "summary.html").write_text("old", encoding="utf-8")
    (play.folder(sent) / "feedback.json").write_text("{", encoding="utf-8")
    play.answer()
    assert (kept / "summary.html").read_text(encoding="utf-8") == "old"
    assert {k: v for k, v in contents(play.outbox).items() if "2020" not in k} == before


def test_a_missing_list_is_our_fault_and_leaves_the_outbox_as_it_was(tmp_path: Path) -> None:
    play = scene(tmp_path)
    sent = play.send(GOOD, NO_NAME)
    play.answer()
    before = contents(play.outbox)
    stem, folder = play.contract.stem, play.settings.quarantine
    (folder / stem / f"{sent.delivery_id}.issues.parquet").unlink()
    verdict = read_verdict(play.settings.accepted, stem, sent.delivery_id)
    assert verdict is not None
    changed = verdict.model_copy(update={"fingerprint": "another"})
    write_verdict(play.settings.accepted, changed)
    with pytest.raises(InsightError, match="written with every verdict"):
        write_feedback(play.contract, play.settings)
    assert contents(play.outbox) == before


def test_no_value_leaves_the_lists(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    play = scene(tmp_path)
    sent = play.send(
        f"{CANARY}1,{CANARY},01/02/2025,",
        f"{CANARY}2,,{CANARY},{CANARY}",
        f"A3,{CANARY}{'x' * 60},01/02/2025,",
        f"{CANARY},too few",
    )
    play.answer()
    found = {name for name, data in contents(play.folder(sent)).items() if CANARY.encode() in data}
    assert found == {"issues.csv", "rows_to_correct.csv"}
    assert CANARY.encode() not in (play.outbox / "index.html").read_bytes()
    assert CANARY not in caplog.text
    values = [row["value"] for row in listed(play.folder(sent) / "issues.csv")]
    assert any(CANARY in value for value in values)
    assert CANARY in str(pl.read_excel(play.folder(sent) / "issues.xlsx", sheet_id=2).rows())


def test_a_canary_in_a_sound_row_reaches_no_file_of_the_outbox(tmp_path: Path) -> None:
    play = scene(tmp_path)
    play.send(f"A1,{CANARY},01/02/2025,", NO_NAME)
    play.answer()
    assert not [name for name, data in contents(play.outbox).items() if CANARY.encode() in data]


def test_every_statement_keeps_its_documented_schema(tmp_path: Path) -> None:
    schema = json.loads((ROOT / "docs" / "feedback.schema.json").read_text(encoding="utf-8"))
    assert schema.pop("$schema") == "https://json-schema.org/draft/2020-12/schema"
    assert schema == Statement.model_json_schema(mode="serialization")
    validator = jsonschema_rs.validator_for(schema)
    play = scene(tmp_path)
    sent = [play.send(GOOD, NO_NAME), play.send(GOOD, rows=4, day=8), play.send(BAD_END, day=9)]
    play.answer()
    for receipt in sent:
        document = json.loads((play.folder(receipt) / "feedback.json").read_bytes())
        validator.validate(document)
        with pytest.raises(jsonschema_rs.ValidationError):
            validator.validate({**document, "value": "x"})
        del document["received"]
        with pytest.raises(jsonschema_rs.ValidationError):
            validator.validate(document)


def test_the_index_lists_every_delivery_newest_first(tmp_path: Path) -> None:
    play = scene(tmp_path)
    sent = [play.send(GOOD), play.send(BAD_DATE, day=9), play.send(GOOD, BAD_END, rows=9, day=8)]
    play.answer()
    page = (play.outbox / "index.html").read_text(encoding="utf-8")
    places = [page.index(f"{receipt.delivery_id}/summary.html") for receipt in sent]
    assert places[1] < places[2] < places[0]
    assert all(words in page for words in ("Taken in full", "Taken, except 1 row", "Not taken"))


def test_a_dataset_that_never_delivered_has_no_outbox(tmp_path: Path) -> None:
    play = Scene(home(tmp_path), cases())
    assert play.answer().deliveries == 0
    assert not play.outbox.exists()
    assert read_statement(play.outbox) is None


def judged_otherwise(play: Scene, sent: Receipt, **changed: object) -> None:
    """The verdict on a delivery as it would be under another law, beside its account."""
    verdict = read_verdict(play.settings.accepted, play.contract.stem, sent.delivery_id)
    assert verdict is not None
    changed = {"fingerprint": "another law", **changed}
    write_verdict(play.settings.accepted, verdict.model_copy(update=changed))
    accounts = read_accounts(play.settings, play.contract.stem)
    assert accounts is not None
    others = {name: changed[name] for name in changed.keys() & Account.model_fields.keys()}
    fared = [
        account.model_copy(update=others if account.delivery_id == sent.delivery_id else {})
        for account in accounts.deliveries
    ]
    path = play.settings.accepted / play.contract.stem / ACCOUNTS
    path.write_text(accounts.model_copy(update={"deliveries": tuple(fared)}).model_dump_json())


def test_lists_that_are_told_no_more_are_taken_away(tmp_path: Path) -> None:
    play = scene(tmp_path)
    sent = play.send(GOOD, NO_NAME)
    play.answer()
    folder = play.folder(sent)
    assert {"issues.csv", "issues.xlsx", "rows_to_correct.csv"} <= set(contents(folder))
    issues = issues_path(play.settings, play.contract.stem, sent.delivery_id)
    pl.read_parquet(issues).clear().write_parquet(issues)
    counts = {"accepted": 0, "quarantined": 0, "rejected": 2}
    judged_otherwise(play, sent, outcome="refused", **counts)
    quarantine = play.settings.quarantine / play.contract.stem / f"{sent.delivery_id}.parquet"
    assert quarantine.exists(), "what the earlier verdict held back"
    write_feedback(play.contract, play.settings)
    assert set(contents(folder)) == {"feedback.json", "summary.html"}
    assert play.told(sent).files == ()


def test_another_verdict_with_equal_counts_renews_what_is_compared_with_it(tmp_path: Path) -> None:
    play = scene(tmp_path)
    first = play.send(GOOD, NO_NAME)
    second = play.send(NO_NAME, GOOD, day=9)
    play.answer()
    since = play.told(second).since_last_time
    assert since is not None and (since.still_open, since.new) == (1, 0)
    issues = issues_path(play.settings, play.contract.stem, first.delivery_id)
    other = pl.read_parquet(issues).with_columns(code=pl.lit("name.max_length"))
    other.write_parquet(issues)
    judged_otherwise(play, first)
    assert second.delivery_id in write_feedback(play.contract, play.settings).made
    since = play.told(second).since_last_time
    assert since is not None and (since.still_open, since.new) == (0, 1)
