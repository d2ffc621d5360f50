"""From a verdict and its account to the statement for the provider.

Belongs here: gathering counts, codes and words. Does not belong here: lists with values
(listing.py) or how anything looks (page.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from insight_pipeline.contracts.feedback.note_words import remarks_of
from insight_pipeline.contracts.feedback.statement import (
    BrokenRule,
    ListFile,
    Remark,
    Repair,
    SinceLastTime,
    Statement,
)
from insight_pipeline.contracts.feedback.steps import Case, explanation, headline, next_steps
from insight_pipeline.contracts.feedback.words import (
    Told,
    line_words,
    repair_words,
)
from insight_pipeline.contracts.feedback.wrong import COLUMNS_PRESENT, rule_words
from insight_pipeline.contracts.judging.rules import Rule
from insight_pipeline.contracts.judging.verdict import Verdict
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.standing.accounts import Account
from insight_pipeline.contracts.standing.notices import notice
from insight_pipeline.kernel.outcome import Outcome, Severity

ORDER = {Severity.DELIVERY: 0, Severity.RECORD: 1, Severity.WARN: 2}
# Counts the lines that each have a code of their own in the list.
SUM_OF_LINES = "readable_rows"


@dataclass(frozen=True)
class Findings:
    """What was found out about one delivery besides its verdict."""

    examples: Mapping[str, tuple[int, ...]]
    lines: Mapping[tuple[str, str], int]
    since: SinceLastTime | None
    released: int
    files: tuple[ListFile, ...]
    lists_mark: str


def make_statement(
    mark: str,
    contract: Contract,
    rules: tuple[Rule, ...],
    verdict: Verdict,
    account: Account,
    found: Findings,
) -> Statement:
    """The statement on one delivery; `contract` is the version that judged it."""
    broken = tuple(_broken(contract, rules, verdict, found))
    case = _case(contract, account, broken, found)
    return Statement(
        fingerprint=mark,
        lists_fingerprint=found.lists_mark,
        delivery_id=verdict.delivery_id,
        contract=contract.stem,
        contract_version=verdict.contract_version,
        judged_by=verdict.judged_by,
        provider=verdict.provider,
        provider_name=contract.promise.provider_name,
        dataset=contract.promise.dataset,
        title=contract.title,
        contact=contract.owner,
        period_from=verdict.period_from,
        period_to=verdict.period_to,
        submitted_at=verdict.submitted_at,
        outcome=account.outcome,
        headline=headline(case),
        explanation=explanation(case),
        unreadable=verdict.unreadable,
        received=account.received,
        accepted=account.accepted,
        quarantined=account.quarantined,
        superseded=account.superseded,
        rejected=account.rejected,
        rules_kept=sum(rule.outcome is Outcome.PASSED for rule in verdict.rules),
        rules_broken=broken,
        repairs=tuple(
            Repair(column=n.column, name=n.name, words=repair_words(n.name), cells=n.cells)
            for n in verdict.normalised
        ),
        notices=tuple(_remarks(account)),
        notes=remarks_of(verdict.notes, contract.promise.reader),
        since_last_time=found.since,
        released_since=found.released,
        next_steps=tuple(next_steps(case)),
        files=found.files,
    )


def _broken(
    contract: Contract, rules: tuple[Rule, ...], verdict: Verdict, found: Findings
) -> Iterator[BrokenRule]:
    """What the delivery broke: what refuses it first, then by rows."""
    known = {rule.code: rule for rule in rules}
    words = rule_words(contract, rules, verdict.unreadable, verdict.notes)
    unread = [
        (code, severity, rows)
        for (code, severity), rows in found.lines.items()
        if code not in known
    ]
    counts = [
        (result.code, result.severity.value, result.broken)
        for result in verdict.rules
        if result.outcome in (Outcome.FAILED, Outcome.WARNING)
        and not (unread and result.code == SUM_OF_LINES)
    ]
    for code, severity, rows in sorted([*counts, *unread], key=_weight):
        sentence, hint = words.get(code) or line_words(code)
        yield BrokenRule(
            code=code,
            severity=Severity(severity).value,
            rows=rows,
            counts=_counts(code, words, found),
            columns=known[code].columns if code in known else (),
            sentence=sentence,
            hint=hint,
            lines=found.examples.get(code, ()),
        )


def _weight(broken: tuple[str, str, int]) -> tuple[int, bool, int, str]:
    code, severity, rows = broken
    return ORDER[Severity(severity)], code != COLUMNS_PRESENT, -rows, code


def _counts(
    code: str, words: Mapping[str, Told], found: Findings
) -> Literal["rows", "lines", "file"]:
    # What has no words of a rule is the reader's word for a line it could not read.
    if code not in words:
        return "lines"
    return "rows" if code in found.examples else "file"


def _case(
    contract: Contract, account: Account, broken: tuple[BrokenRule, ...], found: Findings
) -> Case:
    refusing = [rule.sentence for rule in broken if rule.severity == "delivery"]
    corrections = [file.name for file in found.files if file.name.startswith("rows_to_correct")]
    return Case(
        contract=contract,
        account=account,
        warnings=any(rule.severity == "warn" for rule in broken),
        corrections=next(iter(corrections), None),
        first_reason=_reason(refusing, account),
    )


def _reason(refusing: list[str], account: Account) -> str:
    """Why it is refused: what breaks a rule, else what the notices say."""
    told = [*refusing, *(notice(code).sentence for code in account.notices)]
    return next(iter(told), "The file breaks the agreement as a whole.")


def _remarks(account: Account) -> Iterator[Remark]:
    for code in account.notices:
        words = notice(code)
        column = code.partition(".")[2]
        sentence = f"{column}: {words.sentence}" if column else words.sentence
        yield Remark(code=code, sentence=sentence, hint=words.hint)
