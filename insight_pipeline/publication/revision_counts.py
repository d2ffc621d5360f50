"""What a release did to the figures, counted: new, unchanged, and revised by reason.

Belongs here: counting, for whoever runs the night. Does not belong here: what is a revision
(revisions.py).
"""

from __future__ import annotations

import duckdb

from insight_pipeline.indicators.revision import RevisionCounts
from insight_pipeline.publication.disclosure.public import PUBLIC_TABLE
from insight_pipeline.publication.revisions import PUBLIC_LEDGER

_COUNTS = f"""
select
    (select count(*) from {PUBLIC_TABLE}),
    count(*) filter (where status <> 'withdrawn'),
    count(*) filter (where reason_code = 'first')
from {PUBLIC_LEDGER}
where release_no = ?
"""

_BY_REASON = f"""
select reason_code, count(*)
from {PUBLIC_LEDGER}
where release_no = ? and reason_code <> 'first'
group by reason_code
order by reason_code
"""


def count_revisions(connection: duckdb.DuckDBPyConnection, release_no: int) -> RevisionCounts:
    """What a release did to the figures, from temp tables `public_revision` and `public_figure`."""
    figures, told, new = connection.execute(_COUNTS, [release_no]).fetchall()[0]
    by_reason = dict(connection.execute(_BY_REASON, [release_no]).fetchall())
    return RevisionCounts(new=new, unchanged=figures - told, revised=by_reason)
