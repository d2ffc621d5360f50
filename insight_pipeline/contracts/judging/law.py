"""What a delivery is judged by besides its contract: code lists, format macros, this very code.

Belongs here: the law and its fingerprint. Does not belong here: judging by it (judge.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

import polars as pl

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.promise.vocabulary import spellings
from insight_pipeline.kernel.fingerprint import fingerprint, tree_fingerprint
from insight_pipeline.sql.model import Macro, macro_fingerprints, with_callees

CONTRACTS = Path(__file__).parents[1]
# The code that reaches a verdict; a change to feedback's pages judges nothing again.
ROOMS = [CONTRACTS / "promise", CONTRACTS / "judging", CONTRACTS.parent / "landing"]


@dataclass(frozen=True)
class Law:
    """Code lists (vocabulary.py) and the macros among which the named formats are."""

    vocabularies: pl.DataFrame
    macros: tuple[Macro, ...]

    @cached_property
    def formats(self) -> tuple[Macro, ...]:
        """The macros a contract can name, and what they call: all that judging needs."""
        named = {macro.name for macro in self.macros if macro.name.startswith("valid_")}
        return with_callees(self.macros, named)

    def code_lists(self, contract: Contract) -> pl.DataFrame:
        """The vocabularies this contract uses."""
        used = {c.properties.vocabulary for c in contract.columns if c.properties.vocabulary}
        return self.vocabularies.filter(pl.col("vocabulary").is_in(sorted(used)))

    def spellings(self, contract: Contract, period_to: date | None) -> pl.DataFrame:
        """(vocabulary, spelling, code) in force at the end of a period; None: at any time."""
        lists = self.code_lists(contract)
        if period_to is None:
            always = pl.lit(None, dtype=pl.String)
            lists = lists.with_columns(valid_from=always, valid_to=always)
        return spellings(lists, period_to or date.max)

    def fingerprint(self, contract: Contract) -> str:
        """Changes when anything changes that could change a verdict under `contract`."""
        lists = self.code_lists(contract).rows()
        formats = sorted(macro_fingerprints(self.formats).items())
        return fingerprint(contract.fingerprint, lists, formats, _code_fingerprint())


@lru_cache(maxsize=1)
def _code_fingerprint() -> str:
    return fingerprint([tree_fingerprint(room, "*.py") for room in ROOMS])
