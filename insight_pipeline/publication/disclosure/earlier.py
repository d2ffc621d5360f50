"""What earlier releases told, and still tell whoever kept them.

Belongs here: reading the published figures of every release, oldest first. Does not belong here:
what an attacker makes of them (versions.py, beliefs.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from insight_pipeline.kernel.strict import parse_json
from insight_pipeline.publication.disclosure.cells import BlockKey
from insight_pipeline.publication.disclosure.knowledge import only_rounding
from insight_pipeline.publication.disclosure.policy import DisclosurePolicy, PoliciesInForce
from insight_pipeline.publication.disclosure.told import Told
from insight_pipeline.publication.history import DESCRIPTION, newest_release, previous_releases

FIGURES = "indicators.parquet"
# Key of a release's description: a mark of the rules it was judged by.
RULES = "disclosure_rules"
# Columns that releases did not always have.
_LATER = ("basis", "disclosure_policy", "rounded_to")

# A release counts for a block only where it told something else than the one before: most nights
# that is nowhere.
_TOLD = """
with
figure as (
    select
        disclosure_policy.cohort,
        list_position($files, release.filename) as release,
        release.indicator_id,
        release.period_from,
        release.period_to,
        release.breakdown_type,
        release.breakdown,
        release.statistic,
        release.numerator,
        release.denominator,
        {later}
    from read_parquet($files, union_by_name = true, filename = true) as release
    inner join disclosure_policy on release.indicator_id = disclosure_policy.indicator_id
),

content as (
    select
        cohort,
        period_from,
        period_to,
        release,
        md5(string_agg(
            concat_ws(
                '|', indicator_id, breakdown_type, breakdown, statistic,
                coalesce(numerator::varchar, ''), coalesce(denominator::varchar, ''),
                coalesce(basis::varchar, '')
            ),
            '/' order by indicator_id, breakdown_type, breakdown
        )) as words
    from figure
    group by cohort, period_from, period_to, release
),

changed as (
    select
        *,
        lag(words) over (partition by cohort, period_from, period_to order by release) as before
    from content
)

select
    figure.cohort, figure.period_from, figure.period_to, figure.release,
    figure.indicator_id, figure.breakdown_type, figure.breakdown, figure.statistic,
    figure.numerator, figure.denominator, figure.basis::double,
    figure.disclosure_policy, figure.rounded_to
from figure
inner join changed using (cohort, period_from, period_to, release)
where changed.words is distinct from changed.before
order by all
"""


def read_releases(
    connection: duckdb.DuckDBPyConnection, published: Path, policies: PoliciesInForce
) -> dict[BlockKey, list[list[Told]]]:
    """What the releases in `published` told of each block, oldest first.

    Reads the temp table `disclosure_policy`. Releases in `policies.withdrawn` are left out, and so
    are those that told the same of a block as the one before.
    """
    files = [
        str(folder / FIGURES)
        for folder in previous_releases(published)
        if folder.name not in policies.withdrawn
    ]
    if not files:
        return {}
    source = connection.execute(
        "describe from read_parquet($files, union_by_name = true)", {"files": files}
    )
    has = {row[0] for row in source.fetchall()}
    later = ", ".join(f"release.{n}" if n in has else f"null as {n}" for n in _LATER)
    rows = connection.execute(_TOLD.format(later=later), {"files": files}).fetchall()
    found: dict[BlockKey, list[list[Told]]] = {}
    for key, items in groupby(rows, key=lambda row: row[:4]):
        found.setdefault(key[:3], []).append([_told(row[4:], policies) for row in items])
    return found


def judged_by(published: Path) -> str | None:
    """Mark of the rules the newest release was judged by; None where it bears none."""
    newest = newest_release(published)
    if newest is None:
        return None
    description = newest.path / DESCRIPTION
    said = parse_json(description.read_text(encoding="utf-8"), str(description))
    mark: str | None = said.get(RULES)
    return mark


def _told(row: Sequence[Any], policies: PoliciesInForce) -> Told:
    indicator_id, kind, breakdown, statistic, *numbers, name, rounded_to = row
    is_shown = numbers[0] is not None
    return Told(
        indicator_id,
        kind,
        breakdown,
        statistic,
        _policy(name or policies.name_of(indicator_id), rounded_to, policies),
        *(float(n) if is_shown and n is not None else None for n in numbers),
    )


def _policy(name: str, rounded_to: int | None, policies: PoliciesInForce) -> DisclosurePolicy:
    """The policy a figure was published under, as far as it can still be known."""
    policy = policies.policies.get(name)
    if policy is not None and rounded_to in (None, policy.round_to):
        return policy
    return only_rounding(rounded_to or 1)
