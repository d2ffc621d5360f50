"""The false-alarm rate that each rule states holds where nothing is wrong, in seeded chance.

A thousand series of each seed run for 30 months under one unchanging chance; every alert is false.
Shares are binomial, once of a few dozen cases and once of few cases and rare events, where limits
of twelve points are at their worst; days are means of a few dozen, gaps are what is left of a
Poisson stream over three months, and a promise is broken one month in twenty, each on its own.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from insight_pipeline.warehouse.alert_rules import RULES_FILE, Rule, load_rules
from tests.conftest import ROOT
from tests.unit.indicators.early_warning.months import Contract, rows, warehouse

SERIES, MONTHS = 1_000, 30
# None of them is the seed by which the rates were first set.
SEEDS = (1, 2, 3)
RULES = load_rules(ROOT / "data_contracts" / RULES_FILE).rules
Counts = npt.NDArray[np.int64]


def _shares(rng: np.random.Generator) -> tuple[Counts, Counts]:
    cases = rng.poisson(45, (SERIES, MONTHS)) + 10
    return rng.binomial(cases, rng.uniform(0.1, 0.6, (SERIES, 1))), cases


def _rare(rng: np.random.Generator) -> tuple[Counts, Counts]:
    cases = rng.poisson(4, (SERIES, MONTHS)) + 10
    return rng.binomial(cases, rng.uniform(0.05, 0.1, (SERIES, 1))), cases


def _rarely_not(rng: np.random.Generator) -> tuple[Counts, Counts]:
    failed, cases = _rare(rng)
    return cases - failed, cases


def _days(rng: np.random.Generator) -> tuple[Counts, Counts]:
    cases = rng.poisson(25, (SERIES, MONTHS)) + 10
    mean = rng.uniform(4, 20, (SERIES, 1))
    return np.rint(rng.gamma(cases, mean)).astype(np.int64), cases


def _gaps(rng: np.random.Generator) -> tuple[Counts, Counts]:
    """The gaps of a month stay open for three months' ends."""
    new = rng.poisson(rng.uniform(3, 30, (SERIES, 1)), (SERIES, MONTHS + 2))
    stock = new[:, 2:] + new[:, 1:-1] + new[:, :-2]
    return stock, stock + 20


def _broken(rng: np.random.Generator) -> tuple[Counts, Counts]:
    broken = rng.binomial(1, 0.05, (SERIES, MONTHS))
    return broken, np.ones_like(broken)


WORLDS: dict[str, tuple[Callable[[np.random.Generator], tuple[Counts, Counts]], ...]] = {
    "missed_hand_off_share": (_shares, _rare),
    "treatment_completed_share": (_shares, _rarely_not),
    "pickup_days_mean": (_days,),
    "open_gaps": (_gaps,),
    "data_sla_broken": (_broken,),
}


def false_alarm_rates(rule: Rule, tolerance: str) -> list[float]:
    """Alerts per series and judged month, of each of the rule's worlds over all seeds."""
    return [
        float(np.mean([_rate(rule, tolerance, *world(np.random.default_rng(s))) for s in SEEDS]))
        for world in WORLDS[rule.measure_code]
    ]


def _rate(rule: Rule, tolerance: str, above: Counts, below: Counts) -> float:
    names = [f"p{number:04}" for number in range(SERIES)]
    months = [
        row
        for name, numbers, cases in zip(names, above.tolist(), below.tolist(), strict=True)
        for row in rows(rule.measure_code, numbers, cases, name)
    ]
    contracts = [Contract(name, tolerance) for name in names]
    with warehouse(months, contracts) as connection:
        count = "select count(*) from indicators.{} where rule_code = ?"
        alarms = connection.execute(count.format("alert"), [rule.rule_code]).fetchall()[0][0]
        judged = connection.execute(
            count.format("alert_point") + " and is_judged", [rule.rule_code]
        ).fetchall()[0][0]
    return float(alarms / judged)


@pytest.mark.slow
@pytest.mark.parametrize("tolerance", ["ordinary", "low"])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule_code)
def test_a_rule_raises_no_more_false_alarms_than_it_states(
    rule: Rule, tolerance: str, record_property: Callable[[str, object], None]
) -> None:
    stated = getattr(rule.false_alarms, tolerance)
    found = false_alarm_rates(rule, tolerance)
    told = ", ".join(f"{rate:.5f}" for rate in found)
    record_property("figure", f"{rule.rule_code}, {tolerance}: {told}, stated {stated}")
    assert max(found) <= stated
    # A rate stated far above what holds would let a broken rule pass.
    assert min(found) >= stated / 10
