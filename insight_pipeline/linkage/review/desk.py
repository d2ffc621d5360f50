"""A reviewer at work: the questions left, one question laid out, a verdict kept, a file written.

Belongs here: what page and terminal have in common. Does not belong here: how either looks, or
which question comes first (queue). A blind reviewer is shown what records say and nothing else
until the verdict is kept; a verdict given after the weight was seen is never called blind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.linkage.review.audit import decided
from insight_pipeline.linkage.review.delivery import Destination, write_delivery
from insight_pipeline.linkage.review.layout import Layout, lay_out
from insight_pipeline.linkage.review.marks import evidence_mark
from insight_pipeline.linkage.review.notebook import Judgement, Notebook
from insight_pipeline.linkage.review.queue import Item
from insight_pipeline.linkage.review.refusal import Refused, missing, wordless
from insight_pipeline.linkage.review.workspace import Workspace

# A reviewer who has spoken is asked again only where something came up since.
ASKED_AGAIN = ("contradiction", "disagreement", "evidence_changed")
DECISION_HEX = 24
# A delivery tells times in whole seconds.
A_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Reviewer:
    """Who sits at the desk, the reasons there are, words for kinds, and where verdicts go."""

    reviewer_id: str
    is_blind: bool
    reasons: tuple[tuple[str, str], ...]
    kinds: dict[str, str]
    destination: Destination


class Desk:
    """`now` tells the time at the rim; nothing else here reads a clock."""

    def __init__(
        self,
        workspace: Workspace,
        queue: Sequence[Item],
        notebook: Notebook,
        reviewer: Reviewer,
        now: Callable[[], datetime],
    ) -> None:
        self.workspace, self.reviewer = workspace, reviewer
        self._notebook, self._now, self._who = notebook, now, reviewer.reviewer_id
        self._items = {item.item_id: item for item in queue}
        self._said = self._votes()
        self._mine = self._still_true(notebook.judged())

    def _votes(self) -> dict[tuple[str, str], dict[str, str]]:
        """What every reviewer says now about the pairs that are asked about."""
        pairs = pl.DataFrame(
            {"record_id_l": [min(item.pair) for item in self._items.values()],
             "record_id_r": [max(item.pair) for item in self._items.values()]},
            schema={"record_id_l": pl.String, "record_id_r": pl.String},
        )  # fmt: skip
        con = self.workspace.con
        con.register("shown", pairs.to_arrow())
        rows = con.execute("""
            select record_id_l, record_id_r, reviewer_id, verdict from decision_vote
            semi join shown using (record_id_l, record_id_r) order by all
        """).fetchall()
        con.unregister("shown")
        said: dict[tuple[str, str], dict[str, str]] = {}
        for left, right, reviewer, verdict in rows:
            said.setdefault((left, right), {})[reviewer] = verdict
        return said

    def _still_true(self, judged: Sequence[Judgement]) -> dict[str, Judgement]:
        """The latest verdict on each question, as long as the records say what they said."""
        latest = {one.item_id: one for one in judged if one.item_id in self._items}
        return {
            item_id: one
            for item_id, one in latest.items()
            if one.evidence_mark == self._mark(self._items[item_id])
        }

    def _mark(self, item: Item) -> str:
        return evidence_mark(self.workspace.con, item.records)

    def left(self) -> list[Item]:
        """Questions this reviewer has not answered, in order."""
        return [item for item in self._items.values() if not self._is_answered(item)]

    def _is_answered(self, item: Item) -> bool:
        if item.item_id in self._mine:
            return True
        own = self._others(item).get(self._who)
        return own is not None and item.kind not in ASKED_AGAIN

    def _others(self, item: Item) -> dict[str, str]:
        return self._said.get((min(item.pair), max(item.pair)), {})

    def item(self, item_id: str) -> Item | None:
        return self._items.get(item_id)

    def next_after(self, item: Item) -> Item | None:
        """The first question left behind this one, else the first left at all."""
        left = [one for one in self.left() if one.item_id != item.item_id]
        return next((one for one in left if one.place > item.place), left[0] if left else None)

    def lay_out(self, item: Item) -> Layout:
        """Everything this reviewer may see of a question now."""
        mine = self._mine.get(item.item_id)
        others = {who: word for who, word in self._others(item).items() if who != self._who}
        hides = self.reviewer.is_blind and mine is None
        return lay_out(self.workspace, item, mine, others, hides=hides)

    def judge(self, item: Item, verdict: str, reason_code: str, reason: str) -> Judgement:
        """Keep a verdict; raises Refused where a part of it is missing."""
        words = missing(verdict, reason_code, reason, dict(self.reviewer.reasons))
        if words:
            raise Refused(words)
        judgement = self._judgement(item, verdict, reason_code, " ".join(reason.split()))
        self._notebook.add(judgement)
        self._mine[item.item_id] = judgement
        return judgement

    def withdraw(self, decision_id: str, reason: str) -> Judgement:
        """Take back a decision of this reviewer that a night took in; Refused if there is none."""
        found = decided(self.workspace.con, decision_id, self._who)
        words = wordless(reason)
        if found is None:
            words = ("Only a decision of your own can be taken back.", *words)
        if found is None or words:
            raise Refused(words)
        mark = evidence_mark(self.workspace.con, [*found.records_l, *found.records_r])
        taken_back = {
            "verdict_code": "withdrawn",
            "sampling_code": "named",
            "reason_code": "mistake",
            "reason": " ".join(reason.split()),
            "is_blind": False,
            "evidence_mark": mark,
            **self._dated(decision_id, "withdrawn"),
        }
        judgement = found.model_copy(update=taken_back)
        self._notebook.add(judgement)
        return judgement

    def _dated(self, subject: str, verdict: str) -> dict[str, str]:
        """When a verdict is given, in UTC, and an id that no other verdict has.

        It is at least a second after the reviewer's last one: of two the later counts.
        """
        judged = self._notebook.judged()
        times = [datetime.fromisoformat(one.decided_at) + A_SECOND for one in judged]
        now = self._now().astimezone(UTC).replace(tzinfo=None, microsecond=0)
        at = max([now, *times]).isoformat(sep=" ")
        mark = fingerprint(self._who, subject, verdict, at, len(judged))
        return {"decision_id": mark[:DECISION_HEX], "decided_at": at}

    def _judgement(self, item: Item, verdict: str, reason_code: str, reason: str) -> Judgement:
        return Judgement(
            item_id=item.item_id,
            record_id_l=item.pair[0],
            record_id_r=item.pair[1],
            verdict_code=verdict,
            scope_code=item.scope,
            records_l=item.records_l,
            records_r=item.records_r,
            sampling_code=item.kind,
            reason_code=reason_code,
            reason=reason,
            reviewer_id=self._who,
            is_blind=self.reviewer.is_blind and item.item_id not in self._mine,
            evidence_mark=self._mark(item),
            **self._dated(item.item_id, verdict),
        )

    def waiting(self) -> list[Judgement]:
        """Verdicts that are kept but not yet written for the night."""
        return self._notebook.waiting()

    def write(self) -> tuple[Path, int] | None:
        """Write what waits into the inbox for the next night; None where nothing does."""
        waiting = self.waiting()
        if not waiting:
            return None
        path = write_delivery(waiting, self.reviewer.destination, self._now())
        self._notebook.mark_written(one.decision_id for one in waiting)
        return path, len(waiting)
