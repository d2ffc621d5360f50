"""Trusted numbers: when two different numbers prove two people, and when they prove a typist.

Belongs here: which numbers of one issuer count as the same, and whether an issuer's numbers may
forbid a link. Does not belong here: how much an equal number weighs (comparisons).

Nothing here knows an issuer by name. Records that agree on names and on birth date or home show
how good an issuer's numbers are. Where slips of the pen are absent, numbers are checked at entry
(a check digit catches every single slip) and any difference is a veto. Where slips occur, numbers
two slips apart on records that otherwise link are one number. Where slips occur and numbers
contradict otherwise certain matches often, the issuer's numbers are evidence but no veto.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from insight_pipeline.linkage.people.clustering import components

ENOUGH_PAIRS = 100
SLIPS_OF_UNCHECKED = 0.005
CONTRADICTIONS_OF_UNRELIABLE = 0.01
SLIPS_FORGIVEN = 2


@dataclass(frozen=True)
class Issuer:
    """What otherwise certain matches say about one issuer's numbers."""

    name: str
    pairs: int
    slips: int
    contradictions: int

    @property
    def is_checked(self) -> bool:
        return self.pairs < ENOUGH_PAIRS or self.slips < SLIPS_OF_UNCHECKED * self.pairs

    @property
    def may_veto(self) -> bool:
        limit = CONTRADICTIONS_OF_UNRELIABLE * self.pairs
        return self.is_checked or self.contradictions <= limit


# The best of all distances between the numbers of one issuer that two linked records bear.
_DISTANCE = """
    create or replace temp table number_distance as
    select rid_l, rid_r, a.issuer, min(damerau_levenshtein(a.trusted_id, b.trusted_id)) as slips
    from pair
    inner join number as a on a.rid = rid_l
    inner join number as b on b.rid = rid_r and b.issuer = a.issuer
    where given_name between 0 and 3 and family_name between 0 and 2
        and (birth_date = 0 or place = 0)
    group by all
"""


def judge_issuers(con: duckdb.DuckDBPyConnection) -> list[Issuer]:
    """Every issuer seen, judged by the pairs that agree on everything else."""
    con.execute("""
        create or replace table number as
        select rid, issuer, trusted_id from trusted_value inner join record using (record_id)
    """)
    con.execute(_DISTANCE)
    rows = con.execute(f"""
        select issuer, count(slips), count(*) filter (slips = 1),
            count(*) filter (slips > {SLIPS_FORGIVEN})
        from (select distinct issuer from number) left join number_distance using (issuer)
        group by issuer order by issuer
    """).fetchall()
    return [Issuer(str(name), int(n), int(s), int(c)) for name, n, s, c in rows]


def identity_numbers(
    con: duckdb.DuckDBPyConnection, issuers: list[Issuer], join: float
) -> npt.NDArray[np.int64]:
    """Which number every affected record (by rid) bears of every issuer that may veto; -1 for none.

    Numbers one record bears together are one (a superseded number stays an alias), and so are
    those of records somebody decided to be one; but only inside one component, so that what
    another component says of a number changes nothing here. Reads affected, local_component(rid,
    component), local_pair and bond(rid_l, rid_r).
    """
    con.execute("""
        create or replace temp table local_number as
        select rid, component, issuer, trusted_id
        from affected inner join local_component using (rid)
        inner join store.trusted_value using (record_id)
    """)
    vetoing = vetoing_issuers(con, issuers)
    _alias_numbers(con, [issuer.name for issuer in vetoing if not issuer.is_checked], join)
    rids = con.execute("select rid from affected order by rid").fetchnumpy()["rid"]
    identity = np.full((len(rids), max(len(vetoing), 1)), -1, dtype=np.int64)
    for column, issuer in enumerate(vetoing):
        table = con.execute(
            "select rid, number_class from number_alias where issuer = ? order by rid",
            [issuer.name],
        ).fetchnumpy()
        identity[np.searchsorted(rids, table["rid"]), column] = table["number_class"]
    return identity


def vetoing_issuers(con: duckdb.DuckDBPyConnection, judged: list[Issuer]) -> list[Issuer]:
    """Issuers whose numbers may veto; one the model never met is trusted until it is judged."""
    rows = con.execute("select distinct issuer from local_number order by issuer").fetchall()
    known = {issuer.name: issuer for issuer in judged}
    met = [known.get(str(name), Issuer(str(name), 0, 0, 0)) for (name,) in rows]
    return [issuer for issuer in met if issuer.may_veto]


def _alias_numbers(con: duckdb.DuckDBPyConnection, unchecked: list[str], join: float) -> None:
    """Table number_alias(rid, component, issuer, number_class): one class per true number."""
    con.register("unchecked", pa.table({"issuer": pa.array(unchecked, pa.string())}))
    con.execute("""
        create or replace temp table number_code as
        select *, dense_rank() over (order by component, trusted_id) - 1 as code
        from local_number
    """)
    edges = con.execute(f"""
        select a.code as l, b.code as r
        from number_code as a inner join number_code as b
            on a.rid = b.rid and a.issuer = b.issuer and a.code < b.code
        union
        select least(a.code, b.code), greatest(a.code, b.code)
        from local_pair as pair
        inner join number_code as a on a.rid = rid_l
        inner join number_code as b on b.rid = rid_r and b.issuer = a.issuer
            and b.component = a.component and a.code <> b.code
        where match_weight >= {join} and a.issuer in (select issuer from unchecked)
            and damerau_levenshtein(a.trusted_id, b.trusted_id) <= {SLIPS_FORGIVEN}
        union
        select least(a.code, b.code), greatest(a.code, b.code)
        from bond
        inner join number_code as a on a.rid = rid_l
        inner join number_code as b on b.rid = rid_r and b.issuer = a.issuer and a.code <> b.code
    """).fetchnumpy()
    con.unregister("unchecked")
    codes = int(con.execute("select count(distinct code) from number_code").fetchall()[0][0])
    classes = components(codes, edges["l"].astype(np.int64), edges["r"].astype(np.int64))
    con.register("alias", pa.table({"code": np.arange(codes), "number_class": classes}))
    con.execute("""
        create or replace temp table number_alias as
        select rid, component, issuer, min(number_class) as number_class
        from number_code inner join alias using (code) group by rid, component, issuer
    """)
    con.unregister("alias")


def veto_different_numbers(con: duckdb.DuckDBPyConnection, issuers: list[Issuer]) -> None:
    """Mark in local_pair what bears different numbers of an issuer that may veto.

    Inside one component only: elsewhere a veto would decide nothing.
    """
    names = pa.array([issuer.name for issuer in vetoing_issuers(con, issuers)], pa.string())
    con.register("vetoing", pa.table({"issuer": names}))
    con.execute("""
        create or replace temp table conflicting as
        select rid_l, rid_r, min(a.issuer) as issuer
        from local_pair as pair
        inner join number_alias as a on a.rid = rid_l
        inner join number_alias as b on b.rid = rid_r and b.issuer = a.issuer
            and b.component = a.component
        where a.number_class <> b.number_class and a.issuer in (select issuer from vetoing)
        group by all
    """)
    con.execute("""
        update local_pair as pair set veto = 'different ' || conflicting.issuer
        from conflicting
        where pair.rid_l = conflicting.rid_l and pair.rid_r = conflicting.rid_r
    """)
    con.unregister("vetoing")
