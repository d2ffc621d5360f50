"""Every indicator lists who it counts in one way, so that a figure can be traced to its members."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sqlglot import exp

from insight_pipeline.indicators.header import STRATIFIED, IndicatorHeader, Period, Statistic
from insight_pipeline.indicators.measure import MEASURE_COLUMNS, optional_columns
from insight_pipeline.indicators.pathway_windows import HAND_OFFS
from insight_pipeline.sql.model import Model, load_models
from insight_pipeline.warehouse.needs import NEEDS_FILE, load_needs
from insight_pipeline.warehouse.pathways import PATHWAYS_FILE, load_pathways
from insight_pipeline.warehouse.services import load_services
from tests.conftest import ROOT

MEMBERS = "members"
MEMBER_COLUMNS = (
    "member_id",
    "citizen_id",
    "index_date",
    "period_from",
    "period_to",
    "area_code",
    "provider_id",
    "sex_code",
    "age_band",
    "event_id",
    "met_event_id",
)
BREAKDOWNS = "core.dim_breakdown_type"
# The window of hand-offs is the longest clock, and clocks are data.
PATHWAYS = load_pathways(ROOT / "data_contracts" / PATHWAYS_FILE)
# Where needs have windows of their own, the header names the longest.
NEED = "journeys.fct_need"
NEEDS = load_needs(ROOT / "data_contracts" / NEEDS_FILE)
# How long a hand-over may take is a term of the service.
TRANSITIONS = "journeys.fct_transition"
SERVICES = load_services(ROOT / "data_contracts" / "services.yaml")
TARGET = """target:
  value: 60
  name: Ashmere council plan 2024 to 2028
  source: Made-up target of a fictional borough; neither measured nor national
"""


def shape_faults(folder: Path) -> list[str]:
    """What indicators' files do otherwise than docs/add-an-indicator.md says."""
    journeys = {model.relation: model for model in load_models(folder.parent / "journeys")}
    return [
        f"{model.name}: {fault}"
        for model in load_models(folder, IndicatorHeader)
        for fault in (*_form_faults(model), *_header_faults(model, journeys))
    ]


def _header_faults(model: Model, journeys: Mapping[str, Model]) -> Iterator[str]:
    """What the header says that the query does not do."""
    header = model.header
    assert isinstance(header, IndicatorHeader)
    for period in Period:
        for end in ("start", "end"):
            if (f"{period}_{end}" in model.functions) != (period is header.period):
                yield f"its period is a {header.period}, and {period}_{end} says otherwise"
    read = [model, *(journeys[relation] for relation in model.reads if relation in journeys)]
    numbers = {each.name for m in read for each in m.tree.find_all(exp.Literal) if each.is_int}
    if HAND_OFFS in model.reads:
        numbers |= {str(each.clock_days) for each in PATHWAYS.pathways}
    if NEED in model.reads:
        numbers |= {str(each.within_days) for each in NEEDS.needs}
    if TRANSITIONS in model.reads:
        numbers |= {str(each.handover_days) for each in SERVICES.services}
    if header.window_days and str(header.window_days) not in numbers:
        yield f"its window is {header.window_days} days, which its query never asks for"
    if not (header.yardstick or header.no_benchmark):
        yield "it names no benchmark and no target, nor why not (no_benchmark)"


def _form_faults(model: Model) -> Iterator[str]:
    header = model.header
    assert isinstance(header, IndicatorHeader)
    ctes = {cte.alias: cte.this for cte in model.tree.ctes}
    if MEMBERS not in ctes:
        yield f"no CTE is called {MEMBERS}"
    elif (found := _common_columns(model, ctes[MEMBERS])) != member_columns(header.statistic):
        yield f"{MEMBERS} has the columns {', '.join(found)}"
    if BREAKDOWNS not in model.reads:
        yield f"it does not read {BREAKDOWNS}"
    for macro in ("breakdown_of", "breakdown_area", "breakdown_provider"):
        if macro not in model.functions:
            yield f"it does not call {macro}"
    wanted = (*MEASURE_COLUMNS, *optional_columns(header.statistic))
    if tuple(model.tree.named_selects) != wanted:
        yield f"the last select has the columns {', '.join(model.tree.named_selects)}"


def _common_columns(model: Model, members: exp.Query) -> tuple[str, ...]:
    """Columns of members but those of the indicator's own kinds of breakdown."""
    words = {each.name for each in model.tree.find_all(exp.Literal) if each.is_string}
    own = {f"{word}_code" for word in words} - set(MEMBER_COLUMNS)
    return tuple(name for name in members.named_selects if name not in own)


def member_columns(statistic: Statistic) -> tuple[str, ...]:
    """The columns of `members`; a mean adds up amounts, a stratified statistic names strata."""
    outcome = "amount" if statistic is Statistic.MEAN else "is_met"
    stratum = ("stratum",) if statistic in STRATIFIED else ()
    return (*MEMBER_COLUMNS, outcome, *stratum)


def test_every_indicator_lists_its_members_and_breaks_them_down_alike() -> None:
    assert not (faults := shape_faults(ROOT / "dbt_like_sql" / "indicators")), "\n".join(faults)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("members as (", "people as (", "no CTE is called members"),
        ("as member_id", "as person_id", "members has the columns person_id"),
        ("        cohort.index_date,\n        q", "        q", "members has the columns"),
        ("core.dim_breakdown_type", "core.dim_kind", "does not read core.dim_breakdown_type"),
        ("breakdown_area(breakdown_type, breakdown)", "area_code", "does not call breakdown_area"),
        ("numerator::bigint as numerator", "numerator::bigint as met", "the last select has"),
        ("quarter_end(", "financial_year_end(", "financial_year_end says otherwise"),
        ("period: quarter", "period: financial_year", "quarter_start says otherwise"),
        ("pickup_days <= 21", "pickup_days <= 22", "its window is 21 days"),
        ("window_days: 21", "window_days: 28", "its window is 28 days"),
        (TARGET, "", "no benchmark and no target"),
    ],
)
def test_an_indicator_of_another_shape_is_named_with_its_fault(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    source = ROOT / "dbt_like_sql" / "indicators" / "homeless_to_treatment_21d.sql"
    text = source.read_text(encoding="utf-8")
    assert old in text
    folder = tmp_path / "indicators"
    folder.mkdir()
    (folder / source.name).write_text(text.replace(old, new, 1), encoding="utf-8")
    assert any(words in fault for fault in shape_faults(folder))
