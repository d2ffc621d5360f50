"""Words a statistic is given, of a vocabulary, and what is refused for being none of it.

Belongs here: any spelling of a polarity, and the refusal of a word nobody knows. Does not belong
here: columns and numbers (request.py), or what the words mean for a judgement (comparison.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

import polars as pl

from insight_pipeline.indicators.header import Polarity, Statistic
from insight_pipeline.indicators.statistics.request import CONSEQUENCE
from insight_pipeline.kernel.errors import Fault, nearest, raise_all

Word = TypeVar("Word", bound=StrEnum)
# What NHSRplotthedots (increase …), Fingertips (RAG - High is good …) and FingertipsNext
# (HighIsGood …) call a polarity, in lower case; the macro known_polarity has the same words.
_ALIASES: Mapping[str, Polarity] = MappingProxyType(
    {
        "increase": Polarity.HIGHER_IS_BETTER,
        "high is good": Polarity.HIGHER_IS_BETTER,
        "high_is_good": Polarity.HIGHER_IS_BETTER,
        "highisgood": Polarity.HIGHER_IS_BETTER,
        "rag - high is good": Polarity.HIGHER_IS_BETTER,
        "decrease": Polarity.LOWER_IS_BETTER,
        "low is good": Polarity.LOWER_IS_BETTER,
        "low_is_good": Polarity.LOWER_IS_BETTER,
        "lowisgood": Polarity.LOWER_IS_BETTER,
        "rag - low is good": Polarity.LOWER_IS_BETTER,
        "no judgement": Polarity.NEUTRAL,
        "no_judgement": Polarity.NEUTRAL,
        "nojudgement": Polarity.NEUTRAL,
        "bob - blue orange blue": Polarity.NEUTRAL,
    }
)
POLARITIES: Mapping[str, Polarity] = MappingProxyType(
    {**{p.value: p for p in Polarity}, **_ALIASES}
)


def checked_word(word: str, words: type[Word], where: str) -> Word:
    """The member of `words` that `word` spells; InsightError when it spells none."""
    raise_all(_unknown([word], words, where))
    return words(word)


def refuse_unknown_words(rows: pl.DataFrame, where: str) -> None:
    """InsightError for a word in column polarity or statistic that nobody knows.

    A polarity may be in any word of POLARITIES, in capitals or not.
    """
    raise_all(
        fault
        for column, words, also in (
            ("polarity", Polarity, POLARITIES),
            ("statistic", Statistic, {}),
        )
        if column in rows.columns
        for fault in _unknown(
            rows[column].cast(pl.String).unique().to_list(),
            words,
            f"{where}: column {column}",
            also,
        )
    )


def documented_polarity(column: str = "polarity") -> pl.Expr:
    """The column with every word of POLARITIES as the header has it; NULL for any other."""
    words = {word: str(polarity) for word, polarity in POLARITIES.items()}
    lower = pl.col(column).cast(pl.String).str.to_lowercase()
    return lower.replace_strict(words, default=None, return_dtype=pl.String)


def _unknown(
    found: Iterable[str | None],
    words: type[StrEnum],
    where: str,
    also: Iterable[str] = (),
) -> Iterable[Fault]:
    """A fault for each word that is none of `words`, nor in capitals or not one of `also`."""
    accepted = frozenset(also)
    for word in found:
        if word not in tuple(words) and (word or "").lower() not in accepted:
            yield Fault(
                where=where,
                expected=f"one of {', '.join(words)}",
                found="NULL" if word is None else f"'{word}'",
                consequence=CONSEQUENCE,
                next_step=nearest(word or "", {*words, *accepted}),
            )
