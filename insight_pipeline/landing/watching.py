"""Looks at the inbox again and again: which drops are new, and have stopped changing.

Belongs here: settling, counted in looks. Does not belong here: clocks, or asking for a run (defs/).
A file is read (hashed, a piece at a time) only when its glance stayed the same for long enough and
is another than when it was last received, so that an inbox at rest costs a stat a file.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from insight_pipeline.kernel.strict import StrictModel
from insight_pipeline.landing.inbox import Drop, Feed, drops
from insight_pipeline.landing.reception import blob_path
from insight_pipeline.landing.sighting import Seen, Sight, glance_at, known_inbox, look_at

# Looks that settled drops wait for one that keeps changing, before they are taken without it.
PATIENCE = 30


class Memory(StrictModel):
    """What is kept between looks: drops that are other than when received, and looks waited."""

    drops: dict[str, Sight] = Field(default_factory=dict)
    waited: int = 0


@dataclass(frozen=True)
class Look:
    """settled: contents that are new and stopped changing. changing: drops that have not.

    is_time: whether to receive now.
    """

    memory: Memory
    settled: tuple[str, ...]
    changing: int

    @property
    def is_time(self) -> bool:
        return bool(self.settled) and (not self.changing or self.memory.waited > PATIENCE)


def look(
    inbox: Path, landing: Path, bare: Collection[Feed], memory: Memory, settle_looks: int
) -> Look:
    """One look. A drop is new when nothing of its content was received or refused before.

    `settle_looks`: so many looks in a row must find a drop the same. `bare`: feeds whose files need
    no manifest.
    """
    known = known_inbox(landing)
    refused_or_taken = {sight.content for sight in known.drops.values()}
    sights: dict[str, Sight] = {}
    settled: set[str] = set()
    for drop in drops(inbox, bare):
        sight = _looked(drop, known, memory, settle_looks)
        if sight is None:
            continue
        sights[drop.mark] = sight
        if sight.content and sight.content not in refused_or_taken:
            settled.update([] if _is_received(drop, sight.content, landing) else [sight.content])
    changing = sum(not sight.content for sight in sights.values())
    waited = memory.waited + 1 if settled and changing else 0
    return Look(Memory(drops=sights, waited=waited), tuple(sorted(settled)), changing)


def _looked(drop: Drop, known: Seen, memory: Memory, settle_looks: int) -> Sight | None:
    """The drop at this look; None where it is as it was when last received."""
    glance = glance_at(drop)
    received = known.drops.get(drop.mark)
    if received and received.glance == glance:
        return None
    before = memory.drops.get(drop.mark)
    if before is None or before.glance != glance:
        before = Sight(glance=glance)
    if before.content:
        return before
    looks = before.looks + 1
    content = look_at(drop).content if looks >= settle_looks else ""
    return Sight(glance=glance, content=content, looks=looks)


def _is_received(drop: Drop, content: str, landing: Path) -> bool:
    if drop.feed:
        return blob_path(landing, content).exists()
    return any((landing / "receipts").glob(f"*/{content}.json"))
