"""What a query means, as one text: equal for queries that differ only in how they are written.

Belongs here: names of CTEs, comments, white space and the case of keywords taken out of the text.
Does not belong here: what else a model's fingerprint covers (model.py). The rule is one-sided: two
queries of different meaning never become one text; where a name could mean two things, names stay
and a renamed CTE counts as a change.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from sqlglot import Token, TokenType, exp, tokenize
from sqlglot.dialects import DuckDB

# No name of a query holds a blank unless it is quoted, and then the names stay.
CANONICAL = "cte "
KEYWORDS = DuckDB.Tokenizer.KEYWORDS


def canonical_query(tree: exp.Expr) -> str:
    """The meaning of a parsed query; the tree is left as it is."""
    copy = tree.copy()
    if not _is_ambiguous(copy):
        _rename(copy)
    return copy.sql(dialect="duckdb", comments=False, copy=False)


@lru_cache(maxsize=1024)
def canonical_text(statement: str) -> str:
    """A statement that is kept as text: its words, without comments, white space and case."""
    tokens = tokenize(statement, dialect="duckdb")
    return json.dumps([_word(token) for token in tokens])


def _word(token: Token) -> list[str]:
    """Keywords and bare words in lower case; of anything else both its kind and its text count."""
    text = " ".join(token.text.split())
    if token.token_type is TokenType.VAR or KEYWORDS.get(text.upper()) is token.token_type:
        return [text.lower()]
    return [token.token_type.name, token.text]


def _is_ambiguous(tree: exp.Expr) -> bool:
    """Whether a CTE's name may mean anything else somewhere in the query."""
    names = Counter(cte.alias.lower() for cte in tree.find_all(exp.CTE))
    if any(times > 1 for times in names.values()):
        return True
    if any(name.name.lower().startswith(CANONICAL) for name in tree.find_all(exp.Identifier)):
        return True
    return any(word in names for word in _other_meanings(tree)) or any(
        not _is_in_sight(table, tree) for table in _references(tree, names)
    )


def _other_meanings(tree: exp.Expr) -> Iterator[str]:
    """Names that stand for something else than a CTE: aliases, parts of longer names."""
    for alias in tree.find_all(exp.TableAlias):
        if not isinstance(alias.parent, exp.CTE):
            yield alias.name.lower()
    for column in tree.find_all(exp.Column):
        if column.args.get("db"):
            yield from (part.name.lower() for part in column.parts)
        elif column.table and not _is_of_a_source(column):
            yield column.table.lower()


def _is_of_a_source(column: exp.Column) -> bool:
    """Whether a select around the column reads, under its own name, the table it names."""
    select = column.find_ancestor(exp.Select)
    while select is not None:
        if column.table.lower() in {name.lower() for name in _sources(select)}:
            return True
        select = select.find_ancestor(exp.Select)
    return False


def _sources(select: exp.Select) -> Iterator[str]:
    clauses = [select.args.get("from_"), *(select.args.get("joins") or ())]
    for clause in clauses:
        if clause is not None and isinstance(clause.this, exp.Table):
            yield clause.this.alias_or_name


def _references(tree: exp.Expr, names: Counter[str]) -> Iterator[exp.Table]:
    for table in tree.find_all(exp.Table):
        if not table.db and table.name.lower() in names:
            yield table


def _is_in_sight(table: exp.Table, tree: exp.Expr) -> bool:
    """Whether the CTE a table names is defined before it and around it."""
    node: exp.Expr | None = table
    inside: exp.Expr | None = None
    while node is not None:
        clause = node.args.get("with_")
        if isinstance(clause, exp.With) and table.name.lower() in _defined(clause, inside):
            return True
        inside = node if isinstance(node, exp.CTE) else inside
        node = node.parent
    return False


def _defined(clause: exp.With, inside: exp.Expr | None) -> Iterator[str]:
    """Names a part of the query may use: those before it, and its own if it is recursive."""
    for cte in clause.expressions:
        if cte is not inside or clause.args.get("recursive"):
            yield cte.alias.lower()
        if cte is inside:
            return


def _rename(tree: exp.Expr) -> None:
    names = {
        cte.alias.lower(): f"{CANONICAL}{place}" for place, cte in enumerate(tree.find_all(exp.CTE))
    }
    for cte in tree.find_all(exp.CTE):
        cte.args["alias"].set("this", _name(names[cte.alias.lower()]))
    for column in tree.find_all(exp.Column):
        if column.table.lower() in names:
            column.set("table", _name(names[column.table.lower()]))
    for table in tree.find_all(exp.Table):
        if not table.db and table.name.lower() in names:
            table.set("this", _name(names[table.name.lower()]))


def _name(name: str) -> exp.Identifier:
    return exp.to_identifier(name, quoted=True)
