"""Phrases that could be a person's name, for linkage to say how many are.

Belongs here: taking neighbouring words out of texts. Does not belong here: who is known
(linkage/known_names.py). What stands word for word in the project's own texts is nobody's name
there: 'Mark may' in a sentence of a template is found in the template as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from insight_pipeline.publication.identifiers.folding import folded
from insight_pipeline.settings import Settings

LONGEST = 4
_OWN_TEXTS = {
    "dbt_like_sql": ("*.sql",),
    "data_contracts": ("*.yaml", "*.csv"),
    "insight_pipeline/publication": ("*.py", "*.html", "*.js", "*.css"),
}
_PACKAGE = Path(__file__).resolve().parents[1]
# Between two words of a name: a space, a comma, a point or an underscore without spaces.
_JOINED = r"(\p{L})[._/+](\p{L})"
_INITIAL = r"\b\p{Lu}\.? "
_BREAK = r"[^\p{L}\p{M}'’` ,-]+"
_FUNCTION_WORDS = [
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "can", "do", "for", "from", "had",
    "has", "have", "he", "her", "his", "i", "if", "in", "into", "is", "it", "its", "may", "no",
    "nor", "not", "of", "off", "on", "or", "our", "out", "per", "she", "so", "some", "such",
    "than", "that", "the", "their", "them", "then", "there", "they", "this", "to", "up", "was",
    "we", "were", "when", "where", "who", "will", "with", "you",
]  # fmt: skip


def phrases(texts: pl.DataFrame) -> pl.DataFrame:
    """Columns text_id, phrase: two to four neighbouring words, with one space between them.

    `texts` has (text_id, text), folded. A word in small letters that only joins others, 'to'
    or 'may', is no part of a name beside a capitalised word.
    """
    plain = (
        pl.col("text")
        .str.replace_all(_JOINED, "${1} ${2}")
        .str.replace_all(_INITIAL, "")
        .str.replace_all(_BREAK, "|")
        .str.split("|")
    )
    words = (
        texts.lazy()
        .filter(pl.col("text").str.contains(r"\p{L}{2}"))
        .select("text_id", segment=plain)
        .explode("segment", empty_as_null=False)
        .with_row_index("segment_id")
        .with_columns(word=pl.col("segment").str.extract_all(r"[^ ,]+"))
        .explode("word", empty_as_null=False)
        .drop_nulls("word")
        .select("text_id", "segment_id", "word")
        .collect()
    )
    return pl.concat([_neighbours(words, width) for width in range(2, LONGEST + 1)]).unique()


def _neighbours(words: pl.DataFrame, width: int) -> pl.DataFrame:
    parts = [pl.col("word").shift(-place).over("segment_id") for place in range(width)]
    small = [part.is_in(_FUNCTION_WORDS) for part in (parts[0], parts[-1])]
    capital = [part.str.contains(r"^\p{Lu}") for part in (parts[-1], parts[0])]
    joining = (small[0] & capital[0]) | (small[1] & capital[1])
    return (
        words.select("text_id", phrase=pl.concat_str(parts, separator=" "), joining=joining)
        .filter(pl.col("phrase").is_not_null() & ~pl.col("joining"))
        .select("text_id", "phrase")
    )


def own_phrases(settings: Settings, areas: pl.Series) -> pl.Series:
    """Phrases in small letters that this project's files say, and whole names of areas."""
    lines = pl.Series("text", sorted(set(_own_lines(settings))), dtype=pl.String)
    texts = lines.to_frame().select(text=folded(pl.col("text")))
    said = phrases(texts.with_row_index("text_id"))["phrase"]
    return pl.concat([said, areas.alias("phrase")]).str.to_lowercase().unique()


def _own_lines(settings: Settings) -> Iterator[str]:
    for place, forms in _OWN_TEXTS.items():
        folder = settings.project / place
        root = folder if folder.is_dir() or place != "insight_pipeline/publication" else _PACKAGE
        for path in sorted(path for form in forms for path in root.rglob(form)):
            yield from path.read_text(encoding="utf-8").splitlines()
