"""The SQL that holds two releases, attached as `before` and `after`, against each other.

Belongs here: statements. Does not belong here: attaching, or what is done with the answer
(changes.py). Words for what became of a figure are those of the macro what_changed().
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from insight_pipeline.publication.database.marks import SERIES_ID

_KEY = "indicator_id, period_from, period_to, area_code, provider_id, breakdown_type, breakdown"
_NUMBERS = (
    "numerator",
    "denominator",
    "basis",
    "lower95",
    "upper95",
    "lower998",
    "upper998",
    "linkage_lower",
    "linkage_upper",
    "linkage_rate",
    "coverage",
    "shorthand",
)
_OTHERWISE = " or ".join(f"earlier.{name} is distinct from later.{name}" for name in _NUMBERS)
_SAME_KEY = " and ".join(f"earlier.{name} = later.{name}" for name in _KEY.split(", "))

# {later}: the side whose ledger reaches further.
FIGURES = f"""
with
reasons as (
    select
        {_KEY},
        string_agg(distinct reason_code, ', ' order by reason_code) as reason_code,
        string_agg(distinct explanation, ' ' order by explanation) as explanation
    from {{later}}.revision
    where release_no > $first and release_no <= $last
    group by {_KEY}
),

joined as (
    select
        {", ".join(f"coalesce(later.{n}, earlier.{n}) as {n}" for n in _KEY.split(", "))},
        coalesce(later.title, earlier.title) as title,
        earlier.value as value_before,
        later.value as value_after,
        coalesce(earlier.value::varchar, earlier.shorthand) as before,
        coalesce(later.value::varchar, later.shorthand) as after,
        case
            when earlier.indicator_id is null then 'new'
            when later.indicator_id is null then 'withdrawn'
            when earlier.value is null and later.value is not null then 'now shown'
            when earlier.value is not null and later.value is null then 'no longer shown'
            when earlier.value <> later.value then 'revised'
            when not ({_OTHERWISE}) then null
            when later.value is null then 'still not shown'
            else 'same value'
        end as change
    from before.figure as earlier
    full outer join after.figure as later on {_SAME_KEY}
)

select
    'figure' as about,
    joined.change,
    {SERIES_ID.format(figure="joined")} || '@' || joined.period_from as name,
    joined.title,
    'value' as field,
    joined.before,
    joined.after,
    (joined.value_after - joined.value_before)::decimal(18, 2) as difference,
    reasons.reason_code,
    reasons.explanation
from joined
left join reasons using ({_KEY})
where joined.change is not null
order by joined.title, name, joined.period_to
"""

# Of `cells` one list item a column that both sides have.
ROWS = """
with
joined as (
    select
        {name} as name,
        {title} as title,
        earlier.{first} is null as is_new,
        later.{first} is null as is_gone,
        [{cells}] as cells
    from before.{table} as earlier
    full outer join after.{table} as later on {matches}
),

listed as (
    select name, title, 'new' as change, null as cell from joined where is_new
    union all
    select name, title, 'gone' as change, null as cell from joined where is_gone
    union all
    select name, title, 'changed' as change, unnest(cells) as cell
    from joined
    where not is_new and not is_gone
)

select
    {about} as about,
    listed.change,
    listed.name,
    listed.title,
    listed.cell.field as field,
    listed.cell.before as before,
    listed.cell.after as after,
    null::decimal(18, 2) as difference,
    null as reason_code,
    null as explanation
from listed
where listed.change <> 'changed' or listed.cell.before is distinct from listed.cell.after
order by listed.name, listed.change, field
"""


@dataclass(frozen=True)
class Key:
    """What names a row of a table: its columns, the first of them never empty, and SQL for both."""

    columns: tuple[str, ...]
    name: str
    title: str

    @property
    def parts(self) -> Mapping[str, str]:
        return {"first": self.columns[0], "name": self.name, "title": self.title}


KEYS = MappingProxyType(
    {
        "indicator": Key(
            ("indicator_id",),
            "coalesce(later.indicator_id, earlier.indicator_id)",
            "coalesce(later.title, earlier.title)",
        ),
        "service": Key(
            ("service_code", "provider_id", "from_date"),
            "concat_ws('/', coalesce(later.service_code, earlier.service_code), "
            "coalesce(later.provider_id, earlier.provider_id), "
            "coalesce(later.from_date, earlier.from_date))",
            "coalesce(later.service_title, earlier.service_title)",
        ),
    }
)
