"""The world as it would be if doubtful links were drawn again: a database beside the warehouse.

Belongs here: the events of the citizens a draw touches, and the models made on them. Does not
belong here: drawing (linkage), or counting what comes out (linkage_range.py).

A draw (internal.linkage_draw) gives some events to other citizens. Who is counted depends on each
citizen's own events alone, so only citizens a draw touches are counted again: their events, once
per draw and once as they are, go through the models into `members`, under ids that no two draws
share.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb
import sqlglot
from sqlglot import exp

from insight_pipeline.indicators.explain import MEMBERS
from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.sql.ctes import up_to_cte
from insight_pipeline.sql.engines.duckdb import identifier, quoted_relation
from insight_pipeline.sql.model import Macro, Model
from insight_pipeline.sql.runner import install_macros

EVENTS = "internal.service_event"
CITIZENS = "internal.citizen"

# Draw 0 is everybody touched in any draw, as linkage has them now.
_TOUCHED = """
create or replace table {world}.main.touched as
with
listed as (select * from {home}.internal.linkage_draw),

moved as (
    select draw, citizen_id from listed
    union
    select listed.draw, events.citizen_id
    from listed
    inner join {home}.internal.service_event as events on listed.event_id = events.event_id
)

select draw, citizen_id from moved
union
select 0 as draw, citizen_id from moved
"""

_EVENTS = """
create or replace table {world}.internal.service_event as
with
events as (select * from {home}.internal.service_event),
listed as (select * from {home}.internal.linkage_draw),

kept as (
    select touched.draw, touched.citizen_id as who, events.*
    from {world}.main.touched as touched
    inner join events on touched.citizen_id = events.citizen_id
    left join listed on touched.draw = listed.draw and events.event_id = listed.event_id
    where listed.event_id is null
),

given as (
    select listed.draw, listed.citizen_id as who, events.*
    from listed
    inner join events on listed.event_id = events.event_id
),

either as (
    select * from kept
    union all
    select * from given
)

select
    * exclude (draw, who)
    replace (who || '@' || draw as citizen_id, event_id || '@' || draw as event_id)
from either
"""

# A citizen who is there in a draw only is as old and lives where the citizen the events have now.
_CITIZENS = """
create or replace table {world}.internal.citizen as
with
citizens as (select * from {home}.internal.citizen),

earlier as (
    select listed.draw, listed.citizen_id, min(events.citizen_id) as known_as
    from {home}.internal.linkage_draw as listed
    inner join {home}.internal.service_event as events on listed.event_id = events.event_id
    group by listed.draw, listed.citizen_id
),

known as (
    select touched.draw, touched.citizen_id as who,
        coalesce(citizens.citizen_id, earlier.known_as) as known_as
    from {world}.main.touched as touched
    left join citizens on touched.citizen_id = citizens.citizen_id
    left join earlier
        on touched.draw = earlier.draw and touched.citizen_id = earlier.citizen_id
)

select citizens.* replace (known.who || '@' || known.draw as citizen_id)
from known
inner join citizens on known.known_as = citizens.citizen_id
"""


def draw_world(
    connection: duckdb.DuckDBPyConnection,
    models: Sequence[Model],
    macros: Iterable[Macro],
    home: str,
    world: str,
) -> None:
    """Fill the attached, empty database `world`, which is in use, from the warehouse `home`.

    Made are main.touched (draw, citizen_id), the touched citizens' events and themselves once per
    draw, as `<id>@<draw>`, and every model that `members` need, on them. What no draw changes is a
    view of the warehouse's. `models`: all models in build order.
    """
    install_macros(connection, macros)
    needed = _needed(models)
    made = [model for model in models if model.relation in needed]
    for schema in sorted({relation.partition(".")[0] for relation in {*needed, EVENTS}}):
        connection.execute(f"create schema {identifier(schema)}")
    for query in (_TOUCHED, _EVENTS, _CITIZENS):
        connection.execute(query.format(home=home, world=world))
    for relation in sorted(needed - {EVENTS, CITIZENS} - {model.relation for model in made}):
        source = f"{home}.{quoted_relation(relation)}"
        connection.execute(f"create view {quoted_relation(relation)} as from {source}")
    for model in made:
        connection.execute(f"create table {quoted_relation(model.relation)} as\n{model.query}")


def _needed(models: Sequence[Model]) -> set[str]:
    """What the members of all indicators are made from, however far up."""
    needed = {EVENTS, CITIZENS, "core.dim_breakdown_type"}
    for model in models:
        if isinstance(model.header, IndicatorHeader):
            needed |= _reads(up_to_cte(model, MEMBERS))
    for model in reversed(models):
        if model.relation in needed:
            needed.update(model.reads)
    return needed


def _reads(query: str) -> set[str]:
    tables = sqlglot.parse_one(query, dialect="duckdb").find_all(exp.Table)
    return {f"{table.db}.{table.name}" for table in tables if table.db}
