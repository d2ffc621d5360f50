"""Blocking: which pairs are worth comparing. Every rule is a named key with its reason.

Belongs here: the rules, the pairs they give and the budget that bounds them. Does not belong here:
how a pair is judged. A rule is one SQL expression over ONE record giving its keys; two records
with an equal key are a pair, so every rule is symmetric by construction.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

PAIRS_PER_RECORD = 40
PAIRS_PER_RECORD_AND_RULE = 10
LARGEST_BLOCK = 400
# A handful of records may all be compared.
FEWEST_PAIRS = 1000


@dataclass(frozen=True)
class BlockingRule:
    """`keys` gives a list of texts for a record; NULL or an empty list means none."""

    name: str
    reason: str
    keys: str


def _cross(left: str, right: str) -> str:
    """All combinations of two lists, as texts."""
    inner = f"list_transform({right}, lambda b: a || '|' || b)"
    return f"flatten(list_transform({left}, lambda a: {inner}))"


_YEAR = "year(birth_date)"

RULES = (
    BlockingRule("trusted id", "the same number is the best reason to look", "trusted"),
    BlockingRule("e-mail", "an address of one's own", "emails"),
    BlockingRule("phone", "a line of one's own, or of the household", "phones"),
    BlockingRule(
        "family name and birth date",
        "any present, former or partial surname: marriages and compound names",
        _cross("families", "birth_dates"),
    ),
    BlockingRule(
        "given name and birth date",
        "any form of the first name: the surname may be new or misspelt",
        _cross("nicks", "birth_dates"),
    ),
    BlockingRule(
        "birth date and postcode",
        "both names may be misspelt or swapped",
        _cross("birth_dates", "postcodes"),
    ),
    BlockingRule(
        "birth date and home",
        "as above, where addresses are recorded instead of postcodes",
        _cross("birth_dates", "homes"),
    ),
    BlockingRule(
        "both names and birth year",
        "day or month wrong; the names in either order",
        f"[least(given_first, family) || '|' || greatest(given_first, family) || '|' || {_YEAR}]",
    ),
    BlockingRule(
        "both names and postcode",
        "no or a wrong birth date",
        "list_transform(postcodes, lambda p: given_first || '|' || family || '|' || p)",
    ),
    BlockingRule(
        "given name and home",
        "no birth date and a new or misspelt surname",
        _cross("nicks", "homes"),
    ),
    BlockingRule(
        "family name and home",
        "no birth date and a misspelt first name; also relatives, whom the model must get to know",
        _cross("families", "homes"),
    ),
    BlockingRule(
        "family name and postcode",
        "no birth date, misspelt first name",
        _cross("families", "postcodes"),
    ),
    BlockingRule(
        "given name and postcode", "no birth date, misspelt surname", _cross("nicks", "postcodes")
    ),
    BlockingRule(
        "start of both names and birth year",
        "typing errors late in both names, and in day or month",
        f"[left(given, 3) || '|' || left(family, 3) || '|' || {_YEAR}]",
    ),
    BlockingRule(
        "consonants of the family name, first initial, birth year",
        "typing errors in vowels and doubled letters",
        "[substr(family, 1, 1) || regexp_replace(substr(family, 2), '[aeiouyhw]', '', 'g')"
        f" || '|' || left(given, 1) || '|' || {_YEAR}]",
    ),
    BlockingRule(
        "initials and birth date",
        "typing errors anywhere in both names; in either order",
        "[least(left(given, 1), left(family, 1)) || greatest(left(given, 1), left(family, 1))"
        " || '|' || birth_text]",
    ),
    BlockingRule(
        "family name and birth date with day and month in either order",
        "dates written the other way round",
        "[family || '|' || year(birth_date) || '|' || least(month(birth_date), day(birth_date))"
        " || '|' || greatest(month(birth_date), day(birth_date))]",
    ),
    BlockingRule(
        "both names in any form",
        "no birth date and moved house; nicknames, former and partial surnames",
        _cross("nicks", "families"),
    ),
    BlockingRule(
        "both names swapped",
        "no birth date, and given and family name in each other's field",
        "[least(given, family) || '|' || greatest(given, family)]",
    ),
    BlockingRule(
        "postcode and birth year and first initial",
        "one person in one place with a misspelt surname and birth day",
        f"list_transform(postcodes, lambda p: p || '|' || left(given, 1) || '|' || {_YEAR})",
    ),
    BlockingRule(
        "birth date",
        "one of the names missing, the other misspelt; large populations stop at rare dates",
        "birth_dates",
    ),
    BlockingRule("family name and neighbourhood", "moved nearby", "[family || '|' || sector]"),
    BlockingRule("given name and neighbourhood", "moved nearby", "[given_first || '|' || sector]"),
    BlockingRule(
        "family name and first initial",
        "no birth date and a misspelt first name",
        "[family || '|' || left(given, 1)]",
    ),
    BlockingRule(
        "given name and start of family name",
        "no birth date and a misspelt surname",
        "[given || '|' || left(family, 2)]",
    ),
    BlockingRule("family name", "rare surnames: the budget stops at the common ones", "families"),
)  # fmt: skip


def block(con: duckdb.DuckDBPyConnection, records: int) -> dict[str, int]:
    """Table candidate(rid_l, rid_r, match_key): distinct pairs, each with the first rule it met.

    Returns how many pairs each rule adds. Within a rule the smallest blocks come first, and blocks
    that would break the budget are left out: they are the least informative ones, and which they
    are depends on the evidence alone.
    """
    con.execute("create table candidate (rid_l bigint, rid_r bigint, match_key varchar)")
    budget = max(PAIRS_PER_RECORD * records, FEWEST_PAIRS)
    added: dict[str, int] = {}
    for rule in RULES:
        left = budget - sum(added.values())
        share = min(left, max(PAIRS_PER_RECORD_AND_RULE * records, FEWEST_PAIRS))
        added[rule.name] = _add_pairs(con, rule, share)
    return added


def _add_pairs(con: duckdb.DuckDBPyConnection, rule: BlockingRule, share: int) -> int:
    con.execute(f"""
        create or replace temp table block_key as
        select rid, key from (
            select rid, unnest(list_distinct({rule.keys})) as key from record
        ) where key is not null
    """)
    limit = _largest_block(con, share)
    con.execute(
        """
        create or replace temp table kept as
        select rid, key from block_key
        qualify count(*) over (partition by key) between 2 and ?
    """,
        [limit],
    )
    before = _count(con)
    con.execute(
        """
        insert into candidate
        select distinct l.rid, r.rid, ?
        from kept as l inner join kept as r on l.key = r.key and l.rid < r.rid
        anti join candidate as c on c.rid_l = l.rid and c.rid_r = r.rid
    """,
        [rule.name],
    )
    return _count(con) - before


def _largest_block(con: duckdb.DuckDBPyConnection, share: int) -> int:
    """The largest block size whose blocks, with all smaller ones, stay inside the share."""
    rows = con.execute(
        """
        select max(size) from (
            select size, sum(pairs) over (order by size) as running
            from (
                select size, sum(size * (size - 1) / 2) as pairs
                from (select count(*) as size from block_key group by key)
                group by size
            )
        ) where running <= ? and size <= ?
    """,
        [share, LARGEST_BLOCK],
    ).fetchall()
    return int(rows[0][0] or 0)


def _count(con: duckdb.DuckDBPyConnection) -> int:
    return int(con.execute("select count(*) from candidate").fetchall()[0][0])
