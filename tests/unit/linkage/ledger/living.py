"""A ledger that lives through nights given as groups of records, without any linking.

Belongs here: filling the tables a night hands the ledger. Does not belong here: expectations.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from insight_pipeline.linkage.ledger.announcing import Announced, announce
from insight_pipeline.linkage.ledger.nightly import LedgerCounts, update_ledger
from insight_pipeline.linkage.ledger.tables import PERSISTENT
from insight_pipeline.linkage.policy import LinkagePolicy

JOIN = 0.0
POLICY = LinkagePolicy(
    reviewers_required=1,
    review_band_bits=4.0,
    hysteresis_bits=3.0,
    hysteresis_nights=3,
    churn_limit_percent=2.0,
    communal_people=12,
    draws=20,
)
FIRST_DAY = date(2025, 3, 31)
GIVEN = {
    "part": "record_id varchar, rid bigint, component bigint, part bigint",
    "changed_record": "record_id varchar, rid bigint, change varchar",
    "affected": "rid bigint, cause varchar",
    "pair": "rid_l bigint, rid_r bigint, match_weight double, veto varchar",
    "decision_pair": "record_id_l varchar, record_id_r varchar, verdict varchar,"
    " decision_id varchar",
}
Group = Iterable[str]
Row = tuple[Any, ...]


def rid(record: str) -> int:
    """A sparse number in no order, as the store has them."""
    return int.from_bytes(hashlib.sha256(record.encode()).digest()[:8]) >> 1


class Ledger:
    """Nights are numbered from 1 and a day apart; `shuffle` hands all rows over in that order."""

    def __init__(
        self,
        threads: int = 1,
        shuffle: int | None = None,
        store: Path | None = None,
        announces: bool = True,
    ) -> None:
        self.con = duckdb.connect(store or ":memory:", config={"threads": threads})
        self.shuffle = shuffle
        self.announces = announces
        self.nights = 0
        self.announced: Announced | None = None

    def night(
        self,
        *groups: Group,
        components: Iterable[Group] | None = None,
        gone: Group | None = None,
        pairs: Mapping[str, float] | None = None,
        vetoes: Mapping[str, str] | None = None,
        decisions: Mapping[str, str] | None = None,
        causes: Mapping[str, str] | None = None,
    ) -> LedgerCounts:
        """Live through a night. A pair of one-letter records is written as two letters.

        `components` are the groups themselves unless given; whoever is in no group is deleted,
        unless `gone` says who is.
        """
        self.nights += 1
        parts = [sorted(group) for group in groups]
        old = self.keys()
        now = {record for part in parts for record in part}
        deleted = set(old) - now if gone is None else set(gone)
        self._hand_over(parts, [set(c) for c in components or parts], old, deleted)
        self._fill("pair", self._pairs(pairs or {}, vetoes or {}))
        ends = {key: sorted(key) for key in decisions or {}}
        verdicts = [(*ends[k], v, f"decision {k}") for k, v in (decisions or {}).items()]
        self._fill("decision_pair", verdicts)
        default = [(rid(r), "evidence added") for r in now - set(old)]
        given = None if causes is None else [(rid(r), cause) for r, cause in causes.items()]
        self._fill("affected", default if given is None else given)
        day = FIRST_DAY + timedelta(days=self.nights)
        counts = update_ledger(self.con, self.nights, day)
        if self.announces:
            self.announced = announce(self.con, self.nights, day, POLICY, JOIN)
        return counts

    def _hand_over(
        self,
        parts: list[list[str]],
        components: list[set[str]],
        old: Mapping[str, str],
        deleted: set[str],
    ) -> None:
        whole = {record: min(map(rid, c)) for c in components for record in c}
        rows = [(r, rid(r), whole[r], min(map(rid, part))) for part in parts for r in part]
        self._fill("part", rows)
        added = [(row[0], row[1], "added") for row in rows if row[0] not in old]
        self._fill("changed_record", [*added, *((r, rid(r), "deleted") for r in deleted)])

    def _pairs(self, weights: Mapping[str, float], vetoes: Mapping[str, str]) -> list[Row]:
        return [
            (*sorted(map(rid, ends)), weights.get(ends, -10.0), vetoes.get(ends))
            for ends in {**weights, **vetoes}
        ]

    def _fill(self, table: str, rows: list[Row]) -> None:
        rows = sorted(rows)
        if self.shuffle is not None:
            random.Random(self.shuffle).shuffle(rows)  # noqa: S311
        self.con.execute(f"create or replace temp table {table} ({GIVEN[table]})")
        if rows:
            marks = ", ".join(["(" + ", ".join("?" for _ in rows[0]) + ")"] * len(rows))
            values = [value for row in rows for value in row]
            self.con.execute(f"insert into {table} values {marks}", values)

    def keys(self) -> dict[str, str]:
        """Record → id."""
        return self._told("person")

    def told(self) -> dict[str, str]:
        """Record → id as announced."""
        return self._told("announced")

    def _told(self, table: str) -> dict[str, str]:
        if not self.nights or not self.rows(f"from duckdb_tables() where table_name = '{table}'"):
            return {}
        return dict(self.rows(f"select record_id, citizen_key from {table}"))

    def rows(self, query: str, *given: object) -> list[Row]:
        return self.con.execute(query, list(given)).fetchall()

    def events(self, night: int) -> set[tuple[str, str, str | None]]:
        """What happened: event, citizen_key, other_key."""
        query = "select event, citizen_key, other_key from ledger_event where night = ?"
        return set(self.rows(query, night))

    def everything(self) -> dict[str, list[Row]]:
        """Every row of every table that lasts, sorted."""
        return {table: self.rows(f"from {table} order by all") for table in PERSISTENT}
