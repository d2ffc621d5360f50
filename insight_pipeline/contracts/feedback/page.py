"""The pages a provider opens: one per delivery, and an index of all deliveries.

Belongs here: turning statements into HTML. Does not belong here: finding anything out. Pages need
nothing from outside, run no script, and hold counts and line numbers, never a value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from insight_pipeline.contracts.feedback import picture, words
from insight_pipeline.contracts.feedback.note_words import remarks_for_people
from insight_pipeline.contracts.feedback.statement import Statement

TEMPLATES = Path(__file__).parent
PART_WORDS = {
    "accepted": "Taken and in use",
    "quarantined": "Held back until corrected",
    "superseded": "Repeated, or replaced by a later delivery",
    "rejected": "Could not be taken",
}
INDEX_NAME = "index.html"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["day"] = words.day_words
    environment.filters["moment"] = words.moment_words
    environment.filters["place"] = words.place_words
    environment.filters["severity"] = words.severity_words
    environment.globals["line_lost"] = words.LINE_LOST
    environment.globals["period"] = words.period_words
    environment.globals["counted"] = words.counted
    environment.globals["share"] = words.share_words
    environment.globals["part_words"] = PART_WORDS
    return environment


def summary_page(statement: Statement) -> str:
    """The one-page summary of a delivery."""
    told = [rule.sentence for rule in statement.rules_broken]
    return (
        _environment()
        .get_template("summary.html")
        .render(
            it=statement,
            remarks=[*statement.notices, *remarks_for_people(statement.notes, told)],
            tone=tone(statement),
            parts=picture.parts_of(statement),
            bar=picture.bar(statement, 36, _bar_words(statement)),
        )
    )


def index_page(provider_name: str, statements: Mapping[str, Statement]) -> str:
    """All deliveries of one provider, newest first; `statements` by the folder of each."""
    listed = sorted(statements.items(), key=lambda item: rank(item[1]), reverse=True)
    by_dataset: dict[str, list[Statement]] = {}
    for _, statement in sorted(listed, key=lambda item: (item[1].title, rank(item[1]))):
        by_dataset.setdefault(statement.title, []).append(statement)
    return (
        _environment()
        .get_template(INDEX_NAME)
        .render(
            provider_name=provider_name,
            entries=[
                (folder, s, tone(s), picture.bar(s, 10, _bar_words(s))) for folder, s in listed
            ],
            datasets=[_dataset(title, found) for title, found in by_dataset.items()],
        )
    )


def rank(statement: Statement) -> tuple[str, str]:
    return statement.submitted_at.isoformat(), statement.delivery_id


def tone(statement: Statement) -> str:
    """Which colour the result has: good, partly, bad or waiting."""
    if statement.outcome != "accepted":
        return "bad" if statement.outcome == "refused" else "waiting"
    return "partly" if statement.quarantined or statement.rejected else "good"


def _bar_words(statement: Statement) -> str:
    told = [f"{count:,} {name}" for name, count in picture.parts_of(statement)]
    return f"{words.counted(statement.received, 'row')} received: {', '.join(told)}"


def _dataset(title: str, statements: Sequence[Statement]) -> Mapping[str, object]:
    """A dataset's deliveries so far, and the share of their rows that are in order."""
    received = sum(s.received for s in statements)
    sound = sum(s.accepted + s.superseded for s in statements)
    told = words.counted(len(statements), "delivery", "deliveries")
    label = f"{title}: share of rows taken in {told}, oldest first"
    return {
        "title": title,
        "count": len(statements),
        "share": words.share_words(sound, received),
        "latest": statements[-1],
        "picture": picture.columns(statements, label),
    }
