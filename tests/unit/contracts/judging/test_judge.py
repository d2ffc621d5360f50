"""Judging deliveries, with Great Expectations as the judge and feeds around it.

The tests of feed.py and great_expectations_verdict.py stand here as well: importing Great
Expectations takes seconds, and one module of tests pays for it once.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import polars as pl
import pytest

from insight_pipeline.contracts.feed import FeedResult, process_feed
from insight_pipeline.contracts.judging import judge as judge_module
from insight_pipeline.contracts.judging import keeping, scan
from insight_pipeline.contracts.judging.examination import Tally
from insight_pipeline.contracts.judging.law import Law
from insight_pipeline.contracts.judging.rules import DELIVERY_RULES, Rule, compile_rules
from insight_pipeline.contracts.judging.verdict import (
    RuleResult,
    Verdict,
    read_verdict,
    verdict_path,
)
from insight_pipeline.contracts.promise.contract import Contract, Limit
from insight_pipeline.contracts.standing.accounts import current_path, read_accounts
from insight_pipeline.kernel import faultpoint
from insight_pipeline.kernel.outcome import Outcome, Severity
from insight_pipeline.landing.reading_desk import ReadingDesk
from insight_pipeline.landing.receipt import Receipt
from insight_pipeline.landing.reception import blob_path
from insight_pipeline.settings import Settings
from insight_pipeline.sql.model import Macro
from tests.unit.contracts.promises import STEM, column, contract, deliver, home, row_rule
from tests.unit.contracts.rows import format_macros

COLUMNS = (
    column("Ref", required=True, key=True),
    column("Name"),
    column("Sex", vocabulary="sex", severity="warn"),
    column("Start", "date", required=True, options={"format": "dd/MM/yyyy"}),
)
CASES = contract(*COLUMNS, periodColumn="Start")
HEADER = "Ref,Name,Sex,Start"
CANARY = "Hernandez-Canary"


def vocabulary(*rows: tuple[str, str, str]) -> pl.DataFrame:
    schema = dict.fromkeys(["vocabulary", "code", "label", "synonyms"], pl.String)
    frame = pl.DataFrame([("sex", *row) for row in rows], schema=schema, orient="row")
    never = pl.lit(None, dtype=pl.String)
    return frame.with_columns(
        valid_from=pl.lit("2000-01-01"), valid_to=never, source=pl.lit("dictionary")
    )


LAW = Law(vocabulary(("M", "Male", "1;Man"), ("F", "Female", "2")), ())


@pytest.fixture(autouse=True)
def no_second_opinion(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oracle takes longer than judging a few rows; test_activation.py is about it."""
    monkeypatch.setattr(judge_module, "ensure_agreement", lambda *_: None)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return home(tmp_path)


def csv(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *rows]) + "\n"


def sound(count: int, first: int = 0) -> list[str]:
    return [f"{n},Zoë,M,01/02/2025" for n in range(first, first + count)]


def night(settings: Settings, made: Contract = CASES, law: Law = LAW) -> FeedResult:
    return process_feed(made, law, settings)


def verdict_on(
    settings: Settings, content: str | bytes, made: Contract = CASES, **declared: Any
) -> Verdict:
    """The verdict on one delivery of its own home."""
    receipt = deliver(settings, content, **declared)
    (verdict,) = night(settings, made).verdicts
    assert verdict.delivery_id == receipt.delivery_id
    assert verdict.balances()
    return verdict


def result(verdict: Verdict, code: str) -> RuleResult:
    return next(rule for rule in verdict.rules if rule.code == code)


def parts(verdict: Verdict) -> tuple[int, int, int, int, int]:
    """received, accepted, quarantined, superseded, rejected"""
    return (
        verdict.received,
        verdict.accepted,
        verdict.quarantined,
        verdict.superseded,
        verdict.rejected,
    )


def rows(path: Path) -> list[dict[str, Any]]:
    return pl.read_parquet(path).to_dicts()


# Outcomes


def test_a_sound_delivery_is_accepted_and_every_rule_passes(settings: Settings) -> None:
    verdict = verdict_on(settings, csv(*sound(5)), rows=5)
    assert verdict.outcome == "accepted"
    assert parts(verdict) == (5, 5, 0, 0, 0)
    assert {rule.outcome for rule in verdict.rules} == {Outcome.PASSED}
    assert [rule.code for rule in verdict.rules] == [rule.code for rule in compile_rules(CASES)]
    assert (verdict.provider, verdict.contract_version) == ("brightcare", "1.0.0")


def test_rows_go_where_they_belong_and_all_are_accounted_for(settings: Settings) -> None:
    mixed = ["x,Ann,?,99/99/2025", "0,Zoë,M,01/02/2025", '9,"open,M,01/02/2025']
    verdict = verdict_on(settings, csv(*sound(9), *mixed), rows=12)
    assert verdict.outcome == "accepted"
    assert parts(verdict) == (12, 9, 1, 1, 1)
    assert result(verdict, "start.type") == RuleResult(
        code="start.type", severity=Severity.RECORD, outcome=Outcome.FAILED, broken=1
    )
    assert result(verdict, "sex.vocabulary").outcome is Outcome.WARNING
    assert result(verdict, "readable_rows").outcome is Outcome.WARNING
    (held,) = rows(settings.quarantine / STEM / f"{verdict.delivery_id}.parquet")
    assert (held["Ref"], held["_row"]) == ("x", 11)
    assert sorted(held["_rules"]) == ["sex.vocabulary", "start.type"]


def test_synonyms_are_replaced_by_their_code_and_unknown_words_stay(settings: Settings) -> None:
    given = ["1,a,man,01/02/2025", "2,b,FEMALE,01/02/2025", "3,c,?,01/02/2025", "4,d,,01/02/2025"]
    verdict_on(settings, csv(*given))
    found = rows(current_path(settings, STEM))
    assert [row["Sex"] for row in found] == ["M", "F", "?", None]


REFUSALS: list[tuple[str, str | bytes, dict[str, Any]]] = [
    ("readable", b"\xff\xfe\x00", {}),
    ("contract_version", csv(*sound(2)), {"contract_version": "2.0.0"}),
    ("columns_present", csv("1,a,01/02/2025", header="Ref,Name,Start"), {}),
    ("columns_present", csv("1,a,M,01/02/2025,M", header=HEADER + ",Sex"), {}),
    ("columns_present", csv("1,a,M,01/02/2025", header=HEADER.replace("Sex", "sex ")), {}),
    ("rows_as_declared", csv(*sound(2)), {"rows": 3}),
    ("rows_as_declared", csv(*sound(2)), {"rows": 0}),
    ("declared_period", csv("1,a,M,01/04/2025", "2,a,M,31/03/2025", "3,a,M,31/12/2024"), {}),
    ("share_of_sound_rows", csv(*sound(2), "8,a,M,x"), {}),
    ("share_of_sound_rows", csv(*sound(2), '8,"a,M,x'), {}),
]


@pytest.mark.parametrize(("code", "content", "declared"), REFUSALS)
def test_a_broken_delivery_rule_refuses_the_whole_delivery(
    settings: Settings, code: str, content: str | bytes, declared: dict[str, Any]
) -> None:
    verdict = verdict_on(settings, content, **declared)
    assert verdict.outcome == "refused"
    assert verdict.reasons == (code,)
    assert parts(verdict)[1:4] == (0, 0, 0)
    assert verdict.received == verdict.rejected >= 1
    assert not (settings.accepted / STEM / f"{verdict.delivery_id}.parquet").exists()
    assert rows(current_path(settings, STEM)) == []


ACCEPTED: list[tuple[str, str, dict[str, Any]]] = [
    ("a later minor version", csv(*sound(2)), {"contract_version": "1.7.3"}),
    ("as many rows as said", csv(*sound(2)), {"rows": 2}),
    ("rejected lines are rows", csv(*sound(5), "half"), {"rows": 6}),
    ("half of the rows outside", csv("1,a,M,01/04/2025", "2,a,M,31/03/2025"), {}),
    ("just as many bad rows as allowed", csv(*sound(3), "8,a,M,x"), {}),
    ("columns in another order", csv("01/02/2025,M,1,a", header="Start,Sex,Ref,Name"), {}),
    ("no rows at all", csv(), {"rows": 0}),
]


@pytest.mark.parametrize(
    ("content", "declared"), [case[1:] for case in ACCEPTED], ids=[case[0] for case in ACCEPTED]
)
def test_what_only_just_keeps_a_delivery_rule_is_accepted(
    settings: Settings, content: str, declared: dict[str, Any]
) -> None:
    verdict = verdict_on(settings, content, **declared)
    assert verdict.outcome == "accepted"
    assert verdict.reasons == ()


def test_an_unreadable_delivery_counts_the_rows_its_sender_said(settings: Settings) -> None:
    assert parts(verdict_on(settings, b"\x00", rows=40)) == (40, 0, 0, 0, 40)


def test_an_unknown_column_is_told_and_left_out(settings: Settings) -> None:
    given = csv("1,a,M,01/02/2025,blue", header=HEADER + ",Shoe")
    verdict = verdict_on(settings, given)
    assert (verdict.outcome, result(verdict, "unknown_columns").broken) == ("accepted", 1)
    assert result(verdict, "unknown_columns").outcome is Outcome.WARNING
    assert "Shoe" not in rows(current_path(settings, STEM))[0]


def test_a_column_sent_three_times_is_no_unknown_column(settings: Settings) -> None:
    verdict = verdict_on(settings, csv("1,a,M,01/02/2025,M,M", header=HEADER + ",Sex,Sex"))
    assert verdict.reasons == ("columns_present",)
    assert result(verdict, "unknown_columns").outcome is Outcome.PASSED


def test_records_without_any_column_still_miss_their_columns(settings: Settings) -> None:
    reader = {"format": "json", "record": "cases"}
    made = contract(*COLUMNS, reader=reader, mark="contract json")
    verdict = verdict_on(settings, '{"cases": [{}, {}]}', made)
    assert verdict.outcome == "refused"


RECORDS = {
    "json": '{"cases": [%s, %s]}',
    "ndjson": "%s\n%s\n",
    "xml": "<all><cases>%s</cases><cases>%s</cases></all>",
}
FIRST = {"Ref": "1", "Start": "01/02/2025"}


def records(form: str, *found: dict[str, str]) -> str:
    elements = ["".join(f"<{k}>{v}</{k}>" for k, v in one.items()) for one in found]
    return RECORDS[form] % tuple(elements if form == "xml" else map(json.dumps, found))


@pytest.mark.parametrize("form", RECORDS)
def test_what_no_record_mentions_is_absent_where_optional_and_missing_where_required(
    settings: Settings, form: str
) -> None:
    made = contract(*COLUMNS, reader={"format": form, "record": "cases"}, mark=form)
    verdict = verdict_on(settings, records(form, FIRST, {**FIRST, "Ref": "2"}), made)
    assert (verdict.outcome, parts(verdict)) == ("accepted", (2, 2, 0, 0, 0))
    assert result(verdict, "columns_present").outcome is Outcome.PASSED
    assert [row["Sex"] for row in rows(current_path(settings, STEM))] == [None, None]


@pytest.mark.parametrize("form", RECORDS)
def test_a_required_column_absent_from_every_record_refuses(settings: Settings, form: str) -> None:
    made = contract(*COLUMNS, reader={"format": form, "record": "cases"}, mark=form)
    verdict = verdict_on(settings, records(form, {"Ref": "1"}, {"Ref": "2"}), made)
    assert (verdict.outcome, verdict.reasons) == ("refused", ("columns_present",))
    assert result(verdict, "columns_present").broken == 1


def test_an_optional_column_that_no_record_mentions_is_still_judged(settings: Settings) -> None:
    named = column("Name", requiredIf="\"Ref\" = '2'")
    made = contract(
        COLUMNS[0],
        named,
        *COLUMNS[2:],
        reader={"format": "json", "record": "cases"},
        mark="contract with a condition",
        maxBadShare=0.5,
    )
    verdict = verdict_on(settings, records("json", FIRST, {**FIRST, "Ref": "2"}), made)
    assert (verdict.outcome, parts(verdict)) == ("accepted", (2, 1, 1, 0, 0))
    assert result(verdict, "name.required_if").broken == 1


def test_a_rule_of_severity_delivery_refuses_for_one_row(settings: Settings) -> None:
    rule = row_rule("no_test_rows", "\"Name\" <> 'TEST'", Severity.DELIVERY)
    made = contract(*COLUMNS, rules=(rule,), mark="contract with a delivery rule")
    verdict = verdict_on(settings, csv(*sound(9), "9,TEST,M,01/02/2025"), made)
    assert (verdict.outcome, verdict.reasons) == ("refused", ("no_test_rows",))


def test_a_document_without_records_is_accepted_as_nothing_to_report(settings: Settings) -> None:
    reader = {"format": "json", "record": "cases"}
    made = contract(*COLUMNS, reader=reader, mark="contract json")
    verdict = verdict_on(settings, '{"cases": []}', made, rows=0)
    assert (verdict.outcome, parts(verdict)) == ("accepted", (0, 0, 0, 0, 0))


# Verdicts stand, and are reached again when the law changes


def test_a_verdict_stands_unchanged_on_the_second_night(settings: Settings) -> None:
    receipt = deliver(settings, csv(*sound(2)))
    first = night(settings)
    path = verdict_path(settings.accepted, STEM, receipt.delivery_id)
    inode = path.stat().st_ino
    second = night(settings)
    assert first.judged_now == {receipt.delivery_id}
    assert (second.judged_now, second.unchanged) == (frozenset(), True)
    assert second.verdicts == first.verdicts
    assert path.stat().st_ino == inode


def test_only_what_is_new_is_judged(settings: Settings) -> None:
    deliver(settings, csv(*sound(2)))
    night(settings)
    new = deliver(settings, csv(*sound(2, first=5)), submitted_at="2025-04-08T09:00:00Z")
    second = night(settings)
    assert second.judged_now == {new.delivery_id}
    assert not second.unchanged
    assert len(rows(current_path(settings, STEM))) == 4


def test_a_changed_contract_judges_again_and_its_verdict_counts(settings: Settings) -> None:
    receipt = deliver(settings, csv(*sound(4), "9,,M,01/02/2025"))
    night(settings)
    strict = (COLUMNS[0], column("Name", required=True), *COLUMNS[2:])
    changed = contract(*strict, periodColumn="Start", mark="contract 2")
    second = night(settings, changed)
    assert second.judged_now == {receipt.delivery_id}
    assert parts(second.verdicts[0]) == (5, 4, 1, 0, 0)
    assert len(rows(current_path(settings, STEM))) == 4
    assert night(settings, changed).judged_now == frozenset()


def test_a_contract_that_changes_a_severity_only_judges_again(settings: Settings) -> None:
    renamed = tuple(
        column("Shoe", vocabulary="sex", severity=severity) for severity in ("warn", "record")
    )
    header = "Ref,Shoe"
    deliver(settings, csv(*(f"{n},M" for n in range(4)), "9,?", header=header))
    for number, (shoe, held) in enumerate(zip((*renamed, renamed[0]), (0, 1, 0), strict=True)):
        made = contract(COLUMNS[0], shoe, mark=f"severity {number}")
        (verdict,) = night(settings, made).verdicts
        assert (verdict.outcome, verdict.quarantined) == ("accepted", held)


def test_a_changed_code_list_judges_again_and_one_not_used_does_not(settings: Settings) -> None:
    deliver(settings, csv("1,a,?,01/02/2025"))
    night(settings)
    other = LAW.vocabularies.with_columns(pl.lit("shoe").alias("vocabulary"))
    both = pl.concat([LAW.vocabularies, other])
    assert night(settings, law=Law(both, LAW.macros)).judged_now == frozenset()
    wider = Law(vocabulary(("M", "Male", "1;Man"), ("F", "Female", "2;?")), LAW.macros)
    assert night(settings, law=wider).judged_now
    assert rows(current_path(settings, STEM))[0]["Sex"] == "F"


def test_a_changed_format_macro_judges_again(settings: Settings) -> None:
    deliver(settings, csv(*sound(1)))
    macro = next(macro for macro in format_macros() if macro.name == "valid_email")
    night(settings, law=Law(LAW.vocabularies, (macro,)))
    assert not night(settings, law=Law(LAW.vocabularies, (macro,))).judged_now
    changed = Macro(macro.name, macro.query.replace("@", "%"), macro.header)
    assert changed.query != macro.query
    assert night(settings, law=Law(LAW.vocabularies, (changed,))).judged_now


def test_an_earlier_submission_of_the_same_delivery_is_judged_under_its_own_day(
    settings: Settings,
) -> None:
    deliver(settings, csv(*sound(1)))
    night(settings)
    deliver(settings, csv(*sound(1)), submitted_at="2025-04-01T09:00:00Z")
    second = night(settings)
    assert [verdict.submitted_at.day for verdict in second.verdicts] == [1]
    assert [account.submitted_at.day for account in second.accounts.deliveries] == [1]


# An engine failure blames nobody


def failing(message: str = "the engine failed") -> Any:
    def fail(*_: Any, **__: Any) -> Any:
        raise duckdb.Error(message)

    return fail


def test_an_engine_failure_is_an_error_never_a_refusal_and_is_judged_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = deliver(settings, csv(*sound(3)))
    with monkeypatch.context() as broken:
        broken.setattr(scan, "find_exceptions", failing())
        first = night(settings)
    (verdict,) = first.verdicts
    assert (verdict.outcome, parts(verdict)) == ("error", (0, 0, 0, 0, 0))
    assert {rule.outcome for rule in verdict.rules} == {Outcome.ERROR}
    assert not (settings.accepted / STEM / f"{receipt.delivery_id}.parquet").exists()
    second = night(settings)
    assert second.judged_now == {receipt.delivery_id}
    assert second.verdicts[0].outcome == "accepted"


def test_a_delivery_judged_after_an_engine_failure_comes_into_the_dataset(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(settings, csv(*sound(3)))
    with monkeypatch.context() as broken:
        broken.setattr(scan, "find_exceptions", failing())
        night(settings)
    second = night(settings)
    assert not second.unchanged
    assert [account.accepted for account in second.accounts.deliveries] == [3]
    assert len(rows(current_path(settings, STEM))) == 3


def test_rows_once_accepted_stay_when_judging_them_again_fails(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(settings, csv(*sound(3)))
    night(settings)
    changed = contract(*COLUMNS, mark="a contract that changed")
    with monkeypatch.context() as broken:
        broken.setattr(scan, "find_exceptions", failing())
        second = night(settings, changed)
    assert [verdict.outcome for verdict in second.verdicts] == ["error"]
    assert [account.accepted for account in second.accounts.deliveries] == [3]
    assert len(rows(current_path(settings, STEM))) == 3
    assert night(settings, changed).verdicts[0].outcome == "accepted"


def test_a_rule_the_engine_cannot_run_is_an_error_for_that_delivery(settings: Settings) -> None:
    rule = row_rule("broken_rule", '"Name"::integer > 0 or "Name" = \'x\'')
    made = contract(*COLUMNS, rules=(rule,), mark="contract with a broken rule")
    verdict = verdict_on(settings, csv(*sound(3)), made)
    assert verdict.outcome == "error"
    assert "broken_rule" in verdict.reasons


def test_one_failing_delivery_does_not_stop_or_taint_the_next(settings: Settings) -> None:
    rule = row_rule("broken_rule", '"Name" = \'x\' or "Name"::integer > 0')
    made = contract(*COLUMNS, rules=(rule,), mark="contract with a broken rule")
    deliver(settings, csv("1,5,M,01/02/2025", "2,6,M,01/02/2025"))
    deliver(settings, csv(*sound(3)), submitted_at="2025-04-08T09:00:00Z")
    deliver(settings, csv("9,7,M,01/02/2025"), submitted_at="2025-04-09T09:00:00Z")
    found = night(settings, made)
    assert [verdict.outcome for verdict in found.verdicts] == ["accepted", "error", "accepted"]
    assert [row["Ref"] for row in rows(current_path(settings, STEM))] == ["1", "2", "9"]


def test_a_reader_that_fails_is_an_engine_failure_too(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(settings, csv(*sound(3)))
    monkeypatch.setattr(ReadingDesk, "read", failing("the reader failed"))
    (verdict,) = night(settings).verdicts
    assert (verdict.outcome, verdict.received) == ("error", 0)


def test_a_reader_that_fails_for_one_delivery_leaves_the_others(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(settings, csv(*sound(3)))
    lost = deliver(settings, csv(*sound(2)), submitted_at="2025-04-08T09:00:00Z")
    deliver(settings, csv(*sound(4)), submitted_at="2025-04-09T09:00:00Z")
    read = ReadingDesk.read

    def failing_once(desk: ReadingDesk, path: Path, *others: Any) -> Any:
        return failing()() if path.name.startswith(lost.sha256) else read(desk, path, *others)

    monkeypatch.setattr(ReadingDesk, "read", failing_once)
    found = night(settings).verdicts
    assert [verdict.outcome for verdict in found] == ["accepted", "error", "accepted"]


@pytest.mark.parametrize(
    "step", ["judge.write_issues", "keeping.replacing_file", "keeping.writing_verdict"]
)
def test_what_cannot_be_kept_of_one_delivery_is_its_error_alone(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    deliver(settings, csv(*sound(3)))
    bad = deliver(settings, csv(*sound(2, first=9)), submitted_at="2025-04-08T09:00:00Z")
    deliver(settings, csv(*sound(4)), submitted_at="2025-04-09T09:00:00Z")
    module, _, name = step.partition(".")
    place = {"judge": judge_module, "keeping": keeping}[module]
    works = getattr(place, name)

    def failing_for_one(*asked: Any) -> Any:
        return failing()() if bad.delivery_id in str(asked) else works(*asked)

    with monkeypatch.context() as broken:
        broken.setattr(place, name, failing_for_one)
        found = night(settings)
    assert [verdict.outcome for verdict in found.verdicts] == ["accepted", "error", "accepted"]
    verdict = found.verdicts[1]
    assert parts(verdict) == (0, 0, 0, 0, 0)
    assert {rule.outcome for rule in verdict.rules} == {Outcome.ERROR}
    assert not list(settings.accepted.rglob(f"{bad.delivery_id}*.parquet"))
    assert not list(settings.quarantine.rglob(f"{bad.delivery_id}*.parquet"))
    assert len(rows(current_path(settings, STEM))) == 4
    assert [verdict.outcome for verdict in night(settings).verdicts] == ["accepted"] * 3


def test_a_list_that_cannot_be_made_leaves_what_was_reached_before(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(settings, csv(*sound(3)))
    night(settings)
    changed = contract(*COLUMNS, mark="a contract that changed")
    with monkeypatch.context() as broken:
        broken.setattr(judge_module, "write_issues", failing())
        second = night(settings, changed)
    assert [verdict.outcome for verdict in second.verdicts] == ["error"]
    assert [account.accepted for account in second.accounts.deliveries] == [3]


@pytest.mark.parametrize("step", ["os", "replacing_file", "writing_verdict", "forget"])
def test_rows_that_cannot_be_kept_leave_what_was_reached_before(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    receipt = deliver(settings, csv(*sound(3), "9,,M,x"))
    night(settings)
    changed = contract(*COLUMNS, mark="a contract that changed")
    with monkeypatch.context() as broken:
        full = SimpleNamespace(replace=failing()) if step == "os" else failing()
        broken.setattr(keeping, step, full)
        second = night(settings, changed)
    assert [verdict.outcome for verdict in second.verdicts] == ["error"]
    assert [account.accepted for account in second.accounts.deliveries] == [3]
    assert len(rows(current_path(settings, STEM))) == 3
    assert list(settings.quarantine.rglob(f"{receipt.delivery_id}.parquet"))


class KilledError(BaseException):
    """Nobody catches it, as nobody catches a kill."""


def test_a_kill_before_a_refusal_is_written_leaves_no_rows_of_the_verdict_before(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = deliver(settings, csv(*sound(4), "9,,M,x"))
    night(settings)
    assert list(settings.quarantine.rglob(f"{receipt.delivery_id}.parquet"))

    def killed(effect: str) -> None:
        if effect == f"flushed {receipt.delivery_id}.verdict.json.next":
            raise KilledError

    monkeypatch.setattr(faultpoint, "_hook", killed)
    with pytest.raises(KilledError):
        night(settings, contract(*COLUMNS, maxBadShare=0, mark="a contract that refuses"))
    for store in (settings.accepted, settings.quarantine):
        assert not list(store.rglob(f"{receipt.delivery_id}.parquet"))
    assert read_verdict(settings.accepted, STEM, receipt.delivery_id) is None


def test_bytes_that_changed_in_landing_are_no_fault_of_the_provider(settings: Settings) -> None:
    receipt = deliver(settings, csv(*sound(3)))
    other = deliver(settings, csv(*sound(2)), submitted_at="2025-04-08T09:00:00Z")
    blob = blob_path(settings.landing, receipt.sha256)
    for damaged in (csv(*sound(4)).encode(), blob.read_bytes()[:-30], b""):
        blob.write_bytes(damaged)
        judged = night(settings)
        found = {v.delivery_id: v.outcome for v in judged.verdicts}
        assert found == {receipt.delivery_id: "error", other.delivery_id: "accepted"}
        (fault,) = judged.engine_faults
        assert receipt.delivery_id in fault.where
        assert "restore landing/" in fault.next_step
    blob.write_text(csv(*sound(3)), encoding="utf-8")
    assert {verdict.outcome for verdict in night(settings).verdicts} == {"accepted"}


def test_a_share_is_held_against_its_limit_exactly(settings: Settings) -> None:
    made = contract(*COLUMNS, maxBadShare=0.29, mark="a contract of hundredths")
    bad = [f"{n},a,M,x" for n in range(100, 129)]
    assert verdict_on(settings, csv(*sound(71), *bad), made).outcome == "accepted"


def test_one_bad_row_more_than_the_share_refuses(settings: Settings) -> None:
    made = contract(*COLUMNS, maxBadShare=0.29, mark="a contract of hundredths")
    bad = [f"{n},a,M,x" for n in range(100, 130)]
    assert verdict_on(settings, csv(*sound(70), *bad), made).reasons == ("share_of_sound_rows",)


def test_bytes_lost_from_landing_are_no_fault_of_the_provider(settings: Settings) -> None:
    deliver(settings, csv(*sound(3)))
    for blob in (settings.landing / "blobs").rglob("*"):
        if blob.is_file():
            blob.unlink()
    (verdict,) = night(settings).verdicts
    assert verdict.outcome == "error"


def test_no_value_of_a_delivery_reaches_a_verdict_an_account_or_a_log(
    settings: Settings, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    rule = row_rule("broken_rule", '"Name"::integer > 0')
    made = contract(*COLUMNS, rules=(rule,), mark="contract with a broken rule")
    deliver(settings, csv(f"{CANARY},{CANARY},{CANARY},{CANARY}"))
    night(settings, made)
    night(settings)
    files = [path for path in settings.accepted.rglob("*.json")]
    assert files
    assert not any(CANARY in path.read_text() for path in files)
    assert CANARY not in caplog.text
    assert CANARY not in "".join(capfd.readouterr())
    assert not list(settings.temporary.rglob("*.parquet"))


# The feed as a whole


def deliveries(settings: Settings, order: tuple[int, ...]) -> list[Receipt]:
    """Four deliveries over two nights, in the order given."""
    contents: list[tuple[str, dict[str, Any]]] = [
        (csv(*sound(4)), {}),
        (csv(*sound(3, first=2), "2,Zoë,M,01/02/2025"), {"submitted_at": "2025-04-09T00:00:00Z"}),
        (csv("1,x,M,01/05/2025"), {"submitted_at": "2025-04-10T00:00:00Z"}),
        (csv(*sound(5, first=1), "9,a,?,x"), {"submitted_at": "2025-04-11T00:00:00Z"}),
    ]
    found = []
    for place, number in enumerate(order):
        content, declared = contents[number]
        found.append(deliver(settings, content, **declared))
        if place % 2:
            night(settings)
    return found


def test_the_order_of_arrival_changes_neither_dataset_nor_accounts(tmp_path: Path) -> None:
    outcomes = set()
    for order in list(permutations(range(4)))[::9]:
        settings = home(tmp_path / "".join(map(str, order)))
        deliveries(settings, order)
        accounts = read_accounts(settings, STEM)
        assert accounts
        assert all(account.balances for account in accounts.deliveries)
        dataset = current_path(settings, STEM).read_bytes()
        outcomes.add((accounts.model_dump_json(), dataset))
    assert len(outcomes) == 1


def test_accounts_add_up_over_upserts(settings: Settings) -> None:
    deliveries(settings, (0, 1, 2, 3))
    accounts = read_accounts(settings, STEM)
    assert accounts
    found = [
        (a.outcome, a.received, a.accepted, a.quarantined, a.superseded, a.rejected)
        for a in accounts.deliveries
    ]
    assert found == [
        ("accepted", 4, 1, 0, 3, 0),
        ("accepted", 4, 0, 0, 4, 0),
        ("refused", 1, 0, 0, 0, 1),
        ("accepted", 6, 5, 1, 0, 0),
    ]
    assert accounts.deliveries[2].reasons == ("declared_period",)


def test_the_worst_result_of_tonight_counts_else_the_worst_of_all(settings: Settings) -> None:
    deliver(settings, csv(*sound(8), "8,a,?,x", "9,a,?,01/02/2025"))
    first = night(settings).worst("sex.vocabulary")
    assert first and (first.outcome, first.broken) == (Outcome.WARNING, 2)
    deliver(settings, csv(*sound(2)), submitted_at="2025-04-09T00:00:00Z")
    tonight = night(settings).worst("sex.vocabulary")
    assert tonight and tonight.outcome is Outcome.PASSED
    later = night(settings).worst("sex.vocabulary")
    assert later and later.broken == 2
    assert night(settings).worst("no such rule") is None


def test_a_feed_that_never_delivered_is_empty(settings: Settings) -> None:
    found = night(settings)
    assert (found.verdicts, found.accounts.deliveries) == ((), ())
    assert found.worst("readable") is None


# Great Expectations as the judge

RULES = (
    Rule("a", Severity.DELIVERY, "A holds.", "Mend it."),
    Rule("b", Severity.RECORD, "B holds.", "Mend it."),
    Rule("c", Severity.WARN, "C holds.", "Mend it."),
)


def expectations(*counts: Any, rules: tuple[Rule, ...] = RULES) -> list[list[Any]]:
    from insight_pipeline.contracts.judging.great_expectations_verdict import judge

    passes = [(lambda given=given: Tally(10, given()), rules) for given in counts]
    return [[(r.code, r.outcome, r.broken) for r in results] for results in judge(passes)]


def expectation(counts: Any) -> list[tuple[str, Outcome, int]]:
    return expectations(counts)[0]


def test_counts_become_outcomes_by_severity() -> None:
    assert expectation(lambda: {"a": 0, "b": 0, "c": 0}) == [
        ("a", Outcome.PASSED, 0),
        ("b", Outcome.PASSED, 0),
        ("c", Outcome.PASSED, 0),
    ]
    assert expectation(lambda: {"a": 1, "b": 2, "c": 3}) == [
        ("a", Outcome.FAILED, 1),
        ("b", Outcome.FAILED, 2),
        ("c", Outcome.WARNING, 3),
    ]


def test_a_rule_missing_from_the_counts_is_an_error_and_the_others_are_not() -> None:
    assert expectation(lambda: {"a": 0, "c": 3}) == [
        ("a", Outcome.PASSED, 0),
        ("b", Outcome.ERROR, 0),
        ("c", Outcome.WARNING, 3),
    ]


def test_a_pass_that_fails_is_an_error_of_every_rule() -> None:
    outcomes = {outcome for _, outcome, _ in expectation(failing())}
    assert outcomes == {Outcome.ERROR}


def test_the_pass_runs_once_for_all_rules() -> None:
    calls: list[int] = []

    def counts() -> Mapping[str, int]:
        calls.append(1)
        return {"a": 0, "b": 0, "c": 0}

    expectation(counts)
    assert calls == [1]


def test_deliveries_judged_together_do_not_get_the_counts_of_each_other() -> None:
    none, some = {"a": 0, "b": 0, "c": 0}, {"a": 7, "b": 0, "c": 5}
    found = expectations(lambda: some, lambda: none, failing(), lambda: {"b": 1})
    assert [[broken for _, _, broken in results] for results in found] == [
        [7, 0, 5],
        [0, 0, 0],
        [0, 0, 0],
        [0, 1, 0],
    ]
    failed, passed, error, warned = Outcome.FAILED, Outcome.PASSED, Outcome.ERROR, Outcome.WARNING
    assert [[outcome for _, outcome, _ in results] for results in found] == [
        [failed, passed, warned],
        [passed] * 3,
        [error] * 3,
        [error, failed, error],
    ]


def limited(operator: str, *values: str, percent: bool = False) -> tuple[Rule, ...]:
    limit = Limit(operator, tuple(map(Decimal, values)), percent)
    return (Rule("a", Severity.DELIVERY, "A holds.", "Mend it.", limit=limit),)


LIMITS = [
    ("mustBe", ("3",), {3}),
    ("mustNotBe", ("3",), {2, 4}),
    ("mustBeGreaterThan", ("3",), {4}),
    ("mustBeGreaterOrEqualTo", ("3",), {3, 4}),
    ("mustBeLessThan", ("3",), {2}),
    ("mustBeLessOrEqualTo", ("3",), {2, 3}),
    ("mustBeBetween", ("3", "4"), {3, 4}),
    ("mustNotBeBetween", ("3", "4"), {2}),
]


@pytest.mark.parametrize(("operator", "values", "kept"), LIMITS)
def test_great_expectations_holds_a_count_against_its_limit(
    operator: str, values: tuple[str, ...], kept: set[int]
) -> None:
    counts = [lambda n=n: {"a": n} for n in (2, 3, 4)]
    found = expectations(*counts, rules=limited(operator, *values))
    passed = {broken for ((_, outcome, broken),) in found if outcome is Outcome.PASSED}
    assert passed == kept


def test_a_limit_in_percent_is_of_the_rows_of_the_delivery() -> None:
    rules = limited("mustBeLessOrEqualTo", "30", percent=True)
    counts = [lambda n=n: {"a": n} for n in (3, 4)]
    outcomes = [results[0][1] for results in expectations(*counts, rules=rules)]
    assert outcomes == [Outcome.PASSED, Outcome.FAILED]


def test_two_contracts_with_the_same_codes_keep_their_own_severities() -> None:
    from insight_pipeline.contracts.judging.great_expectations_verdict import judge

    stern = (Rule("same", Severity.DELIVERY, "It holds.", "Mend it."),)
    mild = (Rule("same", Severity.WARN, "It holds, mostly.", "Mend it."),)
    counts = lambda: Tally(1, {"same": 1})  # noqa: E731
    for _ in range(2):
        found = judge([(counts, stern), (counts, mild), (counts, stern)])
        outcomes = [result.outcome for (result,) in found]
        assert outcomes == [Outcome.FAILED, Outcome.WARNING, Outcome.FAILED]


def test_every_delivery_rule_is_counted_by_the_judge(settings: Settings) -> None:
    verdict = verdict_on(settings, csv(*sound(1)))
    codes = {rule.code for rule in DELIVERY_RULES}
    assert {r.code for r in verdict.rules if r.outcome is not Outcome.ERROR} >= codes
