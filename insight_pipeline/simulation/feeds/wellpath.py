"""Community health: referrals and care contacts, NDJSON in the manner of CSDS.

Belongs here: the health partner's fields and drops. Does not belong here: true referrals.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import polars as pl

from insight_pipeline.simulation import dirt as soil
from insight_pipeline.simulation.chance import chance
from insight_pipeline.simulation.dirt_rates import DIRT
from insight_pipeline.simulation.drops import Drop, Fate
from insight_pipeline.simulation.faults import CORRECTION_DAYS
from insight_pipeline.simulation.journeys.health import TO_CARE, TO_LEISURE
from insight_pipeline.simulation.register import IdStyle, filed_under, register
from insight_pipeline.simulation.stage import Stage, known_by, numbered, touched_in
from insight_pipeline.simulation.window import Quarter
from insight_pipeline.simulation.writers import write_ndjson

PROVIDER = "wellpath"
DATE = "%Y-%m-%d"
SEX = {"M": "1", "F": "2"}
ONWARD = {TO_CARE: "ADULT SOCIAL CARE", TO_LEISURE: "LEISURE"}
ONWARD_CELLS = ("OnwardReferralTo", "OnwardReferralDate")
CLOSURE_CELLS = ("ReferralClosureDate", "ClosureReason")
FORGOTTEN = 0.3  # share of onward referrals left out of the file that is corrected later


def wellpath(stage: Stage) -> None:
    """Both of the partner's returns."""
    rows = _referral_rows(stage)
    stage.know(f"{PROVIDER}:", rows)
    _referrals(stage, rows)
    _contacts(stage, rows)


def _referrals(stage: Stage, rows: pl.DataFrame) -> None:
    """The quarter's new or changed referrals; one file forgets some onward referrals, and a
    later file holds only the corrected rows."""
    rng, dirt = stage.stream("referrals"), DIRT[PROVIDER]
    columns = [name for name in rows.columns if name[0].isupper()]
    for index, quarter in enumerate(stage.quarters):
        sent = (
            rows.filter(touched_in(quarter, ("received", "onward_on", "closed")))
            .with_columns(
                *known_by(quarter.last, "onward_on", ONWARD_CELLS),
                *known_by(quarter.last, "closed", CLOSURE_CELLS),
            )
            .select(columns)
        )
        right = sent.clear()
        if index == stage.faults.wellpath_referrals_corrected:
            onward = sent["OnwardReferralTo"].is_not_null()
            # At least the first one, so that the fault is there in the smallest borough.
            forgets = onward & (
                pl.Series(chance(rng, FORGOTTEN, sent.height)) | (onward.cum_sum() == 1)
            )
            right = sent.filter(forgets)
            emptied = [pl.when(~forgets).then(pl.col(cell)).alias(cell) for cell in ONWARD_CELLS]
            sent = sent.with_columns(emptied)
        sent = soil.repeated_rows(rng, sent, dirt.repeated_row)
        _put_referrals(stage, quarter, sent, right)


def _put_referrals(stage: Stage, quarter: Quarter, sent: pl.DataFrame, right: pl.DataFrame) -> None:
    file = f"csds_referrals_{quarter.last:%Y%m%d}.ndjson"
    drop = Drop(PROVIDER, "referrals", quarter.first, quarter.last, quarter.due, file)
    stage.box.put(drop, sent.height, partial(write_ndjson, rows=sent))
    if right.height:
        later = quarter.due + timedelta(days=CORRECTION_DAYS)
        part = Drop(PROVIDER, "referrals", quarter.first, quarter.last, later,
                    f"corrections_{file}", Fate.PARTIAL)  # fmt: skip
        stage.box.put(part, right.height, partial(write_ndjson, rows=right))


def _referral_rows(stage: Stage) -> pl.DataFrame:
    rng, dirt = stage.stream(f"{PROVIDER} rows"), DIRT[PROVIDER]
    referrals = stage.life.health.referrals
    known = register(rng, stage.population, referrals, "received", IdStyle("WP", 300_001), dirt)
    sex = soil.sex_codes(rng, known["sex"], SEX, "9", dirt.sex_variant)
    filed = filed_under(rng, known.with_columns(GenderCode=sex), referrals, "received")
    onward = filed["onward"].replace_strict(ONWARD, default=None, return_dtype=pl.String)
    received = soil.date_text(rng, filed["received"], DATE, dirt.impossible_date)
    return filed.select(
        "person",
        "record",
        "received",
        "onward_on",
        "closed",
        numbered("SR", 900_001, filed.height).alias("ServiceRequestId"),
        pl.col("record").alias("LocalPatientId"),
        pl.col("nhs").alias("NHSNumber"),
        pl.col("given").alias("GivenName"),
        pl.col("family").alias("FamilyName"),
        pl.col("birth").dt.strftime(DATE).alias("PersonBirthDate"),
        "GenderCode",
        pl.col("postcode").alias("Postcode"),
        received.alias("ReferralRequestReceivedDate"),
        soil.varied_codes(rng, filed["source"], dirt.code_variant).alias("SourceOfReferral"),
        soil.varied_codes(rng, filed["team"], dirt.code_variant).alias("ServiceTeamType"),
        soil.varied_codes(rng, onward, dirt.code_variant).alias("OnwardReferralTo"),
        pl.col("onward_on").dt.strftime(DATE).alias("OnwardReferralDate"),
        pl.col("closed").dt.strftime(DATE).alias("ReferralClosureDate"),
        soil.varied_codes(rng, filed["reason"], dirt.code_variant).alias("ClosureReason"),
    )


def _contacts(stage: Stage, referrals: pl.DataFrame) -> None:
    """The quarter's contacts, each filed under its referral's patient."""
    rng, dirt, contacts = stage.stream("contacts"), DIRT[PROVIDER], stage.life.health.contacts
    index = contacts["referral"]
    rows = contacts.select(
        "contact",
        numbered("CC", 2_000_001, contacts.height).alias("CareContactId"),
        referrals["ServiceRequestId"].gather(index).alias("ServiceRequestId"),
        referrals["LocalPatientId"].gather(index).alias("LocalPatientId"),
        pl.col("contact").dt.strftime(DATE).alias("ContactDate"),
        pl.when("attended").then(pl.lit("5")).otherwise(pl.lit("3")).alias("Attended"),
        soil.varied_codes(rng, contacts["medium"], dirt.code_variant).alias("Medium"),
    )
    for quarter in stage.quarters:
        inside = pl.col("contact").is_between(quarter.first, quarter.last)
        sent = rows.filter(inside).drop("contact")
        sent = soil.repeated_rows(rng, sent, dirt.repeated_row)
        drop = Drop(PROVIDER, "care_contacts", quarter.first, quarter.last, quarter.due,
                    f"csds_contacts_{quarter.last:%Y%m%d}.ndjson")  # fmt: skip
        stage.box.put(drop, sent.height, partial(write_ndjson, rows=sent))
