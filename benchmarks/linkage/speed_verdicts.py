"""Figures of the clock held against their targets, one line of JSON each.

Belongs here: what is told and what counts as kept. Does not belong here: measuring.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import duckdb

# Both must have compared the same pairs, or CPU says nothing; cleaning may differ a little.
PAIRS_APART = 0.02


class Verdicts:
    """Tells every line as it comes and remembers whether all targets were kept."""

    def __init__(self, memory: str) -> None:
        self.kept = True
        self.lines: list[str] = []
        self._about = {
            "memory_limit": memory,
            **{name: version(name) for name in ("splink", "duckdb")},
        }

    def measured(self, what: str, shape: str, figures: Mapping[str, float]) -> None:
        self._say({"what": what, "shape": shape, **figures, **self._about})

    def ratio(
        self,
        what: str,
        shape: str,
        ours: Mapping[str, float],
        other: Mapping[str, float],
        target: float,
    ) -> None:
        """CPU of ours as a share of the other's."""
        value = ours["cpu_seconds"] / other["cpu_seconds"]
        self._judge(f"CPU of {what}", shape, round(value, 3), f"at most {target}", value <= target)

    def below(self, what: str, shape: str, value: float, target: float) -> None:
        self._judge(what, shape, value, f"below {target}", value < target)

    def same(self, what: str, shape: str, ours: float, other: float) -> None:
        """Whether two counts are as good as the same."""
        apart = abs(ours - other) / max(other, 1)
        self._judge(
            what, shape, round(apart, 4), f"apart by at most {PAIRS_APART}", apart <= PAIRS_APART
        )

    def holds(self, what: str, shape: str, fact: bool) -> None:
        self._judge(what, shape, fact, "true", fact)

    def _judge(self, what: str, shape: str, value: float, target: str, kept: bool) -> None:
        self.kept = self.kept and kept
        self._say({"what": what, "shape": shape, "value": value, "target": target, "kept": kept})

    def _say(self, line: dict[str, object]) -> None:
        text = json.dumps({"benchmark": "linkage_speed", **line})
        self.lines.append(text)
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


_BOTH = """
    attach '{one}' as one (read_only);
    attach '{other}' as other (read_only)
"""
# Every record under the smallest record of its person, so that what people are called is no matter.
_APART = """
    with first as (
        select record_id, min(record_id) over (partition by citizen_key) as person from one.person
    ), second as (
        select record_id, min(record_id) over (partition by citizen_key) as person from other.person
    )
    select count(*) from first full join second using (record_id)
    where first.person is distinct from second.person
"""
_MOVED = """
    with changed as (
        select record_id from (from '{first}' except from '{second}')
        union select record_id from (from '{second}' except from '{first}')
    ), before as (
        select citizen_key, list(record_id order by record_id) as members from one.person
        where citizen_key not in (
            select citizen_key from one.person semi join changed using (record_id)
        )
        group by citizen_key
    ), after as (
        select citizen_key, list(record_id order by record_id) as members from other.person
        group by citizen_key
    )
    select count(*) filter (before.citizen_key <> after.citizen_key), count(*)
    from before inner join after using (members)
"""


def same_partition(one: Path, other: Path) -> bool:
    """Whether two stores have the same records in the same people, whatever these are called."""
    with duckdb.connect() as con:
        con.execute(_BOTH.format(one=one, other=other))
        return bool(con.execute(_APART).fetchall()[0][0] == 0)


def same_ids(before: Path, after: Path, first: Path, second: Path) -> bool:
    """Whether every person whose records are the same, none of them changed, has the same id."""
    with duckdb.connect() as con:
        con.execute(_BOTH.format(one=before, other=after))
        moved, people = con.execute(_MOVED.format(first=first, second=second)).fetchall()[0]
        return bool(moved == 0 and people > 0)
