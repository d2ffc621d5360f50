"""The public ledger: every published figure's revisions, made from published figures alone.

Belongs here: what is new against the release before, in status, reason and difference. Does not
belong here: the unsuppressed ledger (indicators/revision.py), of which revision_reasons.py takes
reason codes alone; files and folders (database/, release.py).

A figure that is withheld has no numbers here, and neither has a difference from or to it. Where a
figure comes to be withheld, or to be shown, the reason is always `disclosure`: any other would tell
whether the count behind it had changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import duckdb

from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.indicators.revision_rules import KEY, find_revisions
from insight_pipeline.kernel.errors import Fault, raise_all
from insight_pipeline.publication.database.revision_columns import REVISION_COLUMNS
from insight_pipeline.publication.disclosure.public import PUBLIC_TABLE
from insight_pipeline.publication.history import Made
from insight_pipeline.publication.revision_reasons import find_ledger_reasons
from insight_pipeline.sql.engines.duckdb import literal

PUBLIC_LEDGER = "public_revision"
PUBLISHED_FIGURE = "published_figure"
TOLD = ("numerator", "denominator", "value", "lower95", "upper95", "shorthand")

_TYPED = ", ".join(f"{name} {kind}" for name, (kind, _) in REVISION_COLUMNS.items())
_KEY = ", ".join(KEY)

_TONIGHT = f"""
create or replace temp table {PUBLISHED_FIGURE} as
select
    figure.*,
    (
        not figure.is_not_mature
        and figure.period_to + coalesce(maturity.maturity_days, 0)::integer <= $as_of
    ) as is_settled
from {PUBLIC_TABLE} as figure
left join indicator_maturity as maturity on figure.indicator_id = maturity.indicator_id
"""

# A reason of its own has only a figure that was shown and is. Where figures mature or go, the
# reason is that of their period: the same for all, it tells nothing of one.
_APPEND = f"""
insert into {PUBLIC_LEDGER} by name
with
period_reason as (
    select indicator_id, period_from, arg_min(reason_code, place) as reason_code
    from ledger_reason
    group by indicator_id, period_from
),

before as (
    select {_KEY}, numerator, shorthand
    from {PUBLIC_LEDGER}
    qualify row_number() over (partition by {_KEY} order by revision_no desc) = 1
),

explanations as (
    select correction_id, min(explanation) as explanation
    from declared_correction
    group by correction_id
),

seen as (
    select
        revised.*,
        not revised.is_same
        and revised.numerator is not null
        and before.numerator is not null as is_shown_twice,
        (
            revised.is_same
            or 'withdrawn' in (revised.status, revised.last_status)
            or contains(concat(revised.shorthand, before.shorthand), '[x]')
        ) as is_of_period,
        own.reason_code as own_reason,
        period_reason.reason_code as period_reason,
        explanations.explanation
    from published_revision as revised
    left join before using ({_KEY})
    left join ledger_reason as own using ({_KEY})
    left join period_reason using (indicator_id, period_from)
    left join explanations on own.correction_id = explanations.correction_id
)

select
    {_KEY},
    revision_no,
    $release_no as release_no,
    $release as release,
    $as_of as as_of_date,
    status,
    case
        when last_status is null then 'first'
        when is_shown_twice then coalesce(own_reason, 'disclosure')
        when is_of_period then coalesce(period_reason, 'late_data')
        else 'disclosure'
    end as reason_code,
    {", ".join(TOLD)},
    previous_value,
    difference,
    case when is_shown_twice then explanation end as explanation
from seen
"""

_LOST = """
select count(*)
from (
    (select {columns} from {earlier}) except all (select {columns} from {ledger})
)
"""


@dataclass(frozen=True)
class Next:
    """The release in the making: its name, its place in the order, the last day data reach."""

    name: str
    release_no: int
    as_of: date


def make_revisions(
    connection: duckdb.DuckDBPyConnection,
    before: Made | None,
    release: Next,
    headers: Mapping[str, IndicatorHeader],
) -> None:
    """Make temp table `public_revision`: the ledger of the release before, and what is new.

    Needs temp tables `public_figure` (disclosure) and `declared_correction` (revision_reasons.py).
    Read besides: the unsuppressed ledger's reasons, where the warehouse has one; the connection may
    be read-only. Raises an InsightError when anything the release before said would be lost.
    """
    _open_ledger(connection, before)
    find_settled(connection, headers, release.as_of)
    find_revisions(connection, PUBLISHED_FIGURE, PUBLIC_LEDGER, TOLD, "published_revision")
    find_ledger_reasons(connection, before.night_no if before else 0)
    connection.execute(
        _APPEND,
        {"release": release.name, "release_no": release.release_no, "as_of": release.as_of},
    )
    raise_all(_lost(connection, before))


def find_settled(
    connection: duckdb.DuckDBPyConnection, headers: Mapping[str, IndicatorHeader], as_of: date
) -> None:
    """Make temp table `published_figure`: `public_figure` and is_settled, false of provisional."""
    _load_maturity(connection, headers)
    connection.execute(_TONIGHT, {"as_of": as_of})


def _open_ledger(connection: duckdb.DuckDBPyConnection, before: Made | None) -> None:
    connection.execute(f"create or replace temp table {PUBLIC_LEDGER} ({_TYPED})")
    if before and before.revisions.exists():
        source = f"read_parquet({literal(str(before.revisions))})"
        connection.execute(f"insert into {PUBLIC_LEDGER} by name select * from {source}")


def _load_maturity(
    connection: duckdb.DuckDBPyConnection, headers: Mapping[str, IndicatorHeader]
) -> None:
    connection.execute(
        "create or replace temp table indicator_maturity (indicator_id varchar, maturity_days int)"
    )
    rows = [[name, header.minimum_maturity_days] for name, header in sorted(headers.items())]
    if rows:
        connection.executemany("insert into indicator_maturity values (?, ?)", rows)


def _lost(connection: duckdb.DuckDBPyConnection, before: Made | None) -> Iterable[Fault]:
    """Nothing that a release said is taken back or changed by the next."""
    if before is None or not before.revisions.exists():
        return
    earlier = f"read_parquet({literal(str(before.revisions))})"
    known = connection.execute(f"describe from {earlier}").fetchall()
    columns = ", ".join(row[0] for row in known)
    query = _LOST.format(columns=columns, earlier=earlier, ledger=PUBLIC_LEDGER)
    rows = int(connection.execute(query).fetchall()[0][0])
    if rows:
        yield Fault(
            where="publication: revisions",
            expected=f"every revision of {before.path.name}, as it was published",
            found=f"{rows} that are gone or differ",
            consequence="nothing is published, the last release stays",
            next_step="correct insight_pipeline/publication/revisions.py; do not bypass it",
        )
