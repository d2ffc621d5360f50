"""What is said of every published file: columns, types, keys and ranges, in no format yet.

Belongs here: putting together what the dictionary says of a column and what our contract with
commissioners promises of it. Does not belong here: how CSVW or Data Package spell it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from insight_pipeline.contracts.promise.contract import Contract, InternalProperties
from insight_pipeline.contracts.promise.odcs import load_contract
from insight_pipeline.indicators.header import Polarity, Statistic, Unit
from insight_pipeline.publication.database.dictionary import TABLES
from insight_pipeline.publication.database.export import FILES
from insight_pipeline.publication.site.words import SHORTHAND
from insight_pipeline.settings import Settings

# Published file → our contract with commissioners about it.
_CONTRACTS = MappingProxyType(
    {
        "indicators": "indicator_release",
        "judgements": "judgement_release",
        "scorecard": "scorecard_release",
        "revisions": "revision_release",
    }
)
# File → file in which every one of its keys stands. A figure that was withdrawn stands among the
# revisions alone: they are no part of the figures.
_PART_OF = MappingProxyType({"judgements": "indicators"})
_COUNT = (0, None)
_NUMBER = (1, None)
_SHARE = (0, 1)
# Column, or the end of its name → least and greatest value, where there is one.
_RANGES: Mapping[str, tuple[int | None, int | None]] = MappingProxyType(
    {
        "_pct": (0, 100),
        "_rate": _SHARE,
        "_no": _NUMBER,
        "coverage": _SHARE,
        "quintile": (1, 5),
        "numerator": _COUNT,
        "denominator": _COUNT,
        "basis": _COUNT,
        "multiplier": _NUMBER,
        "rounded_to": _NUMBER,
        "deliveries_expected": _COUNT,
        "deliveries_received": _COUNT,
        "deliveries_at_fault": _COUNT,
        "deliveries_mended": _COUNT,
    }
)
_ALLOWED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "statistic": tuple(Statistic),
        "unit": tuple(Unit),
        "polarity": tuple(Polarity),
    }
)
# Symbols, one after another, as in `[u][p]`.
_SYMBOLS = "|".join(symbol.strip("[]") for symbol in SHORTHAND)
_PATTERNS = MappingProxyType({"shorthand": rf"(\[({_SYMBOLS})\])+"})


@dataclass(frozen=True)
class PromisedColumn:
    """kind: DuckDB type. least, most: inclusive. pattern: of the whole text; empty for any."""

    name: str
    kind: str
    meaning: str
    required: bool
    least: int | None
    most: int | None
    pattern: str

    @property
    def scale(self) -> int | None:
        """Digits after the point of a decimal number; None of any other type."""
        if not self.kind.startswith("DECIMAL"):
            return None
        return int(self.kind.rstrip(")").rpartition(",")[2])


@dataclass(frozen=True)
class PromisedTable:
    """A published file without its ending. key: columns that name a row. part_of: file in which
    every key of this one stands as well, or None."""

    file: str
    title: str
    meaning: str
    columns: tuple[PromisedColumn, ...]
    key: tuple[str, ...]
    part_of: str | None


def promised_tables(settings: Settings) -> tuple[PromisedTable, ...]:
    """Every published file, in the order in which they are written.

    InsightError where a contract in data_contracts/publication/ cannot be read.
    """
    folder = settings.contracts / "publication"
    return tuple(
        _table(file, load_contract(folder / f"{_CONTRACTS[file]}.odcs.yaml", InternalProperties))
        for file in FILES
    )


def _table(file: str, contract: Contract) -> PromisedTable:
    required = {column.name for column in contract.columns if column.required}
    columns = tuple(
        _column(name, kind, meaning, required=name in required)
        for name, (kind, meaning) in TABLES[FILES[file]].columns.items()
    )
    meaning = " ".join(f"{contract.description} {TABLES[FILES[file]].description}".split())
    return PromisedTable(file, contract.title, meaning, columns, contract.key, _PART_OF.get(file))


def _column(name: str, kind: str, meaning: str, *, required: bool) -> PromisedColumn:
    least, most = next(
        (limits for ending, limits in _RANGES.items() if name.endswith(ending)), (None, None)
    )
    allowed = "|".join(_ALLOWED.get(name, ()))
    return PromisedColumn(
        name, kind, meaning, required, least, most, allowed or _PATTERNS.get(name, "")
    )
