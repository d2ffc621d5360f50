"""A query up to one of its CTEs: what that step gives, for table tests and for looking inside.

Belongs here: cutting a query's text. Does not belong here: running it.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import TokenType, exp, tokenize

from insight_pipeline.kernel.errors import Fault, InsightError, nearest
from insight_pipeline.sql.model import Model


def cte_names(model: Model) -> tuple[str, ...]:
    """Names of the CTEs of a model's query, in the order they stand there."""
    return tuple(cte.alias for cte in _ctes(model))


def up_to_cte(model: Model, name: str) -> str:
    """The query that gives the rows of one CTE, with those of the CTEs before it that it needs.

    The text is the author's own. InsightError names the nearest CTE when there is none called so.
    """
    ctes = {cte.alias.lower(): cte for cte in _ctes(model)}
    if name.lower() not in ctes:
        raise InsightError([_unknown(model, name)])
    wanted = _needed(ctes, name.lower())
    texts = dict(zip(ctes, _texts(model.query), strict=False))
    parts = ",\n\n".join(texts[each] for each in ctes if each in wanted)
    clause = model.tree.args["with_"]
    recursive = " recursive" if clause.args.get("recursive") else ""
    return f"with{recursive}\n{parts}\n\nselect * from {ctes[name.lower()].args['alias'].this}"


def _ctes(model: Model) -> list[exp.CTE]:
    clause = model.tree.args.get("with_")
    return list(clause.expressions) if isinstance(clause, exp.With) else []


def _needed(ctes: dict[str, exp.CTE], name: str) -> set[str]:
    """A CTE and all that it reads, however far away; DuckDB has no two of one name."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        cte = waiting.pop()
        if cte not in found:
            found.add(cte)
            tables = ctes[cte].this.find_all(exp.Table)
            waiting += [t.name.lower() for t in tables if not t.db and t.name.lower() in ctes]
    return found


def _texts(query: str) -> Iterator[str]:
    """The text of each CTE in turn, `name as (…)`; after the last come texts of no meaning."""
    depth, start, has_body = 0, None, False
    for token in tokenize(query, dialect="duckdb")[1:]:
        if start is None and token.token_type not in (TokenType.COMMA, TokenType.RECURSIVE):
            start = token.start
        has_body = has_body or (depth == 0 and token.token_type is TokenType.ALIAS)
        depth += (token.token_type is TokenType.L_PAREN) - (token.token_type is TokenType.R_PAREN)
        if depth == 0 and has_body and token.token_type is TokenType.R_PAREN:
            yield query[start : token.end + 1]
            start, has_body = None, False


def _unknown(model: Model, name: str) -> Fault:
    known = cte_names(model)
    return Fault(
        where=str(model.path),
        expected=f"one of its CTEs: {', '.join(known) or 'it has none'}",
        found=f"'{name}'",
        consequence="there is nothing to look at",
        next_step=nearest(name, known),
    )
