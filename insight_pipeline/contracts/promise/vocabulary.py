"""Code lists: which spellings a provider may use and the one code each of them means.

Belongs here: vocabularies/*.csv. Does not belong here: mapping between two vocabularies (staging).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl

from insight_pipeline.kernel.errors import Fault, InsightError, raise_all

COLUMNS = ["code", "label", "synonyms", "valid_from", "valid_to", "source"]
_HEADER = f"the columns {', '.join(COLUMNS)}"


def load_vocabularies(folder: Path) -> pl.DataFrame:
    """All code lists: vocabulary, then the columns of the files, all text."""
    frames = [_load(path) for path in sorted(folder.glob("*.csv"))]
    schema = dict.fromkeys(["vocabulary", *COLUMNS], pl.String)
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema)


def _load(path: Path) -> pl.DataFrame:
    try:
        frame = pl.read_csv(path, infer_schema=False)
    except pl.exceptions.PolarsError:
        raise InsightError([_fault(path, _HEADER, "a file that is empty or no CSV")]) from None
    if frame.columns != COLUMNS:
        raise InsightError([_fault(path, _HEADER, ", ".join(frame.columns))])
    vocabulary = frame.select(pl.lit(path.stem).alias("vocabulary"), *COLUMNS)
    raise_all(_line_faults(vocabulary, path))
    raise_all(
        _fault(path, "every spelling to mean one code at a time", f"'{spelling}' of two codes")
        for spelling in _ambiguous(vocabulary)
    )
    return vocabulary


def _line_faults(vocabulary: pl.DataFrame, path: Path) -> Iterator[Fault]:
    """Codes that are empty or carry blanks, days that are none, and codes that end before them."""
    for line, row in enumerate(vocabulary.iter_rows(named=True), start=2):
        place, code = f"line {line}", row["code"]
        if not code or code != code.strip():
            yield _fault(path, f"{place}: a code without blanks around it", f"'{code or ''}'")
        days = {name: row[name] for name in ("valid_from", "valid_to") if row[name] is not None}
        wrong = sorted(name for name, day in days.items() if not _is_day(day))
        for name in wrong:
            yield _fault(path, f"{place}: a {name} such as 2025-04-01", f"'{days[name]}'")
        # Days of this shape sort as text.
        if len(days) == 2 and not wrong and days["valid_from"] > days["valid_to"]:
            yield _fault(path, f"{place}: valid_from before valid_to", "valid_to before it")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _ambiguous(vocabulary: pl.DataFrame) -> list[str]:
    """Spellings that mean two codes on some day."""
    words = _spelled(vocabulary).with_columns(
        pl.col("valid_from").fill_null("0000"), pl.col("valid_to").fill_null("9999")
    )
    clash = words.join(words, on="spelling", suffix="_other").filter(
        (pl.col("code") != pl.col("code_other"))
        & (pl.col("valid_from") <= pl.col("valid_to_other"))
        & (pl.col("valid_from_other") <= pl.col("valid_to"))
    )
    return clash["spelling"].unique().sort().to_list()


def _spelled(vocabulary: pl.DataFrame) -> pl.DataFrame:
    """One row for each lower-case spelling: the code, its label and its synonyms."""
    listed = pl.col("synonyms").fill_null("").str.split(";")
    return (
        vocabulary.with_columns(pl.concat_list("code", "label", listed).alias("spelling"))
        .explode("spelling")
        .with_columns(pl.col("spelling").str.strip_chars().str.to_lowercase())
        .filter(pl.col("spelling") != "")
    )


def _fault(path: Path, expected: str, found: str) -> Fault:
    return Fault(
        where=str(path),
        expected=expected,
        found=found,
        consequence="the code list is not used",
        next_step="correct the file",
    )


def spellings(vocabularies: pl.DataFrame, period_to: date) -> pl.DataFrame:
    """(vocabulary, spelling, code): lower-case spellings in force at the end of a period."""
    day = period_to.isoformat()
    in_force = vocabularies.filter(
        (pl.col("valid_from").is_null() | (pl.col("valid_from") <= day))
        & (pl.col("valid_to").is_null() | (pl.col("valid_to") >= day))
    )
    # A code may repeat itself in its label; no two codes share a spelling (see _load).
    return (
        _spelled(in_force)
        .unique(["vocabulary", "spelling"], keep="first", maintain_order=True)
        .select("vocabulary", "spelling", "code")
    )
