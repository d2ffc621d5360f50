"""Housing: tenancies (XLSX, full list each quarter) and homelessness duties (XML).

Belongs here: the housing company's columns and drops. Does not belong here: true tenancies.
"""

from __future__ import annotations

from functools import partial

import polars as pl

from insight_pipeline.simulation import dirt as soil
from insight_pipeline.simulation.dirt_rates import DIRT
from insight_pipeline.simulation.drops import Drop
from insight_pipeline.simulation.register import (
    IdStyle,
    address_cells,
    details,
    filed_under,
    register,
)
from insight_pipeline.simulation.stage import Stage, known_by, numbered, open_in
from insight_pipeline.simulation.window import days
from insight_pipeline.simulation.writers import write_xlsx, write_xml

PROVIDER = "homestead"
DATE, ISO = "%d-%b-%Y", "%Y-%m-%d"
SEX = {"M": "M", "F": "F"}
TREATMENT = "Substance misuse treatment"
DUTY_CELLS = ("DutyEndDate", "Outcome")
REFERRAL_CELLS = ("ReferredTo", "ReferralDate")


def homestead(stage: Stage) -> None:
    """Both of the company's returns."""
    _tenancies(stage)
    _duties(stage)


def _tenancies(stage: Stage) -> None:
    rng, dirt = stage.stream("tenancies"), DIRT[PROVIDER]
    rows = _tenancy_rows(stage)
    stage.know(f"{PROVIDER}:", rows)
    columns = [name for name in rows.columns if name[0].isupper()]
    for quarter in stage.quarters:
        sent = (
            rows.filter(pl.col("start") <= quarter.last)
            .with_columns(known_by(quarter.last, "end", ("End Date", "End Reason")))
            .select(columns)
        )
        sent = soil.repeated_rows(rng, sent, dirt.repeated_row)
        drop = Drop(PROVIDER, "tenancies", quarter.first, quarter.last, quarter.due,
                    f"tenancies_{quarter.last:%Y-%m-%d}.xlsx")  # fmt: skip
        title = f"Homestead Homes: tenancies at {quarter.last:%d %B %Y}"
        write = partial(write_xlsx, rows=sent, sheet="Tenancies", title=title)
        stage.box.put(drop, sent.height, write)


def _tenancy_rows(stage: Stage) -> pl.DataFrame:
    rng, dirt, held = stage.stream("tenancy rows"), DIRT[PROVIDER], stage.life.tenancies
    known = register(rng, stage.population, held, "start", IdStyle("H", 40_001), dirt)
    known = known.drop("uprn", "address_line", "postcode")
    filed = filed_under(rng, known, held, "start")
    # A tenancy is of a property: its address is the one moved into, whatever else is out of date.
    person, start = held["person"].to_numpy(), days(held["start"])
    home = address_cells(rng, stage.population, person, start, dirt)
    filed = pl.concat([filed, home], how="horizontal")
    return filed.select(
        "person",
        "record",
        "start",
        "end",
        numbered("TEN", 70_001, filed.height).alias("Tenancy Ref"),
        pl.col("record").alias("Tenant Ref"),
        pl.col("given").alias("Forename"),
        pl.col("family").alias("Surname"),
        pl.col("family_before").alias("Previous Surname"),
        pl.col("birth").dt.strftime(DATE).alias("DoB"),
        pl.col("nino").alias("NI Number"),
        pl.col("uprn").alias("UPRN"),
        pl.col("address_line").alias("Address"),
        pl.col("postcode").alias("Postcode"),
        pl.col("phone").alias("Telephone"),
        pl.col("email").alias("Email"),
        soil.varied_codes(rng, filed["kind"], dirt.code_variant).alias("Tenancy Type"),
        pl.col("start").dt.strftime(DATE).alias("Start Date"),
        pl.col("end").dt.strftime(DATE).alias("End Date"),
        soil.varied_codes(rng, filed["reason"], dirt.code_variant).alias("End Reason"),
    )


def _duties(stage: Stage) -> None:
    rng, dirt = stage.stream("duties"), DIRT["homestead_duties"]
    rows = _duty_rows(stage)
    stage.know(f"{PROVIDER}:case-", rows)
    columns = [name for name in rows.columns if name[0].isupper()]
    for quarter in stage.quarters:
        sent = (
            rows.filter(open_in(quarter.first, quarter.last, "start", "end"))
            .with_columns(
                *known_by(quarter.last, "end", DUTY_CELLS),
                *known_by(quarter.last, "referred_on", REFERRAL_CELLS),
            )
            .select(columns)
        )
        sent = soil.repeated_rows(rng, sent, dirt.repeated_row)
        drop = Drop(PROVIDER, "homelessness_duties", quarter.first, quarter.last, quarter.due,
                    f"hclic_{quarter.last:%Y%m%d}.xml")  # fmt: skip
        stage.box.put(
            drop, sent.height, partial(write_xml, rows=sent, root="HCLIC", element="Case")
        )


def _duty_rows(stage: Stage) -> pl.DataFrame:
    """Every case is a record of its own: the company does not link one to the next."""
    rng, dirt, duties = stage.stream("duty rows"), DIRT["homestead_duties"], stage.life.duties
    person, start = duties["person"].to_numpy(), days(duties["start"])
    known = details(rng, stage.population, person, start, dirt)
    filed = pl.concat([duties, known], how="horizontal").with_columns(
        record=numbered("HL", 30_001, duties.height)
    )
    coded = {
        name: soil.varied_codes(rng, filed[name], dirt.code_variant)
        for name in ("duty", "outcome", "need")
    }
    return filed.select(
        "person",
        "record",
        "start",
        "end",
        "referred_on",
        pl.col("record").alias("CaseReference"),
        pl.col("given").alias("Forename"),
        pl.col("family").alias("Surname"),
        pl.col("birth").dt.strftime(ISO).alias("DateOfBirth"),
        soil.sex_codes(rng, filed["sex"], SEX, None, dirt.sex_variant).alias("Sex"),
        pl.col("nino").alias("NINumber"),
        pl.col("postcode").alias("LastPostcode"),
        coded["duty"].alias("Duty"),
        soil.date_text(rng, filed["start"], ISO, dirt.impossible_date).alias("DutyStartDate"),
        pl.col("end").dt.strftime(ISO).alias("DutyEndDate"),
        coded["outcome"].alias("Outcome"),
        coded["need"].alias("SupportNeed"),
        pl.when(pl.col("referred_on").is_not_null()).then(pl.lit(TREATMENT)).alias("ReferredTo"),
        pl.col("referred_on").dt.strftime(ISO).alias("ReferralDate"),
    )
