"""The tables made of needs.yaml that SQL reads.

Belongs here: columns and rows of reference.need and of those beside it. Does not belong here: the
file's shape (needs.py).
"""

from __future__ import annotations

import polars as pl

from insight_pipeline.warehouse.needs import Need, Needs
from insight_pipeline.warehouse.reference import reference_table

NEED_COLUMNS = {
    "need_code": "VARCHAR",
    "title": "VARCHAR",
    "to_service_code": "VARCHAR",
    "within_days": "INTEGER",
    "gap_share": "DECIMAL(5,4)",
    "remnant_share": "DECIMAL(5,4)",
    "fewest_people": "INTEGER",
    "chance": "DECIMAL(9,8)",
    "duplicate_days": "INTEGER",
    "cost_low_gbp": "DECIMAL(18,2)",
    "cost_central_gbp": "DECIMAL(18,2)",
    "cost_high_gbp": "DECIMAL(18,2)",
    "cost_source": "VARCHAR",
}
NEED_SIGN_COLUMNS = {
    "need_code": "VARCHAR",
    "service_code": "VARCHAR",
    "event_code": "VARCHAR",
    "detail_code": "VARCHAR",
    "outcome_code": "VARCHAR",
    "to_service_code": "VARCHAR",
    "from_age": "INTEGER",
    "starts": "VARCHAR",
}
NEED_SERVICE_EVENT_COLUMNS = {
    "need_code": "VARCHAR",
    "event_code": "VARCHAR",
    "detail_code": "VARCHAR",
}
NEED_ASSESSMENT_COLUMNS = {
    "need_code": "VARCHAR",
    "service_code": "VARCHAR",
    "event_code": "VARCHAR",
    "detail_code": "VARCHAR",
}


def need_table(needs: Needs) -> pl.DataFrame:
    """reference.need: one row per need, with what flags it; costs NULL without assessments."""
    return _table([_need(need, needs) for need in needs.needs], NEED_COLUMNS)


def need_sign_table(needs: Needs) -> pl.DataFrame:
    """reference.need_sign: one row per need and kind of event that shows it."""
    rows = [
        {"need_code": need.need_code, **sign.model_dump(mode="json")}
        for need in needs.needs
        for sign in need.signs
    ]
    return _table(rows, NEED_SIGN_COLUMNS)


def need_service_event_table(needs: Needs) -> pl.DataFrame:
    """reference.need_service_event: one row per need and kind of event that shows it is met."""
    rows = [
        {"need_code": need.need_code, **reached.model_dump(mode="json")}
        for need in needs.needs
        for reached in need.met_by
    ]
    return _table(rows, NEED_SERVICE_EVENT_COLUMNS)


def need_assessment_table(needs: Needs) -> pl.DataFrame:
    """reference.need_assessment: one row per need and kind of event that assesses it."""
    rows = [
        {"need_code": need.need_code, **assessed.model_dump(mode="json")}
        for need in needs.needs
        if need.duplication
        for assessed in need.duplication.assessments
    ]
    return _table(rows, NEED_ASSESSMENT_COLUMNS)


def _need(need: Need, needs: Needs) -> dict[str, object]:
    flags, twice = needs.flags, need.duplication
    row: dict[str, object] = {
        "need_code": need.need_code,
        "title": need.title,
        "to_service_code": need.service_code,
        "within_days": need.within_days,
    }
    if flags:
        row |= flags.model_dump(exclude={"note"})
    if twice:
        row |= {
            "duplicate_days": twice.window_days,
            **{f"cost_{name}_gbp": cost for name, cost in twice.unit_cost_gbp},
            "cost_source": twice.cost_source.strip(),
        }
    return row


def _table(rows: list[dict[str, object]], columns: dict[str, str]) -> pl.DataFrame:
    return reference_table([[row.get(name) for name in columns] for row in rows], columns)
