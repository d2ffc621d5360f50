"""The text of a SQL file, read before anything runs: that it is one query, and what it calls.

Belongs here: what must hold of any query of ours. Does not belong here: what one query reads or
means (model.py, canonical.py), or whether its names are there (graph.py, dry_run.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import sqlglot
from sqlglot import Token, TokenType, exp, tokenize
from sqlglot.errors import ParseError, SqlglotError, TokenError

from insight_pipeline.kernel.errors import Fault, InsightError, raise_all

# What is not the same from one run to the next on the same rows: clocks, chance, counters, session.
UNSTEADY = frozenset(
    {
        *("now", "today", "get_current_timestamp", "get_current_time", "transaction_timestamp"),
        *("current_date", "current_time", "current_timestamp", "current_localtime"),
        *("current_localtimestamp", "localtime", "localtimestamp", "random", "setseed"),
        *("ago", "pg_conf_load_time", "pg_postmaster_start_time", "stats", "vector_type"),
        *("uuid", "gen_random_uuid", "uuidv4", "uuidv7", "nextval", "currval", "setval"),
        *("txid_current", "current_query", "current_query_id", "current_transaction_id"),
        *("current_connection_id", "current_setting", "getvariable", "getenv"),
        *("current_database", "current_catalog", "current_schema", "current_schemas"),
        "in_search_path",
    }
)
# Those that stand without parentheses.
BARE = frozenset(name for name in UNSTEADY if name.startswith(("current_", "local")))
# Asked about one day it counts to today; between two days it is as steady as they are.
AGE, AGE_TODAY = "age", "age() with one argument, which counts to today"
SAMPLES = (("using", "sample"), ("tablesample",))


@lru_cache(maxsize=2048)
def parsed(query: str, where: str) -> exp.Query:
    """The tree of one query; InsightError when it is none, several, or not repeatable."""
    try:
        trees = [tree for tree in sqlglot.parse(query, dialect="duckdb") if tree is not None]
    except ParseError as error:
        first = error.errors[0] if error.errors else {}
        place = f": query line {first.get('line')}, column {first.get('col')}"
        found = str(first.get("description") or "text that does not parse")
        raise InsightError([_no_query(where + place, found)]) from None
    except TokenError:
        raise InsightError([_no_query(where, "text that cannot be cut into words")]) from None
    trees = [tree for tree in trees if not isinstance(tree, exp.Semicolon)]
    if len(trees) != 1:
        raise InsightError([_no_query(where, f"{len(trees)} statements")])
    (tree,) = trees
    if not isinstance(tree, exp.Query):
        raise InsightError([_no_query(where, f"a statement of another kind: {tree.key}")])
    if unsteady := sorted(set(unsteady_words(query))):
        raise InsightError([not_repeatable(where, unsteady[0])])
    raise_all(_not_lower_case(tree, where))
    return tree


def _not_lower_case(tree: exp.Query, where: str) -> Iterator[Fault]:
    for table in tree.find_all(exp.Table):
        name = f"{table.db}.{table.name}"
        if table.db and name != name.lower():
            yield Fault(
                where=where,
                expected="tables named in lower case, as all of them are called",
                found=f"'{name}'",
                consequence="graph, lineage and fingerprints go by the name and would not find it",
                next_step=f"write {name.lower()}",
            )


def _no_query(where: str, found: str) -> Fault:
    return Fault(
        where=where,
        expected="one DuckDB query",
        found=found,
        consequence="the model cannot be placed in the graph",
        next_step="run the query in DuckDB and correct it there",
    )


def not_repeatable(where: str, word: str) -> Fault:
    """The fault of a text that gives other rows when it runs again on the same ones."""
    return Fault(
        where=where,
        expected="a query that gives the same rows whenever it runs on the same rows",
        found=f"'{word}'",
        consequence="a rebuild gave other figures, and no change of the data would say why",
        next_step="take the day from the data, as reference.feed_period does; "
        "order by a column in place of chance",
    )


def unsteady_words(text: str) -> Iterator[str]:
    """What a text calls or reads that is not the same from one run to the next, in lower case."""
    tokens = _tokens(text)
    words = [token.text.lower() for token in tokens]
    for place, token in enumerate(tokens):
        word = words[place]
        before = tokens[place - 1].token_type if place else None
        is_name = before in (TokenType.DOT, TokenType.ALIAS) or token.token_type in _QUOTED
        if word in UNSTEADY and _is_called(tokens, place):
            yield f"{word}()"
        elif word == AGE and _is_called(tokens, place) and _arguments(tokens, place + 1) < 2:
            yield AGE_TODAY
        elif word in BARE and not is_name:
            yield word
        for sample in SAMPLES:
            if tuple(words[place : place + len(sample)]) == sample and not is_name:
                yield " ".join(sample)


@lru_cache(maxsize=2048)
def called(text: str) -> frozenset[str]:
    """Names that a text writes before a parenthesis, in lower case: among them what it calls."""
    tokens = _tokens(text)
    return frozenset(
        token.text.lower() for place, token in enumerate(tokens) if _is_called(tokens, place)
    )


def _is_called(tokens: list[Token], place: int) -> bool:
    is_text = tokens[place].token_type in _TEXTS
    follows = tokens[place + 1].token_type if place + 1 < len(tokens) else None
    return not is_text and follows is TokenType.L_PAREN


def _arguments(tokens: list[Token], opening: int) -> int:
    """How many arguments stand in the parentheses that open at this place."""
    depth, commas = 0, 0
    for place in range(opening, len(tokens)):
        kind = tokens[place].token_type
        depth += (kind in _OPENING) - (kind in _CLOSING)
        commas += depth == 1 and kind is TokenType.COMMA
        if depth == 0:
            return commas + (place > opening + 1)
    return commas + 1


def is_known_function(name: str) -> bool:
    """Whether calls of this name are read as a function of SQL, so that a macro's are not found."""
    arguments = ("", "a", "a, b", "a, b, c")
    calls = ", ".join(f"{name}({each})" for each in arguments)
    try:
        tree = sqlglot.parse_one(f"select {calls}", dialect="duckdb")
    except SqlglotError:
        return True
    found = [each.name.lower() for each in tree.find_all(exp.Anonymous, exp.AnonymousAggFunc)]
    return found != [name.lower()] * len(arguments)


def without_semicolon(query: str) -> str:
    """A query without the semicolons at its end, also those that a comment follows."""
    try:
        tokens = _tokens(query)
    except TokenError:
        return query
    while tokens and tokens[-1].token_type is TokenType.SEMICOLON:
        last = tokens.pop()
        query = query[: last.start] + query[last.end + 1 :]
    return query.strip()


_TEXTS = frozenset(
    kind for kind in TokenType if kind.name.endswith("_STRING") or kind is TokenType.STRING
)
_OPENING = (TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE)
_CLOSING = (TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE)
_QUOTED = _TEXTS | {TokenType.IDENTIFIER}


def _tokens(text: str) -> list[Token]:
    return list(tokenize(text, dialect="duckdb"))
