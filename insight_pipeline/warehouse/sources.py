"""What the warehouse's models may read that no model makes: `internal.*` and `reference.*`.

Belongs here: which tables there are, their columns, and what they come from. Does not belong here:
filling them (loading.py), or any model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.service_levels.scorecard import COLUMNS as SCORECARD_COLUMNS
from insight_pipeline.contracts.staging import Written
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.sql.dry_run import Columns
from insight_pipeline.warehouse.alert_rules import COLUMNS as ALERT_RULE_COLUMNS
from insight_pipeline.warehouse.need_tables import (
    NEED_ASSESSMENT_COLUMNS,
    NEED_COLUMNS,
    NEED_SERVICE_EVENT_COLUMNS,
    NEED_SIGN_COLUMNS,
)
from insight_pipeline.warehouse.pathways import PATHWAY_COLUMNS, PICKUP_COLUMNS
from insight_pipeline.warehouse.services import SERVICE_COLUMNS, SERVICE_CONTRACT_COLUMNS
from insight_pipeline.warehouse.spend_themes import SPEND_SHARE_COLUMNS

RECORD = "record_id"
CITIZEN = "citizen_id"
EVENT = "event_id"
EVENTS = "service_event"
CITIZEN_COLUMNS = {
    CITIZEN: "VARCHAR",
    "birth_month": "DATE",
    "sex_code": "VARCHAR",
    "area_code": "VARCHAR",
    "death_date": "DATE",
    "record_count": "INTEGER",
    "provider_count": "INTEGER",
}
# `month`: first day of the month in which the events began.
LINKAGE_RATE_COLUMNS = {
    "service_code": "VARCHAR",
    "provider_id": "VARCHAR",
    "month": "DATE",
    "rows_received": "BIGINT",
    "rows_linked": "BIGINT",
}
# Of each alternative partition (draw) the events whose citizen is another one there.
LINKAGE_DRAW_COLUMNS = {"draw": "INTEGER", EVENT: "VARCHAR", CITIZEN: "VARCHAR"}
REFERENCE_COLUMNS: dict[str, Columns] = {
    "reference.service_contract": SERVICE_CONTRACT_COLUMNS,
    "reference.service": SERVICE_COLUMNS,
    "reference.provider": {"provider_id": "VARCHAR", "provider_name": "VARCHAR"},
    "reference.vocabulary": {"vocabulary": "VARCHAR", "code": "VARCHAR", "label": "VARCHAR"},
    "reference.event_feed": {
        "stem": "VARCHAR",
        "provider_id": "VARCHAR",
        "frequency_months": "INTEGER",
        "latency_days": "INTEGER",
    },
    "reference.feed_period": {
        "stem": "VARCHAR",
        "provider_id": "VARCHAR",
        "period_from": "DATE",
        "period_to": "DATE",
    },
    "reference.unused_delivery": {
        "stem": "VARCHAR",
        "provider_id": "VARCHAR",
        "period_from": "DATE",
        "period_to": "DATE",
        "outcome": "VARCHAR",
    },
    "reference.scorecard": SCORECARD_COLUMNS,
    "reference.alert_rule": ALERT_RULE_COLUMNS,
    "reference.need": NEED_COLUMNS,
    "reference.need_sign": NEED_SIGN_COLUMNS,
    "reference.need_service_event": NEED_SERVICE_EVENT_COLUMNS,
    "reference.need_assessment": NEED_ASSESSMENT_COLUMNS,
    "reference.pathway": PATHWAY_COLUMNS,
    "reference.pathway_pickup": PICKUP_COLUMNS,
    "reference.spend_share": SPEND_SHARE_COLUMNS,
}

SOURCE_WORDS = {
    "internal.citizen": "Every citizen who has not opted out, under a pseudonym.",
    "internal.linkage_rate": "Event rows received and linked to a citizen, by service, provider "
    "and month in which the event began. People who opted out are in neither.",
    "internal.linkage_draw": "Events whose citizen is another in one of the drawn partitions: how "
    "much figures depend on linkage. docs/linkage-quality.md says how to use it.",
    "reference.service_contract": "Who delivers which service, when, where and at what price, and "
    "what the contract says. area_codes: wards joined by commas, NULL for the whole borough.",
    "reference.service": "Services, their titles, and what holds at a change of provider: days to "
    "take people on, days until the new provider is compared, kinds of event of people in the "
    "middle of the service, joined by commas (NULL for any kind).",
    "reference.provider": "Providers and their names, from their contracts.",
    "reference.vocabulary": "Codes and labels of every code list.",
    "reference.event_feed": "Feeds that tell of service events, whether received or not, with how "
    "often they come and how many days after the last day they cover.",
    "reference.feed_period": "Periods covered by the accepted deliveries of each feed.",
    "reference.unused_delivery": "Deliveries that are not used, with the periods they declare: "
    "held, refused, or met by an error of our own engine.",
    "reference.scorecard": "How each provider keeps its promises, by dataset and month.",
    "reference.alert_rule": "Rules of early warning, by the tolerance of a contract.",
    "reference.need": "Needs, the service meant to meet each, when an area is flagged, and what "
    "one assessment costs.",
    "reference.need_sign": "Events that show a need.",
    "reference.need_service_event": "Events that show that a need's service reached somebody.",
    "reference.need_assessment": "Events that assess a need.",
    "reference.pathway": "From which event somebody is to reach which next service, and by when.",
    "reference.spend_share": "Which share of a service's spend goes to which outcome theme.",
    "reference.pathway_pickup": "Events that show that a pathway's next service took somebody on.",
}


@dataclass(frozen=True)
class Population:
    """Linkage's hand-over under pseudonyms.

    records: Parquet (record_id, citizen_id, is_opted_out); citizens: Parquet (CITIZEN_COLUMNS);
    draws: Parquet (draw, record_id, citizen_id), records whose citizen is another in that draw.
    event_key: secret that goes into the pseudonym of an event, whose own id holds the provider's
    number of the person.
    """

    records: Path
    citizens: Path
    draws: Path
    fingerprint: str
    draws_fingerprint: str
    event_key: str = field(repr=False)


@dataclass(frozen=True)
class Sources:
    """Everything that flows into the warehouse tonight."""

    feeds: Mapping[str, Written]
    population: Population
    references: Mapping[str, pl.DataFrame]


def warehouse_contracts(internal: Sequence[Contract]) -> tuple[Contract, ...]:
    return tuple(contract for contract in internal if contract.zone == "warehouse")


def pseudonymous_columns(contract: Contract) -> Columns:
    """The contract's columns with the citizen in the record's place."""
    return {
        CITIZEN if name == RECORD else name: kind
        for name, kind in contract.physical_columns.items()
    }


def source_columns(internal: Sequence[Contract]) -> dict[str, Columns]:
    """Every source relation and its columns, as models may rely on them."""
    feeds = {f"internal.{c.stem}": pseudonymous_columns(c) for c in warehouse_contracts(internal)}
    return {
        **feeds,
        "internal.citizen": CITIZEN_COLUMNS,
        "internal.linkage_rate": LINKAGE_RATE_COLUMNS,
        "internal.linkage_draw": LINKAGE_DRAW_COLUMNS,
        **REFERENCE_COLUMNS,
    }


def source_fingerprints(internal: Sequence[Contract], sources: Sources) -> dict[str, str]:
    """Each source relation's fingerprint, from the files and people behind it."""
    people = sources.population.fingerprint
    marks = {"internal.citizen": fingerprint(people)}
    for contract in warehouse_contracts(internal):
        linked = [people] if RECORD in contract.physical_columns else []
        mark = fingerprint(sources.feeds[contract.stem].fingerprint, linked)
        marks[f"internal.{contract.stem}"] = mark
    events = marks.get(f"internal.{EVENTS}", fingerprint(people))
    # The columns too: the same rows counted by other keys are another table.
    marks["internal.linkage_rate"] = fingerprint(events, list(LINKAGE_RATE_COLUMNS))
    drawn = sources.population.draws_fingerprint
    marks["internal.linkage_draw"] = fingerprint(events, drawn)
    for relation, frame in sources.references.items():
        marks[relation] = fingerprint(relation, frame.select(pl.all().cast(pl.String)).rows())
    return marks
