"""The pages of a review: the queue, a question, what was decided, and a goodbye.

Belongs here: turning the desk's answers into HTML. Does not belong here: finding anything out, or
how a page is asked for (application). Pages need nothing from outside. They show what records say,
so they are served to this machine alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from insight_pipeline.linkage.review import picture
from insight_pipeline.linkage.review.agreement import Agreement
from insight_pipeline.linkage.review.audit import Audited
from insight_pipeline.linkage.review.desk import Desk, Reviewer
from insight_pipeline.linkage.review.layout import Layout
from insight_pipeline.linkage.review.notebook import Judgement
from insight_pipeline.linkage.review.queue import Item
from insight_pipeline.linkage.review.records import FIELDS
from insight_pipeline.linkage.review.refusal import VERDICTS

# A queue is worked from the top; nobody reads the ten-thousandth line.
MOST_LISTED = 200
VERDICT_WORDS = {
    "same": "Same person",
    "different": "Different people",
    "unsure": "Unsure",
    "withdrawn": "Taken back",
}


@dataclass(frozen=True)
class Frame:
    """What every page carries: its root, the nonce of its style and script, the form's token."""

    root: str
    nonce: str
    token: str
    reviewer: Reviewer


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["words"] = picture.words
    environment.filters["bits"] = picture.bits_words
    environment.globals["verdict_words"] = VERDICT_WORDS
    return environment


def _render(template: str, frame: Frame, **more: object) -> str:
    return _environment().get_template(template).render(frame=frame, **more)


def queue_page(frame: Frame, desk: Desk, agreed: Sequence[Agreement]) -> str:
    left = desk.left()
    return _render(
        "queue.html",
        frame,
        items=left[:MOST_LISTED],
        left=len(left),
        waiting=len(desk.waiting()),
        agreements=() if frame.reviewer.is_blind else agreed,
        reveals=not frame.reviewer.is_blind,
    )


def item_page(
    frame: Frame, layout: Layout, join: float, wrong: Sequence[str] = (), typed: str = ""
) -> str:
    item, explanation, cluster = layout.item, layout.explanation, layout.cluster
    names = picture.dot_names(len(item.records_l), len(item.records_r))
    return _render(
        "item.html",
        frame,
        it=layout,
        verdicts=VERDICTS,
        wrong=wrong,
        typed=typed,
        join=join,
        names=names,
        pair_names=[names[item.records.index(record)] for record in item.pair],
        waterfall=picture.waterfall(explanation) if explanation else None,
        graph=picture.graph(cluster, len(item.records_l), join) if cluster else None,
        edge_kind=picture.edge_kind,
        fields=FIELDS,
    )


def judged_page(frame: Frame, judgement: Judgement, item: Item, following: Item | None) -> str:
    return _render("judged.html", frame, it=judgement, item=item, following=following)


def audit_page(
    frame: Frame, audited: Sequence[Audited], waiting: Sequence[Judgement], wrong: Sequence[str]
) -> str:
    """What was decided; a blind reviewer's own decisions only."""
    me = frame.reviewer
    shown = [one for one in audited if not me.is_blind or one.reviewer_id == me.reviewer_id]
    return _render("audit.html", frame, audited=shown, waiting=waiting, wrong=wrong)


def written_page(frame: Frame, decisions: int) -> str:
    return _render("written.html", frame, decisions=decisions)


def done_page(frame: Frame, waiting: int) -> str:
    return _render("done.html", frame, waiting=waiting)
