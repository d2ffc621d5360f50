"""What the cells of a sample file say about their columns: counts and shapes, never a value.

Belongs here: one pass over the sample. The only values that leave it are those of short lists of
codes, which a human confirms. Does not belong here: the contract they are drafted into (draft.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from insight_pipeline.contracts.authoring.guesses import guess_of, is_reference
from insight_pipeline.contracts.promise.cell import DATE_PARTS
from insight_pipeline.landing.reading import ROW
from insight_pipeline.sql.engines.duckdb import identifier, literal

# A named format is believed where nearly all cells fit it; a few are always mistyped.
VALID_SHARE = 0.95
FEWEST_CELLS = 10
MOST_CODES = 15
LONGEST_CODE = 40
FEWEST_OF_A_CODE = 3
DATE_FORMATS = (
    *("yyyy-MM-dd", "dd/MM/yyyy", "MM/dd/yyyy", "dd-MM-yyyy", "dd.MM.yyyy", "dd-MMM-yyyy"),
    *("dd MMM yyyy", "dd/MM/yy", "yyyy/MM/dd", "yyyyMMdd"),
)
MOMENT_FORMATS = (
    *("yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss", "dd/MM/yyyy HH:mm:ss", "dd/MM/yyyy HH:mm"),
)
# Formats whose check digits or shape nothing else has; others are believed by the column's name.
TELLING = frozenset({"email", "nhs_number", "nino", "postcode", "upn"})


@dataclass(frozen=True)
class Found:
    """One column of the sample. forms: date formats that nearly all of its cells fit."""

    name: str
    filled: int
    distinct: int
    rows: int
    longest: int
    type: str
    forms: tuple[str, ...]
    format: str | None
    vocabulary: str | None
    codes: tuple[str, ...]

    @property
    def complete(self) -> bool:
        return self.filled == self.rows > 0

    @property
    def one_each(self) -> bool:
        return self.complete and self.distinct == self.rows


def infer(
    connection: duckdb.DuckDBPyConnection,
    rows: Path,
    columns: Iterable[str],
    formats: Iterable[str],
    words: Mapping[str, frozenset[str]],
) -> tuple[Found, ...]:
    """Every column of the sample in `rows` (Parquet of text).

    `formats`: named formats, whose macros valid_… are installed. `words`: code list → the
    lower-case spellings it knows.
    """
    cells = pl.read_parquet(rows).drop(ROW)
    known = sorted(formats)
    return tuple(_found(connection, rows, cells[name], known, words) for name in columns)


def _found(
    connection: duckdb.DuckDBPyConnection,
    rows: Path,
    cells: pl.Series,
    formats: Iterable[str],
    words: Mapping[str, frozenset[str]],
) -> Found:
    filled = cells.str.strip_chars().replace("", None).drop_nulls()
    forms = tuple(form for form in (*DATE_FORMATS, *MOMENT_FORMATS) if _fits(filled, form))
    named = _named_format(connection, rows, cells.name, formats, filled.len())
    kind = _type(filled, forms, cells.name)
    plain = kind == "string" and named is None and not forms
    vocabulary = _known_list(filled, words) if plain else None
    codes = _codes(filled, cells.name) if plain and vocabulary is None else ()
    lengths = filled.str.len_chars()
    longest = int(lengths.max() or 0) if filled.len() else 0  # type: ignore[arg-type]
    return Found(
        name=cells.name,
        filled=filled.len(),
        distinct=filled.n_unique(),
        rows=cells.len(),
        longest=longest,
        type=kind,
        forms=forms,
        format=named,
        vocabulary=vocabulary,
        codes=codes,
    )


def _share(matches: pl.Series) -> float:
    return float(matches.fill_null(False).sum()) / max(1, matches.len())


def _fits(filled: pl.Series, form: str) -> bool:
    """Whether nearly all cells are dates in this format, by shape and by calendar."""
    if not filled.len():
        return False
    plain = form.replace("'", "")
    parts = "|".join(DATE_PARTS)
    shape = re.sub(parts, lambda part: DATE_PARTS[part[0]][1], re.escape(plain))
    shaped = filled.str.contains(f"^{shape}$")
    if _share(shaped) < VALID_SHARE:
        return False
    stamp = re.sub(parts, lambda part: DATE_PARTS[part[0]][0], plain)
    read = filled.str.to_datetime if "HH" in form else filled.str.to_date
    moments = read(stamp, strict=False)
    sensible = moments.dt.year().is_between(1880, 2120)
    return _share(shaped & sensible) >= VALID_SHARE


def _named_format(
    connection: duckdb.DuckDBPyConnection,
    rows: Path,
    name: str,
    formats: Iterable[str],
    filled: int,
) -> str | None:
    guess = guess_of(name)
    hinted = guess.name if guess else ""
    likely = [form for form in formats if form in TELLING or form == hinted]
    if filled < FEWEST_CELLS or not likely:
        return None
    cell = identifier(name)
    counts = ", ".join(f"count(valid_{form}({cell}))" for form in likely)
    counted = connection.execute(
        f"select {counts} from read_parquet({literal(str(rows))})"
    ).fetchall()[0]
    fits = [form for form, n in zip(likely, counted, strict=True) if n >= VALID_SHARE * filled]
    return hinted if hinted in fits else next(iter(fits), None)


def _type(filled: pl.Series, forms: tuple[str, ...], name: str) -> str:
    if forms:
        return "timestamp" if all("HH" in form for form in forms) else "date"
    # What numbers something, or begins with a zero, is a name made of digits and no quantity.
    if filled.len() and not is_reference(name) and guess_of(name) is None:
        if filled.str.contains("^(0|[+-]?[1-9][0-9]*)$").all():
            return "integer"
        if filled.str.contains("^[+-]?(0|[1-9][0-9]*)([.][0-9]+)?$").all():
            return "number"
        if filled.str.to_lowercase().is_in(["true", "false"]).all():
            return "boolean"
    return "string"


def _known_list(filled: pl.Series, words: Mapping[str, frozenset[str]]) -> str | None:
    """The smallest code list we have that knows every word of the column."""
    used = set(filled.str.to_lowercase().unique())
    fitting = [name for name, known in words.items() if used and used <= known]
    return min(fitting, key=lambda name: (len(words[name]), name), default=None)


def _codes(filled: pl.Series, name: str) -> tuple[str, ...]:
    """The words of a column that looks coded: few, short and each of them frequent.

    Never of a column that may name a person: by its name, or because each row has its own.
    """
    if guess_of(name) is not None or is_reference(name) or not filled.len():
        return ()
    counts = filled.value_counts()
    few = counts.height <= MOST_CODES
    frequent = bool((counts["count"] >= FEWEST_OF_A_CODE).all())
    short = bool((filled.str.len_chars() <= LONGEST_CODE).all())
    bare = not bool(filled.str.contains("@|[0-9]{4}").any())
    return tuple(filled.unique().sort()) if few and frequent and short and bare else ()
