"""How far reviewers agree: counts, and Cohen's kappa (Cohen 1960) for every two of them.

Belongs here: the measure. Does not belong here: what follows from a disagreement (decisions).
Kappa is agreement beyond what two people who never looked would reach by their habits alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Agreement:
    """Pairs that both reviewers judged; `same_different`: the first said same, the other not."""

    one: str
    other: str
    same_same: int
    same_different: int
    different_same: int
    different_different: int

    @property
    def pairs(self) -> int:
        return self.same_same + self.same_different + self.different_same + self.different_different

    @property
    def agreed(self) -> int:
        return self.same_same + self.different_different

    @property
    def kappa(self) -> float | None:
        """1 is full agreement, 0 that of chance; None where chance alone gives agreement."""
        pairs = self.pairs
        one = (self.same_same + self.same_different) / pairs
        other = (self.same_same + self.different_same) / pairs
        chance = one * other + (1 - one) * (1 - other)
        return None if chance == 1 else (self.agreed / pairs - chance) / (1 - chance)


def agreements(con: duckdb.DuckDBPyConnection) -> list[Agreement]:
    """Every two reviewers who judged a pair both, by name. Only pairs somebody was shown count."""
    rows = con.execute("""
        with shown as (
            select distinct least(record_id_l, record_id_r) as record_id_l,
                greatest(record_id_l, record_id_r) as record_id_r
            from decision
        ), vote as (
            select reviewer_id, record_id_l, record_id_r, verdict = 'same' as is_same
            from decision_vote semi join shown using (record_id_l, record_id_r)
            where verdict <> 'unsure'
        )
        select a.reviewer_id, b.reviewer_id,
            count(*) filter (a.is_same and b.is_same),
            count(*) filter (a.is_same and not b.is_same),
            count(*) filter (not a.is_same and b.is_same),
            count(*) filter (not a.is_same and not b.is_same)
        from vote as a inner join vote as b using (record_id_l, record_id_r)
        where a.reviewer_id < b.reviewer_id
        group by all order by all
    """).fetchall()
    return [Agreement(str(one), str(other), *map(int, counts)) for one, other, *counts in rows]
