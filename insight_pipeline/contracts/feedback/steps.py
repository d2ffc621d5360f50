"""What a provider is told first and last: the result in one sentence, and what to do next.

Belongs here: the advice that follows from the outcome and from what a resubmission means. Does not
belong here: words about single rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from insight_pipeline.contracts.feedback.words import counted, day_words, share_words
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.service_levels.due import month_end
from insight_pipeline.contracts.standing.accounts import Account


@dataclass(frozen=True)
class Case:
    """What the advice depends on. corrections: name of the file of held rows, if there is one."""

    contract: Contract
    account: Account
    warnings: bool
    corrections: str | None
    first_reason: str

    @property
    def faulty(self) -> int:
        return self.account.quarantined + self.account.rejected


def headline(case: Case) -> str:
    """The result in a few words."""
    account = case.account
    if account.outcome == "error":
        return "Not checked yet"
    if account.outcome == "held":
        return "Waiting for approval"
    if account.outcome == "refused":
        return "Not taken"
    return f"Taken, except {counted(case.faulty, 'row')}" if case.faulty else "Taken in full"


def explanation(case: Case) -> str:
    """The result in a sentence or two."""
    account = case.account
    if account.outcome == "error":
        return (
            "Our own check failed to run. This says nothing about your file; we keep it and check "
            "it again."
        )
    if account.outcome == "held":
        return (
            f"Your file arrived with {counted(account.received, 'row')}. Somebody here looks at it "
            "before it counts; until then your earlier delivery stands."
        )
    if account.outcome == "refused":
        return f"{case.first_reason} None of its rows is used; your earlier deliveries stand."
    sound = account.received - case.faulty
    if not account.received:
        return "The file holds no rows, which is in order."
    if not case.faulty:
        return f"All {counted(account.received, 'row')} keep every rule that would hold a row back."
    return (
        f"{sound:,} of {counted(account.received, 'row')} "
        f"({share_words(sound, account.received)}) are in order. "
        f"{_held_words(account)}"
    )


def _held_words(account: Account) -> str:
    held = counted(account.quarantined, "row is", "rows are")
    lost = counted(account.rejected, "line", "lines")
    if not account.rejected:
        return f"{held} held back until corrected."
    if not account.quarantined:
        return f"{lost} could not be read as a row."
    return f"{held} held back until corrected, and {lost} could not be read as a row."


def next_steps(case: Case) -> Iterator[str]:
    """What to do, in order."""
    outcome = case.account.outcome
    if outcome == "error":
        yield "Nothing on your side."
        return
    if outcome == "held":
        yield (
            "If the file is complete, tell us so. If it is not, send the right file: it then "
            "counts instead."
        )
    elif outcome == "refused":
        yield (
            "Correct what is listed under 'What is wrong' and send the whole file again, with a "
            "manifest whose submitted_at is later than this one's."
        )
    elif case.faulty:
        yield from _correcting(case)
    elif case.warnings:
        yield (
            "Nothing has to be sent again. Please look at the points marked 'For your information' "
            "before your next delivery."
        )
    else:
        yield "Nothing to correct."
    yield from _next_delivery(case.contract, case.account.period_to)


def _correcting(case: Case) -> Iterator[str]:
    mode = case.contract.promise.resubmission.mode
    yield "Correct the rows in issues.xlsx in your own system, so that they stay correct."
    if mode == "replace_period":
        yield (
            "Send the whole file for the same period again: it replaces this one. Never send "
            "corrected rows alone, or they would be all that is left of the period."
        )
    elif mode == "replace":
        yield (
            "Send the whole file again: it replaces this one. Never send corrected rows alone, or "
            "they would be all that is left."
        )
    elif mode == "append":
        yield (
            "Send the corrected rows alone, for the same period. Rows that were taken must not be "
            "sent a second time: they would count twice."
        )
    else:
        yield (
            "Send the corrected rows, alone or with your next delivery. A row with the same "
            f"{' and '.join(case.contract.key)} releases the one held back."
        )
    if case.corrections and mode in ("upsert", "append"):
        yield (
            f"{case.corrections} holds the held rows in the form of the contract: correct them "
            "there, and send that file with a manifest of its own."
        )


def _next_delivery(contract: Contract, period_to: date) -> Iterator[str]:
    levels = contract.service_levels
    if levels.frequency_months is None or levels.latency_days is None:
        return
    months = period_to.year * 12 + period_to.month - 1 + levels.frequency_months
    last = month_end(date(months // 12, months % 12 + 1, 1))
    due = last + timedelta(days=levels.latency_days)
    yield (
        f"The next delivery, for the period that ends on {day_words(last)}, is due by "
        f"{day_words(due)}."
    )
